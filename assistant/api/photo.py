"""POST /photo tells what photos give away, /photo/clean answers with a copy that does not."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant import errors
from assistant.api.answers import PhotosAnswer
from assistant.api.failures import documented
from assistant.api.history import Forgotten
from assistant.api.reading import read_file, read_files
from assistant.errors import InvalidRequest
from assistant.photo.clean import Style
from assistant.photo.details import Box, Linkage
from assistant.photo.shots import Shot
from assistant.photos import Batch, photo_json, photos_json
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
MOST_PHOTOS = 50
MOST_SHOTS = 10_000
_SEVERAL_FILES = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "array",
                        "title": "File",
                        "description": "One photo, or several as parts of the same name.",
                        "items": {"type": "string", "format": "binary"},
                        "minItems": 1,
                        "maxItems": MOST_PHOTOS,
                    }
                },
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


class ShotsBody(BaseModel):
    """Photos to look across."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    shots: list[Shot] = Field(max_length=MOST_SHOTS)


def photo_routes(assistant: Assistant) -> APIRouter:
    router = APIRouter(prefix="/photo")
    turns = anyio.CapacityLimiter(1)

    @router.post(
        "",
        summary="Check photos before they are shared",
        response_model=PhotosAnswer,
        responses=documented(*_FAILURES, errors.StoreUnavailable),
        openapi_extra={"requestBody": _SEVERAL_FILES},
    )
    async def check_photos(
        request: Request,
        metadata_only: Annotated[
            bool, Query(description="Check the file, not what the picture shows.")
        ] = False,
        shots: Annotated[
            bool,
            Query(
                description="Answer as for several photos, even for one, and with `shots`: what "
                "`/photo/linkage` links photos by that were sent one by one."
            ),
        ] = False,
        shared: Annotated[
            bool,
            Query(
                description="Remember what links these photos to others, because they were shared "
                "as they are. Needs the setting `keep_photo_ledger`."
            ),
        ] = False,
    ) -> Response:
        """What each file carries and what its picture shows. Neither is kept.

        With a ledger of shared photos, each report also tells what links its photo to them.

        One photo is answered with its report. Several are answered with all reports, what the
        photos tell together, and the files that could not be read.
        """
        if shared:
            assistant.ledger.check_on()
        files = await read_files(request, most=MOST_PHOTOS)
        several = shots or len(files) > 1
        batch = Batch()
        while files:
            file = files.popleft()
            try:
                checked = await anyio.to_thread.run_sync(
                    partial(
                        assistant.check_photo, file.data, file.name, metadata_only=metadata_only
                    ),
                    limiter=turns,
                )
            except errors.InputError as error:
                if not several:
                    raise
                batch.fail(file.name, error)
            else:
                batch.add(checked.report, checked.shot)
        if shared:
            await anyio.to_thread.run_sync(assistant.ledger.note, batch.shots)
        if several:
            answer = await anyio.to_thread.run_sync(partial(batch.told, with_shots=shots))
            return Response(photos_json(answer), media_type="application/json")
        return Response(photo_json(batch.reports[0]), media_type="application/json")

    @router.post(
        "/linkage",
        summary="Tell what photos that were checked one by one tell together",
        responses=documented(errors.InvalidRequest, errors.InputTooLarge),
    )
    def link_photos(body: ShotsBody) -> Linkage:
        """Of the `shots` that `/photo` answers with. Nothing is kept."""
        from assistant.photo.linkage import link

        if not all(_is_plausible(shot) for shot in body.shots):
            raise InvalidRequest
        return link(body.shots)

    @router.delete(
        "/shared",
        summary="Forget what links the photos that were shared",
        responses=documented(errors.StoreUnavailable),
    )
    def forget_shared() -> Forgotten:
        """Removes the whole ledger of shared photos and its key, and counts its marks."""
        return Forgotten(assistant.ledger.forget())

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


def _is_plausible(shot: Shot) -> bool:
    """Whether it lies on the globe and its time is local, as in every shot that is answered."""
    where, when = shot.position, shot.taken
    on_globe = where is None or (abs(where.latitude) <= 90 and abs(where.longitude) <= 180)
    return on_globe and (when is None or when.tzinfo is None)


def _box(text: str) -> Box:
    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError:
        raise InvalidRequest("A box is not four whole numbers.") from None
    if min(x, y) < 0 or min(width, height) <= 0:
        raise InvalidRequest("A box lies outside of the picture or is empty.")
    return Box(x, y, width, height)
