"""How failures leave the API: one JSON shape, one table of statuses, no user data.

4xx says that the input or the call cannot be served, a page that cannot be
fetched included; 5xx is always a fault of this installation.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import errors
from assistant.api.answers import FailureAnswer
from assistant.errors import AssistantError, InternalError, InvalidRequest, NotFound
from assistant.logs import log_failure

STATUS: Mapping[type[AssistantError], int] = {
    errors.AssistantError: 500,
    errors.InputError: 422,
    errors.EmptyInput: 422,
    errors.EmptyQuestion: 422,
    errors.NotComparable: 422,
    errors.InputTooLarge: 413,
    errors.MalformedObservation: 422,
    errors.UnreadableInput: 415,
    errors.MissingFile: 404,
    errors.UnreadablePdf: 422,
    errors.PasswordProtectedPdf: 422,
    errors.PdfWithoutText: 422,
    errors.NotAPhoto: 415,
    errors.UnreadablePhoto: 422,
    errors.UncleanablePhoto: 422,
    errors.UnwritableFile: 422,
    errors.NotConfirmed: 422,
    errors.InvalidRequest: 422,
    errors.FetchError: 422,
    errors.InvalidUrl: 422,
    errors.RefusedAddress: 422,
    errors.UnknownHost: 422,
    errors.FetchTimeout: 422,
    errors.ConnectionFailed: 422,
    errors.TlsFailure: 422,
    errors.BrokenResponse: 422,
    errors.TooManyRedirects: 422,
    errors.ResponseTooLarge: 422,
    errors.HttpStatusError: 422,
    errors.DamagedModel: 500,
    errors.MissingDependency: 501,
    errors.BrowserMissing: 501,
    errors.BrowserFailed: 500,
    errors.UnknownSummarizer: 422,
    errors.InvalidSettings: 500,
    errors.StoreUnavailable: 503,
    errors.NotFound: 404,
    errors.UnknownList: 404,
    errors.BrokenList: 422,
    errors.NotAuthorized: 401,
    errors.TooManyTries: 429,
    errors.RefusedOrigin: 403,
    errors.PortInUse: 500,
    errors.InternalError: 500,
}
"""Status of every error; a test keeps the table complete."""

_HEADERS: Mapping[type[AssistantError], Mapping[str, str]] = {
    errors.NotAuthorized: {"WWW-Authenticate": "Bearer"},
    errors.TooManyTries: {"Retry-After": "60"},
}
_LOG = logging.getLogger(__name__)
_DOCS_HINT = "See what there is at /docs."


def failure_response(
    error: AssistantError, *, status: int | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The answer for an error; `status` and `headers` replace the table's."""
    return JSONResponse(
        asdict(FailureAnswer(error.failure)),
        status_code=status or STATUS[type(error)],
        headers=dict(headers or _HEADERS.get(type(error), {})),
    )


def documented(*kinds: type[AssistantError]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can fail in these ways, for its OpenAPI entry."""
    lines: dict[int | str, list[str]] = {}
    for kind in kinds:
        lines.setdefault(STATUS[kind], []).append(f"`{kind.code}`: {kind.message}")
    return {
        status: {"model": FailureAnswer, "description": "\n\n".join(texts)}
        for status, texts in lines.items()
    }


def family(kind: type[AssistantError]) -> tuple[type[AssistantError], ...]:
    """The failures of a kind that a caller of the API can see."""
    local = {errors.MissingFile, errors.UnwritableFile, errors.NotConfirmed}
    return tuple(known for known in STATUS if issubclass(known, kind) and known not in local)


def install_handlers(app: FastAPI) -> None:
    """Answer every failure that reaches the framework in our shape."""
    app.add_exception_handler(AssistantError, _answer_ours)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)


class LastResort:
    """ASGI middleware: a fault of ours becomes `internal-error` with a reference in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the one place where nothing may escape
            reference = log_failure(_LOG, error)
            if started:
                return
            await failure_response(
                InternalError(f"The assistant failed unexpectedly (reference {reference}).")
            )(scope, receive, send)


async def _answer_ours(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AssistantError)
    return failure_response(error)


async def _answer_invalid(_request: Request, _error: Exception) -> JSONResponse:
    return failure_response(InvalidRequest())


async def _answer_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    answers: Mapping[int, AssistantError] = {
        404: NotFound("There is nothing at this address.", hint=_DOCS_HINT),
        405: InvalidRequest("This address does not take that method.", hint=_DOCS_HINT),
    }
    return failure_response(
        answers.get(error.status_code, InvalidRequest()),
        status=error.status_code,
        headers=error.headers,
    )
