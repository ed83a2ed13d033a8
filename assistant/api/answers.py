"""The bodies of answers that many routes describe. A pydantic model is built once in a process; a
plain dataclass would be for every route of every app, and again when its routes are included."""

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
