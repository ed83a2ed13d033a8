"""Third parties that take in what a visitor types, and what left before it was sent."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from assistant.report import NetworkRequest
from assistant.site.details import CaptureTold
from assistant.site.detect.capture_words import capture_words
from assistant.site.detect.replay import Sent, recorders
from assistant.site.detect.whose import Whose, helps_the_form, is_somebody, key_of, serves_others
from assistant.site.detection import Detection, answer, evidence_at
from assistant.site.record.observation import FieldKind, Leak, Watched
from assistant.site.seen import Seen, SeenVisit
from assistant.site.who.owners import Category
from assistant.site.who.parties import Party

FIELD_READING = "site.field-reading"
KEY_LOGGING = "site.key-logging"
BEFORE_SUBMIT = "site.capture-before-submit"
PASSWORD = "site.password-captured"  # noqa: S105 the id of a rule
SESSION_REPLAY = "site.session-replay"

_SURE_READ = 0.8
_SURE_KEYS = 0.8
_SURE_LEFT = 0.95


def detect_field_reading(seen: Seen) -> Detection:
    """Third-party scripts that read the value of a personal field."""
    return _of_rule(seen, FIELD_READING, complete=_watched(seen), sure=_SURE_READ)


def detect_key_logging(seen: Seen) -> Detection:
    """Third-party scripts that listen to typing and then send something to their owner."""
    return _of_rule(seen, KEY_LOGGING, complete=_typed(seen), sure=_SURE_KEYS)


def detect_capture_before_submit(seen: Seen) -> Detection:
    """Typed values that reached a third party before the form was sent."""
    return _of_rule(seen, BEFORE_SUBMIT, complete=_all_told(seen), sure=_SURE_LEFT)


def detect_password_captured(seen: Seen) -> Detection:
    """Passwords that reached a third party before they were sent, or a tracker at any time."""
    return _of_rule(seen, PASSWORD, complete=_all_told(seen), sure=_SURE_LEFT)


def captures(seen: Seen) -> tuple[CaptureTold, ...]:
    """Everybody who takes in what the visitor does or types, each way once.

    A password that was captured is told as that only.
    """
    recorded = (
        CaptureTold(kind=SESSION_REPLAY, owner=one.party.name, url=one.where.url)
        for one in recorders(seen)
    )
    told = tuple(dict.fromkeys(capture for capture, _ in _captures(seen)))
    passwords = {(c.owner, c.url, c.channel) for c in told if c.kind == PASSWORD}
    return tuple(dict.fromkeys(recorded)) + tuple(
        capture
        for capture in told
        if capture.kind != BEFORE_SUBMIT
        or capture.field is not FieldKind.PASSWORD
        or (capture.owner, capture.url, capture.channel) not in passwords
    )


def _of_rule(seen: Seen, rule: str, *, complete: bool, sure: float) -> Detection:
    found = ((told.owner, where) for told, where in _captures(seen) if told.kind == rule)
    return answer(found, complete=complete, sure=sure)


def _watched(seen: Seen) -> bool:
    return seen.whole and seen.watched(Watched.FIELDS)


def _typed(seen: Seen) -> bool:
    """Whether something was typed where it could have been seen to leave."""
    return _watched(seen) and any(v.visit.typed for v in seen.visits)


def _all_told(seen: Seen) -> bool:
    """The same, and of everything that left it is known where to."""
    return _typed(seen) and all(
        is_somebody(seen.parties.of(leak.url)) for v in seen.visits for leak in v.visit.leaks
    )


def _captures(seen: Seen) -> Iterator[tuple[CaptureTold, NetworkRequest]]:
    for visit in seen.visits:
        whose = Whose(seen, visit)
        yield from _reads(visit, whose)
        yield from _key_logs(visit, whose)
        yield from _leaks(visit, whose)


def _reads(visit: SeenVisit, whose: Whose) -> Iterator[tuple[CaptureTold, NetworkRequest]]:
    for read in visit.visit.reads:
        party = _outsider(whose, read.script)
        if party and read.field in capture_words().personal:
            told = CaptureTold(
                kind=FIELD_READING, owner=party.name, url=read.script, field=read.field
            )
            yield told, evidence_at(read.script, read.field)


def _key_logs(visit: SeenVisit, whose: Whose) -> Iterator[tuple[CaptureTold, NetworkRequest]]:
    """Scripts that listen to typing and whose owner receives what was typed afterwards, or much.

    Where much is sent only: a known recorder is told by its own rule, and who listens on the whole
    page must have had something to hear.
    """
    sent, words = Sent(visit), capture_words()
    last_leak: dict[str, float] = {}
    for leak in visit.visit.leaks:
        if (taker := _taker(whose, leak)) and not leak.submitted:
            key = key_of(taker)
            last_leak[key] = max(leak.at_ms, last_leak.get(key, leak.at_ms))
    for listener in visit.visit.listeners:
        party = _outsider(whose, listener.script)
        if party is None or listener.event not in words.keys:
            continue
        field = listener.target if isinstance(listener.target, FieldKind) else None
        if listener.target == "element" or (field and field not in words.personal):
            continue
        leaked = last_leak.get(key_of(party), -inf) >= listener.at_ms
        streams = (
            bool(field or visit.visit.typed)
            and not party.is_any(Category.SESSION_REPLAY)
            and sent.much(party, after_ms=listener.at_ms)
        )
        if leaked or streams:
            told = CaptureTold(kind=KEY_LOGGING, owner=party.name, url=listener.script, field=field)
            yield told, evidence_at(listener.script, f"{listener.event}: {listener.target}")


def _leaks(visit: SeenVisit, whose: Whose) -> Iterator[tuple[CaptureTold, NetworkRequest]]:
    for leak in visit.visit.leaks:
        party = _taker(whose, leak)
        if party is None:
            continue
        if not leak.submitted:
            yield _told(leak, party, BEFORE_SUBMIT), _where(leak)
        if leak.field is FieldKind.PASSWORD and (not leak.submitted or party.tracks):
            yield _told(leak, party, PASSWORD), _where(leak)


def _told(leak: Leak, party: Party, rule: str) -> CaptureTold:
    return CaptureTold(
        kind=rule,
        owner=party.name,
        url=leak.url,
        field=leak.field,
        channel=leak.channel,
        encodings=leak.encodings,
    )


def _where(leak: Leak) -> NetworkRequest:
    what = f"{leak.field}: {leak.channel}, {' of '.join(reversed(leak.encodings))}"
    return evidence_at(leak.url, what, initiator=leak.script)


def _outsider(whose: Whose, script: str) -> Party | None:
    """The third party behind a script; None for the site, for those who only carry its files,
    and for services that a form is built with."""
    party = whose.script(script)
    if party is None or party.first_party or not is_somebody(party):
        return None
    return None if serves_others(party) or helps_the_form(party) else party


def _taker(whose: Whose, leak: Leak) -> Party | None:
    """The third party that a value went to; None where it went where it was meant to go.

    That is the site itself, a server that the site's own script uses, whoever answers a search
    and does not follow people, and a known service that looks up addresses.
    """
    party = whose.address(leak.url)
    if party.first_party or not is_somebody(party):
        return None
    if leak.script is not None:
        sender = whose.script(leak.script)
        if sender is None:
            return None
        if sender.first_party and serves_others(party):
            return None
    if leak.field is FieldKind.SEARCH and not party.tracks:
        return None
    if leak.field is FieldKind.ADDRESS and helps_the_form(party):
        return None
    return party
