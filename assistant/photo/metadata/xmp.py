"""XMP packets: every property, structures and lists included, under a parser that expands nothing.

Source: Adobe XMP specification, parts 1 to 3 (ISO 16684-1).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import folder, load_yaml
from assistant.photo.details import HiddenKind
from assistant.photo.metadata.gathering import LONGEST_VALUE, Gathering

LARGEST = 8 << 20
"""Bytes of a packet that is read."""
_MOST_ELEMENTS = 20_000
_MOST_DEPTH = 32
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_META = "adobe:ns:meta/"
_LISTS = {"Seq", "Bag", "Alt"}
_ABOUT_RDF = {"about", "parseType", "ID", "nodeID", "datatype"}
_LOOSE = re.compile(
    rb"<(?P<prefix>[\w-]{1,40}):(?P<name>[\w.-]{1,80})(?:\s[^<>]{0,400})?>"
    rb"(?:\s*<rdf:(?:Seq|Bag|Alt)[^<>]{0,80}>\s*<rdf:li[^<>]{0,200}>)?"
    rb"(?P<text>[^<>]{1,4000})<"
    rb"|[\s\"'](?P<prefix2>[\w-]{1,40}):(?P<name2>[\w.-]{1,80})\s?=\s?[\"'](?P<text2>[^\"'<>]{1,4000})[\"']"
)
_MOST_LOOSE = 2_000
_SPELLINGS = {
    "Iptc4xmpCore": "iptcCore",
    "Iptc4xmpExt": "iptcExt",
    "MicrosoftPhoto": "microsoft",
    "xap": "xmp",
    "xapMM": "xmpMM",
    "xapRights": "xmpRights",
}


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class XmpNames:
    """How XMP names are told.

    Attributes:
        namespaces: Address of a namespace → the short name that ExifTool gives it.
        media: `prefix:Name` of a property that holds a file in base64 → what it is.
    """

    sources: tuple[str, ...]
    namespaces: Mapping[str, str]
    media: Mapping[str, HiddenKind]


class _Refused(ValueError):
    """The packet is larger or deeper than any real one."""


@dataclass(slots=True)
class _Node:
    space: str
    name: str
    attributes: list[tuple[str, str, str]]
    children: list[_Node] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def words(self) -> str:
        return "".join(self.text).strip()


class _Target:
    """Builds the tree, within bounds, and keeps the prefixes that the packet declares."""

    def __init__(self) -> None:
        self.root: _Node | None = None
        self.prefixes: dict[str, str] = {}
        self._open: list[_Node] = []
        self._count = 0

    def start_ns(self, prefix: str, uri: str) -> None:
        self.prefixes.setdefault(uri, prefix)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._count += 1 + len(attributes)
        if self._count > _MOST_ELEMENTS or len(self._open) >= _MOST_DEPTH:
            raise _Refused("larger or deeper than a real one")
        pairs = [(*_split(key), told) for key, told in attributes.items()]
        node = _Node(*_split(tag), pairs)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def data(self, words: str) -> None:
        if self._open:
            self._open[-1].text.append(words)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def close(self) -> _Node | None:
        return self.root


@cache
def xmp_names() -> XmpNames:
    """The packaged ones."""
    return load_yaml(XmpNames, folder("photo") / "tags_xmp.yaml")


def read_xmp(data: bytes, path: str, out: Gathering) -> None:
    """Read one packet. What is not XML is searched for single properties, and that is told."""
    if not out.enter():
        return
    if len(data) > LARGEST:
        out.trouble(f"{path}: the XMP is too large and was read in part")
        _read_loosely(data[:LARGEST], path, out)
        return
    packet = _tidied(data)
    if not packet:
        return
    target = _Target()
    try:
        _parse(packet, target)
    except _Refused as refused:
        out.trouble(f"{path}: the XMP is {refused} and was read in part")
    except ValueError:
        out.trouble(f"{path}: the XMP declares entities of its own and was read in part")
    except SyntaxError:
        out.trouble(f"{path}: the XMP is damaged and was read in part")
    else:
        if target.root is not None:
            _Reader(path, target.prefixes, out).read(target.root)
        return
    _read_loosely(packet, path, out)


def join_extended(parts: Mapping[tuple[bytes, int], bytes]) -> tuple[bytes, ...]:
    """Extended XMP from its pieces, one packet a GUID.

    Args:
        parts: (GUID, offset in the packet) → bytes.
    """
    packets: dict[bytes, bytearray] = {}
    for (guid, _), piece in sorted(parts.items()):
        packets.setdefault(guid, bytearray()).extend(piece)
    return tuple(bytes(packet) for packet in packets.values())


def _tidied(data: bytes) -> bytes:
    """From the first tag to the last; UTF-16 and UTF-32 as UTF-8."""
    for mark, encoding in (
        (b"<\0\0\0", "utf-32-le"),
        (b"\0\0\0<", "utf-32-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if (mark in data[:8] and data[:1] != b"<") or data.startswith(mark):
            start = data.find(mark)
            data = data[start:].decode(encoding, "replace").encode()
            break
    start, end = data.find(b"<"), data.rfind(b">")
    return data[start : end + 1] if 0 <= start < end else b""


def _parse(packet: bytes, target: _Target) -> None:
    from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    parser.feed(packet)
    parser.close()


def _split(tag: str) -> tuple[str, str]:
    if tag.startswith("{"):
        space, _, name = tag[1:].partition("}")
        return space, name
    return "", tag


class _Reader:
    """Turns the tree of a packet into values."""

    def __init__(self, path: str, prefixes: Mapping[str, str], out: Gathering) -> None:
        self.path = path
        self.prefixes = prefixes
        self.out = out

    def read(self, root: _Node) -> None:
        for space, name, told in root.attributes:
            if (space, name) == (_META, "xmptk"):
                self.out.add("XMP-x", "XMPToolkit", told, self.path)
        for node in _descriptions(root):
            self._fields(node, "", "")

    def _fields(self, node: _Node, group: str, before: str) -> None:
        """The properties of a description or a structure."""
        for space, name, told in node.attributes:
            if space == _RDF and name == "about" and told and not before:
                self._tell("XMP-rdf", "About", told)
            elif space not in (_RDF, _XML, ""):
                self._tell(group or self._group(space), before + _capital(name), told)
        for child in node.children:
            if child.space != _RDF:
                self._property(
                    child, group or self._group(child.space), before + _capital(child.name)
                )

    def _property(self, node: _Node, group: str, name: str) -> None:
        lists = [child for child in node.children if child.space == _RDF and child.name in _LISTS]
        for found in lists:
            items = [item for item in found.children if item.name == "li"]
            plain = [item.words() or _resource(item) for item in items if not _structured(item)]
            if told := [word for word in dict.fromkeys(plain) if word]:
                self._tell(group, name, "; ".join(told))
            for item in items:
                if _structured(item):
                    self._structure(item, group, name)
        if lists:
            return
        if _structured(node):
            self._structure(node, group, name)
        else:
            self._tell(group, name, node.words() or _resource(node))

    def _structure(self, node: _Node, group: str, name: str) -> None:
        self._fields(node, group, name)
        for child in node.children:
            if child.space == _RDF and child.name == "Description":
                self._fields(child, group, name)
            elif child.space == _RDF and child.name == "value":
                self._tell(group, name, child.words())
            elif child.space == _RDF and child.name in _LISTS:
                self._property(node, group, name)
                return

    def _group(self, space: str) -> str:
        known = xmp_names().namespaces.get(space) or self.prefixes.get(space)
        return f"XMP-{known or 'unknown'}"

    def _tell(self, group: str, name: str, told: str) -> None:
        if not told:
            return
        kind = _media_kind(group, name)
        if kind is not None:
            if data := _decoded(told):
                self.out.hide(kind, f"{self.path}/{name}", data)
            self.out.add(group, name, f"({len(told)} characters)", self.path)
            return
        self.out.add(group, name, told[: LONGEST_VALUE + 1], self.path)


def _media_kind(group: str, name: str) -> HiddenKind | None:
    full = f"{group.removeprefix('XMP-')}:{name}"
    return xmp_names().media.get(full)


def _descriptions(root: _Node) -> Iterator[_Node]:
    """Every `rdf:Description` below `rdf:RDF`, wherever that is."""
    pending = [root]
    while pending:
        node = pending.pop()
        if (node.space, node.name) == (_RDF, "RDF"):
            yield from node.children
        else:
            pending.extend(reversed(node.children))


def _structured(node: _Node) -> bool:
    """Whether it holds named fields."""
    if any(space not in (_RDF, _XML, "") for space, _, _ in node.attributes):
        return True
    if any(name == "parseType" and told == "Resource" for _, name, told in node.attributes):
        return True
    return any(
        child.space != _RDF or child.name in ("Description", "value", *_LISTS)
        for child in node.children
    )


def _resource(node: _Node) -> str:
    return next(
        (told for space, name, told in node.attributes if space == _RDF and name not in _ABOUT_RDF),
        "",
    )


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _decoded(told: str) -> bytes:
    """Base64 as bytes; b"" where it is none."""
    try:
        return base64.b64decode("".join(told.split()))
    except (binascii.Error, ValueError):
        return b""


def _read_loosely(data: bytes, path: str, out: Gathering) -> None:
    """Single properties of what is not XML, by their look."""
    for number, match in enumerate(_LOOSE.finditer(data)):
        if number >= _MOST_LOOSE:
            return
        prefix = (match["prefix"] or match["prefix2"]).decode("latin-1")
        name = (match["name"] or match["name2"]).decode("latin-1")
        told = (match["text"] or match["text2"]).decode("utf-8", "replace").strip()
        if told and prefix not in ("rdf", "xml", "xmlns", "x"):
            out.add(f"XMP-{_SPELLINGS.get(prefix, prefix)}", _capital(name), told, path)
