"""Pairing: a browser asks, the person answers on the page, and both can end it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from assistant import errors
from assistant.api.access import PairedBrowser, disconnect_browser, is_page, paired_browsers
from assistant.api.failures import documented
from assistant.api.guard import Caller
from assistant.api.pairing import Begun, Pairing, Pending, Progress
from assistant.errors import InvalidRequest, NotAuthorized
from assistant.render.plain import visible
from assistant.service import Assistant

MAX_CLIENT_CHARS = 60

RequestId = Annotated[str, Path(max_length=64, description="The `request_id` of `POST /pair`.")]
BrowserId = Annotated[str, Path(max_length=64, description="The `id` of a paired browser.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Asking(_Body):
    """A browser that asks to be connected."""

    client: str = Field(
        max_length=MAX_CLIENT_CHARS, description="What the person knows it by: `Chromium 156`."
    )


class Answering(_Body):
    """What the person answers."""

    code: str = Field(max_length=16, description="The code that the person saw.")
    allow: bool


class Withdrawing(_Body):
    """A browser that asks no longer."""

    request_id: str = Field(max_length=64)


class ProofWanted(_Body):
    """A paired browser that wants to know whom it talks to."""

    token_id: str = Field(max_length=64)
    nonce: str = Field(
        pattern="^[0-9A-Fa-f]{32,128}$", description="Random, another one each time; hexadecimal."
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """HMAC-SHA256 in hexadecimal. The key is the SHA-256 of the browser's token, as 64 lower-case
    hexadecimal digits in ASCII; the message is `privacy-assistant proof ` and the nonce, or
    `privacy-assistant ended ` and the nonce where the browser's access was ended."""

    proof: str


@dataclass(frozen=True, slots=True)
class Pairings:
    """The browser that asks, and those that are paired."""

    pending: Pending | None
    browsers: tuple[PairedBrowser, ...]


def _from_page(request: Request) -> None:
    """Let only the page's own session through: a paired browser must not allow another one."""
    caller: Caller = request.state.caller
    if not (caller.by_cookie and is_page(caller.token)):
        raise NotAuthorized("Only the assistant's own page may do this.")


def asking_routes(pairing: Pairing) -> APIRouter:
    """What a browser does that has no token yet, or does not trust the service yet."""
    router = APIRouter(
        prefix="/pair", responses=documented(errors.InvalidRequest, errors.StoreUnavailable)
    )

    @router.post("", summary="Ask to be connected", responses=documented(errors.TooManyTries))
    def ask(asking: Asking) -> Begun:
        """Shows a code on the service's page and in its terminal, where the person allows it.

        One browser can ask at a time, five within a minute.
        """
        client = visible(asking.client)
        if not client:
            raise InvalidRequest
        return pairing.begin(client)

    @router.get(
        "/{request_id}",
        summary="Whether the person has answered",
        response_model_exclude_none=True,
        responses=documented(errors.NotFound),
    )
    def follow(request_id: RequestId) -> Progress:
        """Answers that say allowed carry the token, until the browser asks for its first proof."""
        return pairing.progress(request_id)

    @router.post(
        "/withdraw",
        summary="Ask no longer",
        status_code=204,
        responses=documented(errors.NotFound),
    )
    def withdraw(withdrawing: Withdrawing) -> None:
        """Takes the question off the service's page; another browser can ask from then on."""
        pairing.withdraw(withdrawing.request_id)

    @router.post(
        "/proof",
        summary="Prove to be the service that a browser was connected to",
        responses=documented(errors.TooManyTries),
    )
    def prove(wanted: ProofWanted) -> Proof:
        """Lets a browser find out before it sends its token. Unknown ids are answered as well."""
        return Proof(pairing.prove(wanted.token_id, wanted.nonce))

    return router


def leaving_routes(assistant: Assistant) -> APIRouter:
    """What a paired browser does with its own token."""
    router = APIRouter(
        prefix="/pair", responses=documented(errors.NotFound, errors.StoreUnavailable)
    )

    @router.delete("/self", summary="Disconnect the browser that calls", status_code=204)
    def leave(request: Request) -> None:
        """Its token opens nothing from then on."""
        caller: Caller = request.state.caller
        disconnect_browser(assistant.store, caller.token.id)

    return router


def answering_routes(assistant: Assistant, pairing: Pairing) -> APIRouter:
    """What the person does on the page; a browser's token opens none of it."""
    router = APIRouter(
        prefix="/pair",
        dependencies=[Depends(_from_page)],
        responses=documented(errors.InvalidRequest, errors.StoreUnavailable),
    )

    @router.get("", summary="List the browser that asks and those that are connected")
    def list_browsers() -> Pairings:
        """For the page only."""
        return Pairings(pairing.pending(), paired_browsers(assistant.store))

    @router.post(
        "/answer",
        summary="Allow or refuse the browser that asks",
        status_code=204,
        responses=documented(errors.NotFound),
    )
    def answer(answering: Answering) -> None:
        """For the page only. After five wrong codes the browser is refused."""
        pairing.answer(answering.code, allow=answering.allow)

    @router.delete(
        "/{browser_id}",
        summary="Disconnect a browser",
        status_code=204,
        responses=documented(errors.NotFound),
    )
    def disconnect(browser_id: BrowserId) -> None:
        """For the page only. The browser's token opens nothing from then on."""
        disconnect_browser(assistant.store, browser_id)

    return router
