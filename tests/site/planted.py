"""Pages with third parties planted in their HTML, and their clean twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.site.record.observation import ResourceType


@dataclass(frozen=True, slots=True)
class Plant:
    """A third party in a page.

    Attributes:
        host: Whose it is.
        type: As what a browser asks for it.
        html: The element, with `{url}` where its address goes.
        path: What is asked for there, with a value in its query.
    """

    host: str
    type: ResourceType
    html: str
    path: str

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.path}"

    @property
    def element(self) -> str:
        return self.html.format(url=self.url)


SCRIPT = '<script async src="{url}"></script>'
PIXEL = '<img width="1" height="1" alt="" src="{url}">'
FRAME = '<iframe src="{url}" title="film"></iframe>'
SHEET = '<link rel="stylesheet" href="{url}">'

PLANTS: tuple[Plant, ...] = (
    Plant("www.googletagmanager.com", ResourceType.SCRIPT, SCRIPT, "/gtag/js?id=G-PLANTED123"),
    Plant("www.google-analytics.com", ResourceType.SCRIPT, SCRIPT, "/analytics.js"),
    Plant("www.facebook.com", ResourceType.IMAGE, PIXEL, "/tr?id=10203040&ev=PageView"),
    Plant("static.hotjar.com", ResourceType.SCRIPT, SCRIPT, "/c/hotjar-1.js?sv=6"),
    Plant("fonts.googleapis.com", ResourceType.STYLESHEET, SHEET, "/css?family=Inter"),
    Plant("www.youtube.com", ResourceType.SUB_FRAME, FRAME, "/embed/film"),
    Plant("cdn.ads.test", ResourceType.SCRIPT, SCRIPT, "/bid.js"),
    Plant("pixel.broker.test", ResourceType.IMAGE, PIXEL, "/p.gif?uid=aaaaaaaaaaaaaaaa"),
)
"""Well-known hosts and invented ones. None of them may ever be asked in a test."""

_TOP = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lamps</title>{head}</head>'
)
_REST = """<body><h1>Lamps</h1><p>Every lamp is on sale this week.</p>{body}
<footer><a href="/privacy">Privacy policy</a></footer></body></html>"""


def planted_page(plants: Sequence[Plant] = PLANTS) -> str:
    """A shop's page with third parties in it, half of them in the head."""
    head = "\n".join(plant.element for plant in plants if plant.type is not ResourceType.IMAGE)
    body = "\n".join(plant.element for plant in plants if plant.type is ResourceType.IMAGE)
    return _TOP.format(head=head) + _REST.format(body=body)


def clean_page() -> str:
    """The same page with nothing but its own picture; it names trackers in its words only."""
    body = '<img src="/lamp.png" alt="A lamp"><p>We use no www.google-analytics.com here.</p>'
    return _TOP.format(head="") + _REST.format(body=body)
