"""Reads what a caller wants analysed: an address, text, a page or an uploaded file.

Uploads stay in memory; nothing of them is written to a temporary file.
"""

from __future__ import annotations

from collections import deque
from typing import Any, overload
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import File, parse_options_header
from starlette.requests import Request

from assistant.errors import InputTooLarge, InvalidRequest, InvalidUrl
from assistant.service import FromBytes, FromUrl, PolicySource, Recalled

BODY_OVERHEAD_BYTES = 1_000_000
"""Room that a request may take beside the input itself."""

_MAX_NAME_CHARS = 200
_MAX_URL_CHARS = 8_000
_MAX_QUESTION_CHARS = 500
_FORM_HINT = "Send one file as the field `file`; see /docs."


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


class KeptReport(_Body):
    """A report of the history."""

    report_id: str = Field(min_length=1, max_length=_MAX_NAME_CHARS)


class AskBody(_Body):
    """A question, and what it is asked of."""

    question: str = Field(max_length=_MAX_QUESTION_CHARS)
    source: Address | PastedText | ShownPage | KeptReport


class CompareBody(_Body):
    """Two versions of a document."""

    old: Address | PastedText | ShownPage | KeptReport
    new: Address | PastedText | ShownPage | KeptReport


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


async def read_source(request: Request) -> PolicySource:
    """The input of a request, as JSON or as a form with one file.

    Raises:
        InvalidRequest: It is neither, or does not have the documented shape.
        InvalidUrl: The address of a page is none.
    """
    media_type = _media_type(request)
    if media_type == "application/json":
        return _parse_json(await request.body())
    if media_type == "multipart/form-data":
        return await _read_upload(request)
    raise InvalidRequest(
        "The request is neither JSON nor a form with a file.",
        hint="Send application/json or multipart/form-data; see /docs.",
    )


def _parse_json(body: bytes) -> PolicySource:
    try:
        return source_of(_INPUT.validate_json(body))
    except ValidationError:
        raise InvalidRequest from None


@overload
def source_of(given: Address | PastedText | ShownPage) -> PolicySource: ...
@overload
def source_of(
    given: Address | PastedText | ShownPage | KeptReport,
) -> PolicySource | Recalled: ...
def source_of(
    given: Address | PastedText | ShownPage | KeptReport,
) -> PolicySource | Recalled:
    """What the service reads, of what a caller gave.

    Raises:
        InvalidUrl: The address of a page is none.
    """
    if isinstance(given, Address):
        return FromUrl(given.url)
    if isinstance(given, KeptReport):
        return Recalled(given.report_id)
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


async def read_file(request: Request) -> FromBytes:
    """The one file of a form.

    Raises:
        InvalidRequest: The request is no form, or does not hold exactly one file.
    """
    return await _read_upload(request)


async def read_files(request: Request, *, most: int) -> deque[FromBytes]:
    """The files of a form, in their order; taking one out frees its memory.

    Raises:
        InvalidRequest: The request is no form, or holds no file or another field.
        InputTooLarge: It holds more than `most` files.
    """
    files = await _uploaded(request, most=most)
    if len(files) > most:
        raise InputTooLarge(
            f"The request holds more than {most} files.", hint="Send the others in another request."
        )
    if not files or any(file.field_name != b"file" for file in files):
        raise InvalidRequest("The form holds no file.", hint=_FORM_HINT)
    sources: deque[FromBytes] = deque()
    while files:
        sources.append(_source(files.popleft()))
    return sources


async def _read_upload(request: Request) -> FromBytes:
    files = await _uploaded(request, most=1)
    if [file.field_name for file in files] != [b"file"]:
        raise InvalidRequest("The form does not hold exactly one file.", hint=_FORM_HINT)
    return _source(files[0])


async def _uploaded(request: Request, *, most: int) -> deque[File]:
    """The files of a form; of those beyond `most`, only the first is kept."""
    if _media_type(request) != "multipart/form-data":
        raise InvalidRequest("The request is no form with a file.", hint=_FORM_HINT)
    _, options = parse_options_header(request.headers["content-type"])
    files: deque[File] = deque()

    def keep(file: File) -> None:
        if len(files) <= most:
            files.append(file)

    try:
        # The limit on the body bounds the memory; a limit here would mean a temporary file.
        parser = FormParser(
            "multipart/form-data",
            on_field=None,
            on_file=keep,
            boundary=options.get(b"boundary"),
            config={"MAX_MEMORY_FILE_SIZE": float("inf")},
        )
        async for part in request.stream():
            parser.write(part)
        parser.finalize()
    except FormParserError:
        raise InvalidRequest("The form is damaged.", hint=_FORM_HINT) from None
    return files


def _source(file: File) -> FromBytes:
    file.file_object.seek(0)
    return FromBytes(file.file_object.read(), _file_name(file.file_name), file.content_type or None)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _file_name(given: bytes | None) -> str:
    text = (given or b"").decode(errors="replace")
    last = text.replace("\\", "/").rpartition("/")[2].strip()
    return last[:_MAX_NAME_CHARS] or "Uploaded file"
