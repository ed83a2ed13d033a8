"""Read a document once, for all rules: sentences, concepts, cues, and lists with their lead-ins."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.language.english import EnglishReader, Mention, Scope, Sentence
from assistant.language.lazy import Lazy
from assistant.policy.document import BlockKind, Document
from assistant.policy.rulebook import lexicon

_BULLET = re.compile(r"\s*(?:[-–—•·*▪◦o]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s|[a-z]{2})")
_LEADS = re.compile(r"(?::|[:;,]?\s*(?:and|or)|[^.!?;:\"”)\s])\s*$")
_FOLLOWING = re.compile(r"\b(?:following|below|as follows|such as)\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][\w&’'-]*(?:[ .][A-Z][\w&’'-]*){0,4}")
_WE_MARK = re.compile(
    r"\([^)\n]{0,80}[\"“‘'](?:we|us|our|the company|company)[,\"”’']", re.IGNORECASE
)
_LEGAL_FORM = re.compile(r",? (?:Inc|LLC|Ltd|GmbH|Limited|Corp|Corporation|AB|Co)\b\.?$")
_SUBJECT = re.compile(
    rf"({_NAME.pattern}) (?:may|will|shall|reserves|does not|has the right|collects|uses|shares)\b"
)
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        "the this that these those our your we us it at by in to for when if all any each no "
        "nothing such welcome thank please privacy policy terms service services inc llc ltd "
        "company website site you they he she user users customer customers member members "
        "seller sellers buyer buyers client clients party parties third vendor vendors visitor "
        "visitors licensee participant participants content information data cookies personal "
        "google facebook twitter apple arbitrator arbitration court neither either both who",
    )
)
_OFTEN = 4
"""Times a name has to act before it counts as the company's own."""
_SUBJECTS = frozenset({"we", "you"})
_NAME_WITHIN = 6_000
_READER = Lazy(lambda: EnglishReader(lexicon().vocabulary))


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence of the document and where it stands.

    Attributes:
        sentence: The sentence, with offsets of the document's text.
        block: Index of its block.
        heading: Whether it is a heading, and so never evidence by itself.
        lead_in: Index of the sentence that introduces the list it opens an item of.
        follows: Whether its item comes directly after the lead-in.
    """

    sentence: Sentence
    block: int
    heading: bool = False
    lead_in: int | None = None
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A document and its sentences, in order."""

    document: Document
    sentences: tuple[ReadSentence, ...]


def reader() -> EnglishReader:
    """The one reader of this process, built on first use. Safe to share between threads."""
    return _READER.get()


def read(document: Document) -> Reading:
    """Read every block of an English document. Linear in its length."""
    blocks = document.blocks
    name = own_name(document.text)
    sentences: list[ReadSentence] = []
    leads = _Leads(document)
    spans = [(block.start, block.end) for block in blocks]
    for index, found in enumerate(reader().read(document.text, spans)):
        lead_in, follows = leads.of(index)
        for position, sentence in enumerate(found):
            sentences.append(
                ReadSentence(
                    sentence=_with_actors(document.text, sentence, name),
                    block=index,
                    heading=blocks[index].kind is BlockKind.HEADING,
                    lead_in=lead_in if position == 0 else None,
                    follows=follows,
                )
            )
        if found:
            leads.add(index, len(sentences) - 1)
    return Reading(document, tuple(sentences))


