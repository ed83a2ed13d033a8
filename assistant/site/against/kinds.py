"""The kinds of contradiction between a policy and a page: data, checked on loading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import ConfigDict, with_config

from assistant.knowledge import InvalidKnowledge, Source, folder, load_yaml
from assistant.report import Outcome
from assistant.site.against.wordings import Wordings
from assistant.site.rulebook import ROOM

_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SaidByRule:
    """A claim that a policy rule has found.

    Attributes:
        rule: Id of the policy rule.
        outcome: With which the policy makes the claim; absent counts only with a quote.
        about: Wordings of which the quoted sentence has to have one; none for any sentence.
        not_about: Wordings of which it may have none.
        strength: How surely this outcome is this claim, in (0, 1].
    """

    rule: str
    outcome: Outcome
    about: tuple[str, ...] = ()
    not_about: tuple[str, ...] = ()
    strength: float = 1.0


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class SaidInWords:
    """A claim that no policy rule looks for, by its wordings.

    Attributes:
        find: Wordings, of which a sentence has to have one.
        unless: Wordings of which it may have none, beside those that all kinds share.
    """

    find: tuple[str, ...]
    unless: tuple[str, ...] = ()
    strength: float = 0.8


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """Something that the policy rules out and the page does.

    Attributes:
        rule: Id of the site rule.
        rules, words: Ways in which a policy makes the claim.
        seen: Site rules whose presence contradicts it.
        admits: Policy rules whose presence takes the claim back: then the policy says both.
        admits_in_words: The same, by wordings.
    """

    rule: str
    seen: tuple[str, ...]
    rules: tuple[SaidByRule, ...] = ()
    words: tuple[SaidInWords, ...] = ()
    admits: tuple[str, ...] = ()
    admits_in_words: tuple[str, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """Something that the page does and the policy is silent about.

    Attributes:
        rule: Id of the site rule.
        seen: Site rules that tell that it is done.
        rules: Policy rules that speak of it, whatever they say.
        words: Wordings that speak of it.
        near: Wordings of the passage that comes closest, best first.
        among_named: Whether it is about who is missing from the recipients that the policy names.
        strength: How surely silence about it is silence, in (0, 1].
    """

    rule: str
    seen: tuple[str, ...]
    rules: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    among_named: bool = False
    strength: float = 0.7


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """Something in the policy itself that costs points: any of some policy rules is present."""

    rule: str
    present: tuple[str, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """Words that make a claim smaller than the page.

    Attributes:
        but: Wordings that make it whole again.
    """

    words: tuple[str, ...]
    but: tuple[str, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """All kinds, and the words that they share.

    Attributes:
        language: In which the wordings are; a policy in another one is not read.
        abbreviations: Words with a full stop that end no sentence.
        words: Named lists for wordings.
        narrow: What makes a claim smaller than the page.
        takes_back: Wordings that open an exception to the sentence before.
        consent: Wordings that tie a claim to the visitor's consent.
        denies: Wordings that deny.
        against_consent: Site rules that tell that consent was not waited for or not heeded.
        elsewhere: Wordings that name another document, whose word is still missing.
        elsewhere_address: What the address of that document has in it.
        names_recipients: Wordings of sentences that name who gets data.
        names_examples: Wordings of sentences that name only some.
    """

    language: str
    sources: tuple[Source, ...]
    abbreviations: tuple[str, ...]
    words: Mapping[str, Sequence[str]]
    narrow: tuple[Narrow, ...]
    takes_back: tuple[str, ...]
    consent: tuple[str, ...]
    denies: tuple[str, ...]
    against_consent: tuple[str, ...]
    elsewhere: tuple[str, ...]
    elsewhere_address: str
    names_recipients: tuple[str, ...]
    names_examples: tuple[str, ...]
    contradicts: tuple[Denied, ...]
    undisclosed: tuple[Unsaid, ...]
    policy: tuple[Practice, ...]

    def wordings(self, listed: Sequence[str]) -> Wordings:
        """The wordings of a list, compiled once."""
        return _compiled(tuple(listed))

    def lists(self) -> Iterable[Sequence[str]]:
        """Every list of wordings."""
        for narrow in self.narrow:
            yield from (narrow.words, narrow.but)
        yield from (self.takes_back, self.consent, self.denies, self.elsewhere)
        yield from (self.names_recipients, self.names_examples)
        for denied in self.contradicts:
            yield denied.admits_in_words
            for by_rule in denied.rules:
                yield from (by_rule.about, by_rule.not_about)
            for in_words in denied.words:
                yield from (in_words.find, in_words.unless)
        for unsaid in self.undisclosed:
            yield from (unsaid.words, *([near] for near in unsaid.near))


@cache
def kinds() -> Kinds:
    """The kinds, from `contradictions.yaml`, with every wording checked.

    Raises:
        InvalidKnowledge: The file has another shape, or a wording cannot be read.
    """
    found = load_yaml(Kinds, folder(ROOM) / "contradictions.yaml")
    try:
        for listed in found.lists():
            Wordings(listed, found.words)
    except ValueError as error:
        raise InvalidKnowledge(f"contradictions.yaml: {error}") from error
    return found


@cache
def _compiled(listed: tuple[str, ...]) -> Wordings:
    return Wordings(listed, kinds().words)
