"""POST /photo tells what a photo gives away, /photo/clean answers with a copy that does not."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response

from assistant import errors
from assistant.api.failures import documented
from assistant.api.reading import read_file
from assistant.errors import InvalidRequest
from assistant.photo.clean import Style
from assistant.photo.details import Box
from assistant.photos import PhotoReport, photo_json
from assistant.service import Assistant

MOST_BOXES = 100
_MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "heic": "image/heic",
    "avif": "image/avif",
    "mp4": "video/mp4",
}
_ONE_FILE = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary", "title": "File"}},
            }
        }
    },
}
_FAILURES = (
    errors.InvalidRequest,
    errors.InputTooLarge,
    errors.NotAPhoto,
    errors.UnreadablePhoto,
    errors.DamagedModel,
)


def photo_routes(assistant: Assistant) -> APIRouter:
    router = APIRouter(prefix="/photo")
    turns = anyio.CapacityLimiter(1)

    @router.post(
        "",
        summary="Check a photo before it is shared",
        response_model=PhotoReport,
        responses=documented(*_FAILURES),
        openapi_extra={"requestBody": _ONE_FILE},
    )
    async def check_photo(
        request: Request,
        metadata_only: Annotated[
            bool, Query(description="Check the file, not what the picture shows.")
        ] = False,
    ) -> Response:
        """What the file carries and what the picture shows. Neither is kept."""
        file = await read_file(request)
        checked = await anyio.to_thread.run_sync(
            partial(assistant.photos.check, file.data, file.name, metadata_only=metadata_only),
            limiter=turns,
        )
        return Response(photo_json(checked.report), media_type="application/json")

    @router.post(
        "/hidden",
        summary="Take a hidden picture out of a photo, to look at it",
        response_class=Response,
        responses={
            **documented(*_FAILURES, errors.NotFound),
            200: {"description": "The picture.", "content": {"image/*": {}}},
        },
        openapi_extra={"requestBody": _ONE_FILE},
    )
    async def hidden_picture(
        request: Request,
        number: Annotated[int, Query(ge=0, description="Position in `details.hidden`.")] = 0,
    ) -> Response:
        """A thumbnail, preview or second picture, as it lies in the file."""
        file = await read_file(request)
        data, kind = await anyio.to_thread.run_sync(
            partial(assistant.photos.hidden, file.data, number), limiter=turns
        )
        return Response(data, media_type=kind)

    @router.post(
        "/clean",
        summary="Make a clean copy of a photo",
        response_class=Response,
        responses={
            **documented(*_FAILURES, errors.UncleanablePhoto),
            200: {
                "description": "The copy, checked again before it is given. `X-Lossless` says "
                "whether every pixel outside of covered boxes is as it was.",
                "content": {"image/*": {}, "video/mp4": {}},
            },
        },
        openapi_extra={"requestBody": _ONE_FILE},
    )
    async def clean_photo(
        request: Request,
        box: Annotated[
            list[str] | None,
            Query(
                max_length=MOST_BOXES,
                description="A region to cover, as `x,y,width,height` in pixels as shown.",
            ),
        ] = None,
        style: Annotated[Style, Query(description="How regions are covered.")] = Style.SOLID,
        reencode: Annotated[
            bool, Query(description="Encode the picture anew where nothing else cleans it.")
        ] = False,
    ) -> Response:
        """The original is not changed, and the copy has a name that tells nothing."""
        boxes = tuple(_box(text) for text in box or ())
        file = await read_file(request)
        copy = await anyio.to_thread.run_sync(
            partial(assistant.photos.clean, file.data, boxes=boxes, style=style, anew=reencode),
            limiter=turns,
        )
        suffix = copy.name.rpartition(".")[2]
        return Response(
            copy.data,
            media_type=_MEDIA_TYPES.get(suffix, "application/octet-stream"),
            headers={
                "Content-Disposition": f'attachment; filename="{copy.name}"',
                "X-Lossless": "true" if copy.lossless else "false",
            },
        )

    return router


def _box(text: str) -> Box:
    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError:
        raise InvalidRequest("A box is not four whole numbers.") from None
    if min(x, y) < 0 or min(width, height) <= 0:
        raise InvalidRequest("A box lies outside of the picture or is empty.")
    return Box(x, y, width, height)
