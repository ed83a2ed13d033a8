"""POST /policy reads a policy, /policy/ask asks it, /policy/compare holds two versions together."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response

from assistant import errors
from assistant.api.answers import PolicyAnswer
from assistant.api.failures import documented, family
from assistant.api.reading import (
    AskBody,
    CompareBody,
    documented_body,
    read_source,
    source_of,
)
from assistant.service import Assistant, report_json

ANALYSES_AT_ONCE = 2
"""More would only slow each other down; further calls wait for their turn."""

FAILURES_OF_READING = documented(
    *family(errors.InputError),
    *family(errors.FetchError),
    errors.NotFound,
    errors.DamagedModel,
    errors.StoreUnavailable,
)
"""Of routes that read a source or a kept report anew and keep nothing."""


def policy_routes(assistant: Assistant) -> APIRouter:
    router = APIRouter()
    turns = anyio.CapacityLimiter(ANALYSES_AT_ONCE)

    @router.post(
        "/policy",
        summary="Read a privacy policy or terms of service",
        response_model=PolicyAnswer,
        response_description="The report. `Location` names it in the history when it was kept.",
        responses=documented(
            *family(errors.InputError),
            *family(errors.FetchError),
            errors.UnknownSummarizer,
            errors.MissingDependency,
            errors.DamagedModel,
            errors.StoreUnavailable,
        ),
        openapi_extra={"requestBody": documented_body()},
    )
    async def read_policy(
        request: Request,
        summarizer: Annotated[
            str | None,
            Query(
                max_length=1_000,
                description="`embedded`, or `transformers:` and a model's name or folder.",
            ),
        ] = None,
    ) -> Response:
        """Give one of an address, text or HTML as JSON, or a file as a form.

        An address is fetched from its own site; everything else stays on this
        computer. The report is kept in the history unless the settings say otherwise.
        """
        source = await read_source(request)
        saved = await anyio.to_thread.run_sync(
            partial(assistant.read_policy, source, summarizer=summarizer), limiter=turns
        )
        kept = {} if saved.id is None else {"Location": f"/api/v1/history/{saved.id}"}
        return Response(report_json(saved.report), media_type="application/json", headers=kept)

    @router.post(
        "/policy/ask",
        summary="Ask a policy a question",
        response_model=PolicyAnswer,
        response_description="The report with `details.answer`. It is not kept.",
        responses=FAILURES_OF_READING,
    )
    async def ask_policy(asked: AskBody) -> Response:
        """The answer is read off the text, with the passage that says so, or there is none.

        A report of the history is read again from its kept text; nothing is fetched for it.
        """
        report = await anyio.to_thread.run_sync(
            partial(assistant.ask_policy, source_of(asked.source), asked.question), limiter=turns
        )
        return Response(report_json(report), media_type="application/json")

    @router.post(
        "/policy/compare",
        summary="Tell what changed between two versions of a policy",
        response_model=PolicyAnswer,
        response_description="The new version's report with `details.changes`. It is not kept.",
        responses=FAILURES_OF_READING,
    )
    async def compare_policies(versions: CompareBody) -> Response:
        """Both versions are read now, so that no difference comes from the assistant itself."""
        old, new = source_of(versions.old), source_of(versions.new)
        report = await anyio.to_thread.run_sync(
            partial(assistant.compare_policies, old, new), limiter=turns
        )
        return Response(report_json(report), media_type="application/json")

    return router
