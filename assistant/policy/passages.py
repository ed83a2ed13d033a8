"""Sentences as they are meant: each joined with the lead-in, heading or sentence it completes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.language.english import Cue, Mention, Sentence
from assistant.language.terms import TermFinder
from assistant.policy.evidence import LONGEST_QUOTE, quote
from assistant.policy.reading import Reading, ReadSentence, join
from assistant.report import TextSpan

DEEPEST_LIST = 3
_NEXT = 2
"""Code points between a lead-in and what stands right after it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of the document at word `offset` of a passage."""

    offset: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, with what it completes before it.

    Attributes:
        index: Of its sentence in the reading.
        sentence: The whole, lead-in first.
        words: The words of the whole in lower case.
        tags: Mentions of the vocabulary in the whole, by first word, longest first.
        pieces: The sentences that it is made of, its own last.
    """

    text: str
    index: int
    sentence: Sentence
    words: tuple[str, ...]
    tags: tuple[Mention, ...]
    pieces: tuple[Piece, ...]

    @property
    def item(self) -> int:
        """Word at which its own sentence begins; 0 where it completes nothing."""
        return self.pieces[-1].offset

    def tagged(self, section: str) -> Iterator[Mention]:
        """Tags of one section, their names without it."""
        for tag in self.tags:
            name, _, rest = tag.name.partition(":")
            if name == section:
                yield replace(tag, name=rest)

    def evidence(self, first: int, last: int) -> tuple[TextSpan, ...]:
        """The words that prove what words `first` to `last` say, end exclusive.

        One span, or two where it began in a lead-in that stands further off.
        """
        begins, ends = self._piece(first), self._piece(last - 1)
        if begins is ends:
            return quote(self.text, begins.sentence, first - begins.offset, last - begins.offset)
        lead = begins.sentence.start, begins.sentence.end
        own = ends.sentence.start, ends.sentence.end
        if 0 <= own[0] - lead[1] <= _NEXT and own[1] - lead[0] <= LONGEST_QUOTE:
            return (TextSpan(lead[0], own[1], self.text[lead[0] : own[1]]),)
        size = len(begins.sentence.words)
        return (
            *quote(self.text, begins.sentence, first - begins.offset, size),
            *quote(self.text, ends.sentence, 0, last - ends.offset),
        )

    def own_evidence(self) -> TextSpan:
        """Its own sentence, cut where it is long."""
        own = self.pieces[-1].sentence
        return quote(self.text, own, 0, len(own.words))[0]

    def _piece(self, word: int) -> Piece:
        return next(piece for piece in reversed(self.pieces) if piece.offset <= word)

    def denies(self, word: int) -> bool:
        """Whether a negation reaches `word`. Two denials cancel."""
        cues = self.sentence.cues
        plain = any(s.cue is Cue.NEGATION and s.covers(word) for s in cues)
        near = sum(s.cue is Cue.NEAR_NEGATION and s.covers(word) for s in cues)
        return bool((plain + near) % 2)

    def has(self, *cues: Cue) -> bool:
        return any(scope.cue in cues for scope in self.sentence.cues)


class Passages:
    """The sentences of a reading with their tags, to be joined as needed."""

    def __init__(self, reading: Reading, finder: TermFinder) -> None:
        self.reading = reading
        self._text = reading.document.text
        self._headings: list[int | None] = []
        nearest = None
        for index, place in enumerate(reading.sentences):
            self._headings.append(nearest)
            nearest = index if place.heading else nearest
        self._tags = finder.find(self._text, [place.sentence for place in reading.sentences])

    def __len__(self) -> int:
        return len(self.reading.sentences)

    def place(self, index: int) -> ReadSentence:
        return self.reading.sentences[index]

    def tags(self, index: int) -> Sequence[Mention]:
        """Tags of one sentence alone."""
        return self._tags[index]

    def alone(self, index: int) -> Passage:
        """A sentence by itself."""
        own = self.place(index).sentence
        words, tags = self._words(own), tuple(self._tags[index])
        return Passage(self._text, index, own, words, tags, (Piece(0, own),))

    def with_lead_in(self, index: int) -> Passage:
        """A sentence after the lead-ins of the lists that it stands in, outermost first."""
        chain = [index]
        while len(chain) <= DEEPEST_LIST:
            lead = self.place(chain[-1]).lead_in
            if lead is None:
                break
            chain.append(lead)
        passage = self.alone(chain[-1])
        for below in reversed(chain[:-1]):
            passage = self.after(passage, below)
        return passage

    def after(self, lead: Passage, index: int) -> Passage:
        """Sentence `index` as what goes on after `lead`."""
        own = self.place(index).sentence
        size = len(lead.words)
        shifted = (Mention(m.name, m.first + size, m.last + size) for m in self._tags[index])
        return Passage(
            text=self._text,
            index=index,
            sentence=join(lead.sentence, own),
            words=lead.words + self._words(own),
            tags=(*lead.tags, *shifted),
            pieces=(*lead.pieces, Piece(size, own)),
        )

    def heading_above(self, index: int) -> int | None:
        """The nearest heading before sentence `index`, or None."""
        return self._headings[index]

    def _words(self, sentence: Sentence) -> tuple[str, ...]:
        return tuple(self._text[start:end].lower() for start, end in sentence.words)
