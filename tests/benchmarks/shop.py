"""An invented shop's page of fifty requests, twenty of them scripts, and a server that tells loads.

No debugger drives the browser, since one would slow every request down: the page itself tells how
long it took, then waits until it is told to load again.
"""

from __future__ import annotations

import asyncio
import io
import random
from contextlib import suppress
from types import TracebackType
from typing import Self

from PIL import Image

LOOPBACK = "127.0.0.1"
SHOP = "shop.test"
HOSTS = (SHOP, "cdn.test", "stats.test", "ads.test")
SCRIPTS, PICTURES, ASKED = 20, 20, 5
REQUESTS = 1 + 2 + SCRIPTS + PICTURES + ASKED + 2
"""The page, its style sheets, scripts and pictures, what scripts ask for, a frame and a beacon."""
_SEED = 20_261_127
_HEAD = (
    "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n"
    "Cache-Control: no-store\r\nAccess-Control-Allow-Origin: *\r\n"
    "Date: Fri, 27 Nov 2026 10:00:00 GMT\r\nServer: shop\r\nVary: Accept-Encoding\r\n"
    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: strict-origin-when-cross-origin\r\n"
    "{more}\r\n"
)
_TELL = """addEventListener("load", () => setTimeout(async () => {
  const [load] = performance.getEntriesByType("navigation");
  const told = `${load.loadEventEnd - load.startTime}`;
  const next = await fetch(`/told${location.search}`, { method: "POST", body: told });
  location.href = await next.text();
}, 50));"""
_WORK = """
  const list = document.createElement("ul");
  for (let row = 0; row < 30; row += 1) {
    const item = document.createElement("li");
    item.className = `card c${row % 7}`;
    item.textContent = steps[row % steps.length](row, 3).toString(36);
    item.addEventListener("click", () => item.remove());
    list.append(item);
  }
  document.body.append(list);
  let sum = 0;
  for (let turn = 0; turn < 40_000; turn += 1) sum += steps[turn % steps.length](turn, sum % 97);
  window.sums = (window.sums ?? 0) + sum + list.offsetHeight % 2;
"""
_TRACK = """
  const seen = [navigator.userAgent, navigator.language, navigator.platform, screen.width,
    screen.height, navigator.hardwareConcurrency, new Date().getTimezoneOffset()];
  document.cookie = `v${NUMBER}=${Math.random().toString(36).slice(2)}; Max-Age=86400; Path=/`;
  localStorage.setItem("seen${NUMBER}", JSON.stringify(seen));
  for (const type of ["scroll", "click", "mousemove", "keydown"]) {
    document.addEventListener(type, () => {}, { passive: true });
  }
"""
_ASK = 'fetch("ADDRESS").then((answer) => answer.text());'
_BEACON = 'navigator.sendBeacon("ADDRESS", JSON.stringify({ page: location.href, sums }));'


