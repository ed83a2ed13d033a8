"""The bodies of answers that many routes describe. As pydantic models they are built once in a
process; as plain dataclasses they were built for every route of every app, most of its start."""

from __future__ import annotations

from pydantic import RootModel
from pydantic.dataclasses import dataclass

from assistant.errors import Failure
from assistant.photos import PhotoReport, SeveralPhotos
from assistant.service import PolicyReport, SiteReport


@dataclass(frozen=True, slots=True)
class FailureAnswer:
    """The body of every answer that is no success."""

    error: Failure


class PolicyAnswer(RootModel[PolicyReport]):
    """The report on a policy."""


class SiteAnswer(RootModel[SiteReport]):
    """The report on a site."""


class PhotosAnswer(RootModel[PhotoReport | SeveralPhotos]):
    """The report on a photo, or what several tell."""
