"""Who owns a host, and what its owner is for (`knowledge/site/entities.json`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What an owner's hosts are for."""

    ADVERTISING = "advertising"
    ANALYTICS = "analytics"
    SOCIAL = "social"
    MARKETING = "marketing"
    TAG_MANAGER = "tag-manager"
    SESSION_REPLAY = "session-replay"
    DATA_BROKER = "data-broker"
    FINGERPRINTING = "fingerprinting"
    CONSENT_MANAGER = "consent-manager"
    CUSTOMER_SUCCESS = "customer-success"
    VIDEO = "video"
    CONTENT = "content"
    UTILITY = "utility"
    CDN = "cdn"
    HOSTING = "hosting"
    OTHER = "other"


TRACKING = frozenset(
    {
        Category.ADVERTISING,
        Category.ANALYTICS,
        Category.SOCIAL,
        Category.MARKETING,
        Category.TAG_MANAGER,
        Category.SESSION_REPLAY,
        Category.DATA_BROKER,
        Category.FINGERPRINTING,
    }
)
"""Categories whose owners follow people."""


@dataclass(frozen=True, slots=True)
class Entity:
    """An owner's service.

    Attributes:
        name: `Google Analytics`.
        company: Who is behind it, as one word for all its services: `Google`.
        categories: What it is for, the telling one first.
        prevalence: Share of the sources' pages that it is found on, in percent; 0 where unknown.
    """

    name: str
    company: str
    categories: tuple[Category, ...]
    prevalence: float = 0.0
