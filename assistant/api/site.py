"""POST /site looks at a site, or rates a record of one that a browser made."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from assistant import errors
from assistant.api.answers import SiteAnswer
from assistant.api.failures import documented, family
from assistant.api.reading import Address, PastedText, ShownPage, source_of
from assistant.errors import InvalidRequest
from assistant.service import Assistant, SiteAddress, SiteRecord, report_json

LOOKS_AT_ONCE = 2
"""More would only slow each other down; further calls wait for their turn."""
RECORD_NAME = "Browser"
_MAX_URL_CHARS = 8_000


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    policy: Address | PastedText | ShownPage | None = Field(
        default=None, description="The site's policy; found by itself where it is not given."
    )


class SitePage(_Body):
    """A page to look at: any page of the site."""

    url: str = Field(max_length=_MAX_URL_CHARS)
    browser: bool = Field(
        default=False, description="Whether a browser of its own loads the page several times."
    )


class SiteObservation(_Body):
    """A record of a site. Nothing of the site is fetched; its own names are looked up."""

    observation: dict[str, Any] = Field(description="As `observation.schema.json` says.")


_INPUT: TypeAdapter[SitePage | SiteObservation] = TypeAdapter(SitePage | SiteObservation)


def site_routes(assistant: Assistant) -> APIRouter:
    router = APIRouter()
    turns = anyio.CapacityLimiter(LOOKS_AT_ONCE)

    @router.post(
        "/site",
        summary="Tell who gets data on a site, and grade it",
        response_model=SiteAnswer,
        response_description="The report. `Location` names it in the history when it was kept.",
        responses=documented(
            *family(errors.InputError),
            *family(errors.FetchError),
            errors.MissingDependency,
            errors.BrowserMissing,
            errors.DamagedModel,
            errors.StoreUnavailable,
        ),
        openapi_extra={"requestBody": _documented_body()},
    )
    async def rate_site(request: Request) -> Response:
        """Give an address, or an observation, as JSON.

        An address is fetched from its own site. The report is kept in the history unless the
        settings say otherwise.
        """
        given = await _given(request)
        source = (
            SiteAddress(given.url, browser=given.browser)
            if isinstance(given, SitePage)
            else SiteRecord(json.dumps(given.observation).encode(), RECORD_NAME)
        )
        policy = source_of(given.policy) if given.policy else None
        saved = await anyio.to_thread.run_sync(
            partial(assistant.rate_site, source, policy=policy), limiter=turns
        )
        kept = {} if saved.id is None else {"Location": f"/api/v1/history/{saved.id}"}
        return Response(report_json(saved.report), media_type="application/json", headers=kept)

    return router


async def _given(request: Request) -> SitePage | SiteObservation:
    try:
        return _INPUT.validate_json(await request.body())
    except ValidationError:
        raise InvalidRequest from None


def _documented_body() -> dict[str, Any]:
    page, observed = (model.model_json_schema() for model in (SitePage, SiteObservation))
    return {
        "required": True,
        "content": {"application/json": {"schema": {"oneOf": [page, observed]}}},
    }
