"""Scripts that record the visit so that it can be played back like a film."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from assistant.report import NetworkRequest
from assistant.site.detect.capture_words import capture_words
from assistant.site.detect.whose import Whose, helps_the_form, is_somebody, key_of, serves_others
from assistant.site.detection import Detection, answer, evidence_at, evidence_of
from assistant.site.record.observation import ResourceType, Watched
from assistant.site.seen import Seen, SeenVisit
from assistant.site.who.owners import Category
from assistant.site.who.parties import Party

_SURE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """A script that records the visit.

    Attributes:
        where: The script.
    """

    party: Party
    where: NetworkRequest


def detect_session_replay(seen: Seen) -> Detection:
    """Scripts of known recorders, and scripts of others that behave like one."""
    found = ((recorder.party.name, recorder.where) for recorder in recorders(seen))
    complete = seen.whole and seen.watched(Watched.FIELDS)
    return answer(found, complete=complete, sure=_SURE)


def recorders(seen: Seen) -> Iterator[Recorder]:
    """Every recorder's script, in every visit."""
    for visit in seen.visits:
        for contact in visit.third:
            known = contact.party.is_any(Category.SESSION_REPLAY)
            if known and contact.request.type is ResourceType.SCRIPT:
                yield Recorder(party=contact.party, where=evidence_of(contact.request))
        yield from _by_conduct(seen, visit)


class Sent:
    """What each company received in one visit, beside reports of errors in the page's policy."""

    def __init__(self, visit: SeenVisit) -> None:
        bodies: dict[str, list[tuple[float, int]]] = {}
        for contact in visit.third:
            request = contact.request
            if request.type is ResourceType.CSP_REPORT or not request.body:
                continue
            if request.body.size > 0:
                sent = (request.at_ms, request.body.size)
                bodies.setdefault(key_of(contact.party), []).append(sent)
        self._times = {key: sorted(at for at, _ in sent) for key, sent in bodies.items()}
        self._sizes = {
            key: tuple(accumulate(size for _, size in sorted(sent, reverse=True)))
            for key, sent in bodies.items()
        }

    def much(self, party: Party, *, after_ms: float = 0) -> bool:
        """Whether a party's company received as much and as often as somebody who records."""
        times = self._times.get(key_of(party), [])
        count = len(times) - bisect_left(times, after_ms)
        words = capture_words()
        return (
            count >= words.least_bodies
            and self._sizes[key_of(party)][count - 1] >= words.least_bytes
        )


def _by_conduct(seen: Seen, visit: SeenVisit) -> Iterator[Recorder]:
    """Listens to the mouse, to scrolling or clicks, and to typing, and sends much."""
    whose, sent, words = Whose(seen, visit), Sent(visit), capture_words()
    heard: dict[str, set[str]] = {}
    for listener in visit.visit.listeners:
        if listener.target in ("document", "window"):
            heard.setdefault(listener.script, set()).add(listener.event)
    for script, events in heard.items():
        if not all(events & group for group in (words.moves, words.acts, words.keys)):
            continue
        party = whose.script(script)
        if party is None or party.first_party or not is_somebody(party):
            continue
        if serves_others(party) or helps_the_form(party) or not sent.much(party):
            continue
        heard_of = ", ".join(sorted(events & (words.moves | words.acts | words.keys)))
        yield Recorder(party=party, where=evidence_at(script, heard_of))