class _Leads:
    """Follows the blocks and knows which sentence introduces the list being read."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._open: list[tuple[int, int, int]] = []  # depth, sentence, block

    def of(self, index: int) -> tuple[int | None, bool]:
        """The lead-in of block `index`, and whether the block comes right after it."""
        depth = self._depth(index)
        while self._open and self._open[-1][0] >= depth:
            self._open.pop()
        if depth == 0 or not self._open:
            return None, False
        _, sentence, block = self._open[-1]
        return sentence, block == index - 1

    def add(self, index: int, sentence: int) -> None:
        """Remember block `index`, whose last sentence is `sentence`, if it introduces a list."""
        block = self._document.blocks[index]
        text = self._document.block_text(block)
        depth = self._depth(index)
        if block.kind is BlockKind.HEADING and not text.rstrip().endswith(":"):
            self._open.clear()
        elif text.rstrip().endswith(":") or (
            depth == 0 and (_LEADS.search(text) or _FOLLOWING.search(text[-200:]))
        ):
            self._open.append((depth, sentence, index))

    def _depth(self, index: int) -> int:
        block = self._document.blocks[index]
        if block.kind is BlockKind.LIST_ITEM:
            return max(block.level, 1)
        if block.kind is BlockKind.PARAGRAPH and self._open:
            return int(bool(_BULLET.match(self._document.block_text(block))))
        return 0


def own_name(text: str) -> str | None:
    """The name under which a document speaks of its own company, or None.

    It stands where the document says (“we”); without that it is the one name
    that again and again "may", "will" or "reserves the right".
    """
    for mark in _WE_MARK.finditer(text, 0, _NAME_WITHIN):
        before = text[max(0, mark.start() - 100) : mark.start()].rpartition("\n")[2]
        for found in _NAME.finditer(before):
            if name := _cleaned(found[0]):
                return name
    subjects = Counter(_cleaned(found[1]) for found in _SUBJECT.finditer(text))
    del subjects[""]
    (name, count), (_, next_count) = (*subjects.most_common(2), ("", 0), ("", 0))[:2]
    return name if count >= _OFTEN and count > 2 * next_count else None


def _cleaned(name: str) -> str:
    """A name without its legal form; "" where it is no company's own name."""
    name = _LEGAL_FORM.sub("", name)
    return "" if len(name) < 3 or name.split()[0].lower() in _NO_NAMES else name


def _with_actors(text: str, sentence: Sentence, name: str | None) -> Sentence:
    """Count the company's own name as "we", and "our service providers" not as "our service"."""
    named = _named(text, sentence, name) if name else []
    others = [mention for mention in sentence.concepts if mention.name == "others"]
    kept = [
        mention
        for mention in sentence.concepts
        if mention.name != "we"
        or not any(o.first <= mention.first and o.last > mention.last for o in others)
    ]
    if not named and len(kept) == len(sentence.concepts):
        return sentence
    return replace(sentence, concepts=tuple(sorted(kept + named, key=lambda m: (m.first, -m.last))))


def _named(text: str, sentence: Sentence, name: str) -> list[Mention]:
    """Where a sentence speaks of the company by its own name."""
    starts = [start for start, _ in sentence.words]
    found: list[Mention] = []
    at = text.find(name, sentence.start, sentence.end)
    while at >= 0:
        first, last = bisect_left(starts, at), bisect_left(starts, at + len(name))
        if first < len(starts) and starts[first] == at:
            found.append(Mention("we", first, last))
        at = text.find(name, at + len(name), sentence.end)
    return found


def join(lead: Sentence, item: Sentence) -> Sentence:
    """One sentence of a lead-in and a list item: what the lead-in denies, the item denies.

    The item goes on with the lead-in's last clause, unless it has a subject of its own.
    """
    size = len(lead.words)
    own = any(m.first == 0 and m.name in _SUBJECTS for m in item.concepts)
    base = lead.clauses[-1] + own
    reach = 0 if own else bisect_left(item.clauses, 1)
    return Sentence(
        start=lead.start,
        end=item.end,
        words=lead.words + item.words,
        clauses=lead.clauses + tuple(clause + base for clause in item.clauses),
        concepts=lead.concepts + _shifted(item.concepts, size),
        cues=tuple(_carried(scope, size, reach) for scope in lead.cues)
        + tuple(Scope(s.cue, s.first + size, s.last + size, s.until + size) for s in item.cues),
        question=lead.question or item.question,
    )


def _carried(scope: Scope, size: int, reach: int) -> Scope:
    """A cue of the lead-in that reaches its end reaches on into the item."""
    return replace(scope, until=scope.until + reach) if scope.until >= size - 1 else scope


def _shifted(mentions: Sequence[Mention], by: int) -> tuple[Mention, ...]:
    return tuple(Mention(m.name, m.first + by, m.last + by) for m in mentions)
