"""Whose a script or an address is, in one visit."""

from __future__ import annotations

from assistant.site.seen import Seen, SeenVisit
from assistant.site.who.domains import scheme_of
from assistant.site.who.owners import Category
from assistant.site.who.parties import Party

_SERVES_OTHERS = frozenset({Category.CDN, Category.HOSTING, Category.CONSENT_MANAGER})
_OF_THE_BROWSER = frozenset(
    {
        "chrome-extension",
        "moz-extension",
        "safari-extension",
        "safari-web-extension",
        "ms-browser-extension",
    }
)


def key_of(party: Party) -> str:
    """What two parties have in common that belong together: the company, else the domain."""
    owner = party.owner
    return (owner.company or owner.name) if owner else party.domain


def serves_others(party: Party) -> bool:
    """Whether a third party only carries what others put there: files, servers, consent."""
    return party.is_any(*_SERVES_OTHERS) and not party.first_party and not party.tracks


def helps_the_form(party: Party) -> bool:
    """Whether a party is known for services that forms are built with: payment, look-ups, puzzles
    for robots. It has to hear what is typed."""
    return party.is_any(Category.UTILITY) and not party.tracks


def is_somebody(party: Party) -> bool:
    """Whether the address of a party could be read at all."""
    return bool(party.domain)


class Whose:
    """Tells parties in one visit, with what its requests say about them.

    A request tells more than its host: the path of a known collector, or a block list.
    """

    def __init__(self, seen: Seen, visit: SeenVisit) -> None:
        self._seen, self._by_url = seen, visit.by_url

    def address(self, url: str) -> Party:
        """The party that answers at an address. `is_somebody` is false where it has no host."""
        return self._by_url.get(url) or self._seen.parties.of(url)

    def script(self, url: str) -> Party | None:
        """The party behind a script; None for one of the person's own browser extensions.

        A `blob:` belongs to its origin. A script without any host (`data:`, evaluated text) is the
        page's.
        """
        if scheme_of(url) in _OF_THE_BROWSER:
            return None
        party = self.address(url.removeprefix("blob:"))
        return party if is_somebody(party) else self._seen.parties.of(self._seen.page)
