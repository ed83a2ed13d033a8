"""What is open without a token: health, and exchanging the one-time code for a session."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant import __version__, errors
from assistant.api.access import SESSION_LIFETIME, OneTimeCode, open_session
from assistant.api.failures import documented
from assistant.service import Assistant


@dataclass(frozen=True, slots=True)
class Health:
    """The service answers."""

    version: str
    status: str = "ok"


class Code(BaseModel):
    """The code behind `#code=` in the address that `serve` printed."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    code: str = Field(max_length=200)


def session_routes(assistant: Assistant, *, one_time_code: OneTimeCode, cookie: str) -> APIRouter:
    router = APIRouter()

    @router.get("/health", summary="Is the service up?")
    def health() -> Health:
        """Answers without a token."""
        return Health(__version__)

    @router.post(
        "/session",
        summary="Exchange the one-time code for a session",
        status_code=204,
        response_class=Response,
        responses=documented(
            errors.InvalidRequest,
            errors.NotAuthorized,
            errors.TooManyTries,
            errors.StoreUnavailable,
        ),
    )
    def start_session(given: Code) -> Response:
        """Sets a cookie that opens the API to this browser for thirty days.

        The code works once. After five wrong codes, none is taken for a minute.
        """
        one_time_code.redeem(given.code)
        answer = Response(status_code=204)
        answer.set_cookie(
            cookie,
            open_session(assistant.store),
            max_age=int(SESSION_LIFETIME.total_seconds()),
            path="/api/",
            httponly=True,
            samesite="strict",
        )
        return answer

    return router