class Shop:
    """Serves the page by its names while the `async with` block runs.

    Attributes:
        latency_s: How long each answer takes.
        asked: Requests since the last load began.
    """

    def __init__(self) -> None:
        self.latency_s = 0.0
        self.asked = 0
        self._answers: dict[str, bytes] = {}
        self._go: dict[str, asyncio.Future[None]] = {}
        self._told: dict[str, asyncio.Future[float]] = {}

    def url(self, browser: str, load: int = 0) -> str:
        return f"{self._origin(SHOP)}/?browser={browser}&load={load}"

    async def ready(self, browser: str) -> None:
        """Wait for the first load of a browser."""
        while browser not in self._go:
            await asyncio.sleep(0.02)

    async def load(self, browser: str) -> float:
        """Milliseconds from the start of the navigation to the end of the load event."""
        told: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._told[browser] = told
        self.asked = 0
        self._go.pop(browser).set_result(None)
        async with asyncio.timeout(60):
            took = await told
        await self.ready(browser)
        return took

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        self._port = self._server.sockets[0].getsockname()[1]
        self._answers = self._site()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()

    def _origin(self, host: str) -> str:
        return f"http://{host}:{self._port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                target = head.split(" ", 2)[1]
                lines = (line.partition(":") for line in head.lower().split("\r\n")[1:])
                lengths = [value for name, _, value in lines if name == "content-length"]
                body = await reader.readexactly(int(lengths[0])) if lengths else b""
                if target.startswith("/told"):
                    writer.write(await self._next(target, body))
                else:
                    self.asked += 1
                    if self.latency_s:
                        await asyncio.sleep(self.latency_s)
                    path = target.partition("?")[0]
                    writer.write(self._answers.get(path, _answer("text/plain", b"")))
                await writer.drain()
        writer.close()

    async def _next(self, target: str, body: bytes) -> bytes:
        """Take what a page tells of its load, and send it on when it is its turn."""
        _, browser, count = (part.partition("&")[0] for part in target.split("="))
        told = self._told.pop(browser, None)
        if told:
            told.set_result(float(body))
        go = self._go[browser] = asyncio.get_running_loop().create_future()
        await go
        return _answer("text/plain", self.url(browser, int(count) + 1).encode())

    def _site(self) -> dict[str, bytes]:
        """What is answered for each path, the same for every host; always the same."""
        chosen = random.Random(_SEED)
        answers = {}
        scripts, pictures = [], []
        for number in range(SCRIPTS):
            host = HOSTS[0] if number < 8 else HOSTS[1 + number % 3]
            code = _script(chosen, chosen.randrange(40, 320), self._origin(host), number)
            answers[f"/s{number}.js"] = _answer("text/javascript", code.encode())
            how = "defer" if host == SHOP else "async"
            scripts.append(f'<script {how} src="{self._origin(host)}/s{number}.js"></script>')
        for number in range(PICTURES):
            pixel = number >= PICTURES - 6
            host = HOSTS[2 + number % 2] if pixel else HOSTS[number % 2]
            more = f"Set-Cookie: p{number}={chosen.getrandbits(96):x}; Path=/\r\n" if pixel else ""
            picture = _picture(chosen, 1 if pixel else chosen.randrange(24, 96))
            answers[f"/p{number}.png"] = _answer("image/png", picture, more)
            query = f"?id={chosen.getrandbits(96):x}&ev=view&n={number}" if pixel else ""
            pictures.append(f'<img src="{self._origin(host)}/p{number}.png{query}">')
        for number in range(2):
            rules = "".join(f".c{n}x{number}{{margin:{n % 9}px;color:#333}}" for n in range(600))
            answers[f"/a{number}.css"] = _answer("text/css", rules.encode())
        sheets = "".join(f'<link rel=stylesheet href="/a{number}.css">' for number in range(2))
        frame = f'<iframe src="{self._origin("ads.test")}/frame" width=300 height=250></iframe>'
        track = _TRACK.replace("${NUMBER}", "99")
        inner = f"<!doctype html><p>Buy this</p><script>{track}</script>"
        text = "<p>Things that you may want to look at before you go on.</p>" * 300
        answers["/frame"] = _answer("text/html", inner.encode())
        answers["/"] = _answer(
            "text/html",
            f"<!doctype html><meta charset=utf-8><title>Shop</title><link rel=icon href=data:,>"
            f"{sheets}<script>{_TELL}</script>{''.join(scripts)}"
            f"<body>{''.join(pictures)}{frame}{text}".encode(),
            "Set-Cookie: session=5f1c; Path=/; HttpOnly\r\n",
        )
        return answers


def _answer(kind: str, body: bytes, more: str = "") -> bytes:
    return _HEAD.format(kind=kind, length=len(body), more=more).encode() + body


def _script(chosen: random.Random, functions: int, origin: str, number: int) -> str:
    """A script that is parsed, does sums and adds to the page; some of others' look around."""
    steps = ",\n".join(
        f"  function step{n}(a, b) {{ const c = a * {chosen.randrange(1, 99)} + b; "
        f"return c % 2 ? c - {n} : (c >> 1) + {chosen.randrange(9)}; }}"
        for n in range(functions)
    )
    track = _TRACK.replace("${NUMBER}", str(number)) if number % 3 == 2 and number >= 8 else ""
    ask = _ASK.replace("ADDRESS", f"{origin}/asked?n={number}") if number % 4 == 0 else ""
    beacon = _BEACON.replace("ADDRESS", f"{origin}/beacon") if number == SCRIPTS - 1 else ""
    return f"(() => {{ const steps = [\n{steps}];{_WORK}{track}{ask}{beacon} }})();"


def _picture(chosen: random.Random, side_px: int) -> bytes:
    file = io.BytesIO()
    noise = chosen.randbytes(side_px * side_px * 3)
    Image.frombytes("RGB", (side_px, side_px), noise).save(file, "PNG")
    return file.getvalue()
