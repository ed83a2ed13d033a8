"""Whom to ask about privacy: addresses, forms and representatives that the policy names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.policy.details import Contact
from assistant.policy.document import BlockKind
from assistant.policy.passages import Passages
from assistant.policy.reading import Reading
from assistant.policy.rights import rights_finder
from assistant.report import TextSpan

_EMAIL = re.compile(
    # Bounded, and begun only where a word begins: linear also in one endless word.
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}(?:"
    r"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}"
    r"| ?(?:\[at\]|\(at\)) ?[A-Za-z0-9-]{1,63}"
    r"(?: ?(?:\.|\[dot\]|\(dot\)) ?[A-Za-z0-9-]{1,63}){1,8})"
)
_PHONE = re.compile(
    r"(?<![\w.@/-])(?:\+\d{1,3}[ .()-]{0,2}(?:\d[ .()-]{0,2}){6,13}\d"
    r"|\(?\b1?[ .-]?\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4})(?![\w@-])"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s)\]>,;\"”]*[^\s)\]>,;\"”.]", re.IGNORECASE)
_FORM_URL = re.compile(r"privacy|form|request|dsar|rights|opt-?out|contact|support", re.IGNORECASE)
_POSTAL = re.compile(
    r"\b(?:[A-Z]{2},? \d{5}(?:-\d{4})?"  # US state and ZIP
    r"|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}"  # UK postcode
    r"|[A-Z]\d[A-Z] ?\d[A-Z]\d"  # Canada
    r"|\d{4,5} [A-Z][a-zü]+(?:,? (?:Germany|Austria|Switzerland|France|Denmark|Norway|Italy|Spain))"
    r"|(?:D-|L-|F-|CH-)\d{4,5} [A-Z]\w+"
    r"|Dublin \d{1,2}|[A-Z]\d{2} ?[A-Z\d]{4}\b)"
    r"|\bP\.? ?O\.? Box \d+"
)
_STREET = re.compile(r"\b\d{1,5}[A-Za-z]?[ ,]|\bP\.? ?O\.? Box|stra(?:ß|ss)e|\bFloor\b|\bSuite\b")
_MAIL_LEAD = re.compile(
    r"(?:\bmail|\bwrite|\bletter|\bpost|\baddress|attn|attention|\bc/o\b|contact|located|inquiries)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:\W|\b(?:us|at|to|is|in|by|by mail|the following address)\b)+", re.IGNORECASE
)
_COUNTRY = re.compile(
    r",? ?(?:USA|U\.S\.A\.|United States(?: of America)?|United Kingdom|The Netherlands"
    r"|[A-Z][a-z]+)"
)
_LONGEST_ADDRESS = 240
_ADDRESS_BLOCKS = 7
_LOCAL_PARTS = {"dpo": "dpo", "privacy": "privacy", "gdpr": "privacy", "dataprotection": "privacy"}
_ROLES = ("dpo", "eu_representative", "uk_representative", "privacy")


def find_contacts(reading: Reading) -> tuple[Contact, ...]:
    """Every contact once, in text order, with the role that its surroundings give it."""
    passages = Passages(reading, rights_finder())
    found: dict[tuple[str, str], Contact] = {}
    for contact in (*_addressed(passages), *_postal(passages), *_persons(passages)):
        key = (contact.kind, " ".join(contact.value.lower().split()))
        known = found.get(key)
        if known is None or (known.role == "general" and contact.role != "general"):
            found[key] = contact
    return tuple(sorted(found.values(), key=lambda c: (c.evidence[0].start, c.kind)))


def _addressed(passages: Passages) -> Iterator[Contact]:
    """E-mail addresses, phone numbers and forms."""
    text = passages.reading.document.text
    for index in range(len(passages)):
        sentence = passages.place(index).sentence
        span = passages.alone(index).own_evidence()
        role = ""
        for kind, pattern in (("email", _EMAIL), ("phone", _PHONE), ("web_form", _URL)):
            for match in pattern.finditer(text, sentence.start, sentence.end):
                if kind == "web_form" and not _is_form(passages, index, match[0]):
                    continue
                role = role or _role(passages, index)
                own = _LOCAL_PARTS.get(re.split(r"[@\[( ]", match[0].lower())[0].replace("-", ""))
                evidence = span if span.start <= match.start() < span.end else _span(text, match)
                yield Contact(kind, own or role, match[0], (evidence,))
        if not _URL.search(text, sentence.start, sentence.end):
            yield from _named_form(passages, index)


def _span(text: str, match: re.Match[str]) -> TextSpan:
    return TextSpan(match.start(), match.end(), text[match.start() : match.end()])


def _is_form(passages: Passages, index: int, url: str) -> bool:
    names = {tag.name for tag in passages.tags(index)}
    asks = bool({"form:", "exercise:"} & names) or any(name.startswith("act:") for name in names)
    return bool(_FORM_URL.search(url)) and asks


def _named_form(passages: Passages, index: int) -> Iterator[Contact]:
    """A form that the text names, its address hidden behind a link."""
    if passages.place(index).heading:
        return
    passage = passages.alone(index)
    form = next(passage.tagged("form"), None)
    if form is None or not any(passage.tagged("how")):
        return
    start = passage.sentence.words[form.first][0]
    value = passage.text[start : passage.sentence.words[form.last - 1][1]]
    yield Contact("web_form", _role(passages, index), value, (passage.own_evidence(),))


def _role(passages: Passages, index: int) -> str:
    """Who is reached, by the sentence, the one before, and the headings above."""
    place = passages.place(index)
    nearby = [index]
    if index and passages.place(index - 1).block >= place.block - 1:
        nearby.append(index - 1)
    if place.lead_in is not None:
        nearby.append(place.lead_in)
    for near in nearby:
        names = {tag.name for tag in passages.tags(near)}
        for role in _ROLES:
            if f"role:{role}" in names:
                return role
    heading = passages.heading_above(index)
    if heading is not None and any(t.name.startswith("role:") for t in passages.tags(heading)):
        names = {tag.name for tag in passages.tags(heading)}
        return next(role for role in _ROLES if f"role:{role}" in names)
    return "general"


def _postal(passages: Passages) -> Iterator[Contact]:
    """Addresses on paper: a postcode with a street, in one block or in short lines."""
    document = passages.reading.document
    text, blocks = document.text, document.blocks
    first_sentence: dict[int, int] = {}
    for index in range(len(passages)):
        first_sentence.setdefault(passages.place(index).block, index)
    for number, block in enumerate(blocks):
        for match in _POSTAL.finditer(text, block.start, block.end):
            start = _address_start(passages, number, match.start())
            if start is None or number not in first_sentence:
                continue
            end = _line_end(text, match.end(), block.end)
            value = _LEADING.sub("", text[start:end]).strip(" \n:,;.")
            start = text.index(value, start)
            if len(value) <= _LONGEST_ADDRESS and _STREET.search(value):
                role = _role(passages, first_sentence[number])
                span = TextSpan(start, start + len(value), value)
                yield Contact("postal", role, " ".join(value.split()), (span,))
            break


def _address_start(passages: Passages, number: int, at: int) -> int | None:
    """Where the address that ends in the postcode at `at` begins, or None where it is none."""
    document = passages.reading.document
    text, blocks = document.text, document.blocks
    block = blocks[number]
    before = text[block.start : at]
    leads = [*_MAIL_LEAD.finditer(before)]
    if leads and len(before) - leads[-1].end() <= _LONGEST_ADDRESS:
        rest = before[leads[-1].end() :]
        colon = rest.find(":")
        return block.start + leads[-1].end() + (colon + 1 if colon >= 0 else 0)
    if len(before) > _LONGEST_ADDRESS:
        return None
    first = number
    while first > 0 and number - first < _ADDRESS_BLOCKS:
        above = document.block_text(blocks[first - 1])
        if len(above) > 60 or above.endswith((".", ":")) or blocks[first - 1].kind is _HEADING:
            break
        first -= 1
    return blocks[first].start


_HEADING = BlockKind.HEADING


def _line_end(text: str, at: int, limit: int) -> int:
    """The end of the address: its country may follow the postcode."""
    found = _COUNTRY.match(text, at, limit)
    return found.end() if found else at


def _persons(passages: Passages) -> Iterator[Contact]:
    """Officers and representatives that are named without an address."""
    for index in range(len(passages)):
        passage = passages.alone(index)
        if passages.place(index).heading or _EMAIL.search(
            passage.text, passage.sentence.start, passage.sentence.end
        ):
            continue
        for role in ("dpo", "eu_representative", "uk_representative"):
            if _names_somebody(passage.words) and any(
                tag.name == role for tag in passage.tagged("role")
            ):
                evidence = passage.own_evidence()
                yield Contact("person", role, evidence.quote, (evidence,))


def _names_somebody(words: tuple[str, ...]) -> bool:
    naming = {"appointed", "designated", "is", "are", "contact", "contacted", "reach", "reached"}
    return not naming.isdisjoint(words)
