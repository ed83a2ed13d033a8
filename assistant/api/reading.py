"""Reads what a caller wants analysed: an address, text, a page or an uploaded file.

Uploads stay in memory; nothing of them is written to a temporary file.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from assistant.errors import InvalidRequest, InvalidUrl
from assistant.service import FromBytes, FromUrl, PolicySource

BODY_OVERHEAD_BYTES = 1_000_000
"""Room that a request may take beside the input itself."""

_MAX_NAME_CHARS = 200
_MAX_URL_CHARS = 8_000


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Address(_Body):
    """A page to fetch: the policy, or any page of the site whose policy is wanted."""

    url: str = Field(max_length=_MAX_URL_CHARS)


class PastedText(_Body):
    """The policy's text."""

    text: str
    name: str = Field(default="Pasted text", min_length=1, max_length=_MAX_NAME_CHARS)


class ShownPage(_Body):
    """A page as the browser shows it. Nothing is fetched."""

    html: str
    url: str | None = Field(default=None, max_length=_MAX_URL_CHARS)


_INPUT: TypeAdapter[Address | PastedText | ShownPage] = TypeAdapter(
    Address | PastedText | ShownPage
)


def documented_body() -> dict[str, Any]:
    """The `requestBody` of a route that reads its input with `read_source`."""
    return {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [
                        model.model_json_schema() for model in (Address, PastedText, ShownPage)
                    ]
                }
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary", "title": "File"}},
                }
            },
        },
    }


async def read_source(request: Request, *, max_bytes: int) -> PolicySource:
    """The input of a request, as JSON or as a form with one file.

    Args:
        max_bytes: Largest file that is kept in memory.

    Raises:
        InvalidRequest: It is neither, or does not have the documented shape.
        InvalidUrl: The address of a page is none.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        return _parse_json(await request.body())
    if media_type == "multipart/form-data":
        return await _read_upload(request, max_bytes)
    raise InvalidRequest(
        "The request is neither JSON nor a form with a file.",
        hint="Send application/json or multipart/form-data; see /docs.",
    )


def _parse_json(body: bytes) -> PolicySource:
    try:
        given = _INPUT.validate_json(body)
    except ValidationError:
        raise InvalidRequest from None
    if isinstance(given, Address):
        return FromUrl(given.url)
    if isinstance(given, PastedText):
        return FromBytes(given.text.encode(), given.name, "text/plain")
    return FromBytes(given.html.encode(), _page_name(given.url), "text/html", given.url)


def _page_name(url: str | None) -> str:
    if url is None:
        return "Pasted page"
    try:
        host = urlsplit(url).hostname
    except ValueError:
        raise InvalidUrl from None
    if not host:
        raise InvalidUrl
    return host


async def _read_upload(request: Request, max_bytes: int) -> PolicySource:
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=0)
    parser.spool_max_size = max_bytes + BODY_OVERHEAD_BYTES
    try:
        form = await parser.parse()
    except MultiPartException:
        raise InvalidRequest(
            "The form does not hold exactly one file.", hint="Send the file as the field `file`."
        ) from None
    upload = form.get("file")
    if not isinstance(upload, UploadFile):
        await form.close()
        raise InvalidRequest(
            "The form has no file in its field `file`.", hint="Send the file as the field `file`."
        )
    try:
        data = await upload.read()
    finally:
        await form.close()
    return FromBytes(data, _file_name(upload.filename), upload.content_type or None)


def _file_name(given: str | None) -> str:
    last = (given or "").replace("\\", "/").rpartition("/")[2].strip()
    return last[:_MAX_NAME_CHARS] or "Uploaded file"
