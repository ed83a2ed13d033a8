"""Puts the service together: guard, limits, routes, page."""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, FastAPI, Response, Security
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

import assistant as package
from assistant import errors
from assistant.api.access import Clock, OneTimeCode, token_hash
from assistant.api.docs import render_docs
from assistant.api.failures import LastResort, documented, install_handlers
from assistant.api.guard import Guard, allowed_hosts, cookie_name
from assistant.api.headers import SecurityHeaders
from assistant.api.history import history_routes
from assistant.api.limits import BodyLimit
from assistant.api.pair import answering_routes, asking_routes, leaving_routes
from assistant.api.pairing import Pairing
from assistant.api.photo import photo_routes
from assistant.api.policy import policy_routes
from assistant.api.reading import BODY_OVERHEAD_BYTES
from assistant.api.session import session_routes
from assistant.api.site import site_routes
from assistant.service import Assistant
from assistant.site.record.reading import MAX_BYTES

_DESCRIPTION = (
    "Reads privacy policies, rates sites and checks photos on this computer. Every call but "
    "health, session and the ways to ask for a token under pair needs the session cookie or the "
    "header Authorization: Bearer with a token. Every failure answers "
    '{"error": {"code", "message", "hint"}}.'
)


def create_app(
    assistant: Assistant,
    *,
    host: str,
    port: int,
    one_time_code: str,
    clock: Clock = time.monotonic,
    tell: Callable[[str], None] | None = None,
) -> FastAPI:
    """The local service around one assistant.

    Args:
        host, port: What the service listens on; calls by other names are refused.
        one_time_code: Exchanged once for a session; see `access.new_code`.
        clock: Times the code and the requests of browsers.
        tell: Told each line for the person in the terminal.
    """
    cookie = cookie_name(port)
    app = FastAPI(
        title="Privacy Assistant",
        description=_DESCRIPTION,
        version=package.__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(LastResort),
            Middleware(
                Guard,
                hosts=allowed_hosts(host, port),
                cookie=cookie,
                identify=lambda token: assistant.store.find_token(token_hash(token)),
            ),
            Middleware(
                BodyLimit,
                max_bytes=assistant.settings.max_input_bytes + BODY_OVERHEAD_BYTES,
                below={
                    "/api/v1/photo": assistant.settings.max_photo_bytes + BODY_OVERHEAD_BYTES,
                    "/api/v1/site": MAX_BYTES + BODY_OVERHEAD_BYTES,
                },
            ),
        ],
    )
    install_handlers(app)
    # Said for the description; the guard has already checked them.
    bearer = Security(HTTPBearer(auto_error=False))
    session = Security(APIKeyCookie(name=cookie, auto_error=False))
    guarded = APIRouter(
        dependencies=[bearer, session],
        responses=documented(errors.NotAuthorized, errors.RefusedOrigin, errors.InternalError),
    )
    guarded.include_router(policy_routes(assistant), tags=["policy"])
    guarded.include_router(site_routes(assistant), tags=["site"])
    guarded.include_router(photo_routes(assistant), tags=["photo"])
    guarded.include_router(history_routes(assistant), tags=["history"])
    guarded.include_router(leaving_routes(assistant), tags=["pair"])
    app.include_router(guarded, prefix="/api/v1")
    pairing = Pairing(lambda: assistant.store, clock=clock, tell=tell)
    app.include_router(
        answering_routes(assistant, pairing),
        prefix="/api/v1",
        tags=["pair"],
        dependencies=[session],
        responses=documented(errors.NotAuthorized, errors.RefusedOrigin, errors.InternalError),
    )
    app.include_router(
        asking_routes(pairing),
        prefix="/api/v1",
        tags=["pair"],
        responses=documented(errors.RefusedOrigin, errors.InternalError),
    )
    code = OneTimeCode(one_time_code, clock=clock)
    app.include_router(
        session_routes(assistant, one_time_code=code, cookie=cookie),
        prefix="/api/v1",
        tags=["session"],
        responses=documented(errors.RefusedOrigin, errors.InternalError),
    )
    _add_page(app)
    return app


def _add_page(app: FastAPI) -> None:
    """The page, its parts, and the API's documentation. None of them holds any data."""
    # A system's own table may call scripts plain text, which browsers then refuse to run.
    mimetypes.add_type("text/javascript", ".js")
    page = Path(package.__file__).parent / "page"
    views = page / "views"
    if not views.is_dir():
        views = page.parents[1] / "extension" / "src" / "views"

    @app.get("/", include_in_schema=False)
    def show_page() -> Response:
        return FileResponse(page / "index.html", media_type="text/html")

    @app.get("/docs", include_in_schema=False)
    def show_docs() -> Response:
        return HTMLResponse(render_docs(app.openapi()))

    @app.get("/page/outlines.json", include_in_schema=False)
    def show_outlines() -> Response:
        outlines = Path(package.__file__).parent / "knowledge" / "photo" / "outlines.json"
        return FileResponse(outlines, media_type="application/json")

    for path, folder in {"/page": page, "/views": views}.items():
        app.mount(path, StaticFiles(directory=folder, check_dir=False))
