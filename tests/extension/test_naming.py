"""The extension knows links to policies as the service does, by the words of the same lists."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from assistant.knowledge import folder, load_yaml
from assistant.policy.discover import Signs, policy_candidates
from assistant.policy.document import Link

NODE = shutil.which("node")
HERE = Path(__file__).parent
BASE = "https://www.shop.co.uk/lamps/desk"
UNLIKE = {"hi", "th"}
"""Scripts whose vowel signs the extension leaves out everywhere, and the service in part."""
PATHS = (
    *("/x", "/privacy", "/legal/privacy.html", "/privacy-policy-2026/", "/terms", "/agb.php"),
    *("/account/privacy-settings", "/blog/our-privacy-policy", "/archive/terms-of-service"),
    *("/privacy%20policy", "/%E2%82", "/lamps/desk", "/datenschutzerkl%C3%A4rung", "/"),
)
TEXTS = (
    *("", "Privacy", "Read our Privacy Notice", "PRIVACY & COOKIES", "Privacy settings", "Terms"),
    *("Cookie Policy", "Our terms and conditions of sale", "Log in", "Datenschutzhinweise", "AGB"),
    *(
        "Voorwaarden en privacybeleid",
        "Conditions générales d'utilisation",
        "当社の利用規約はこちら",
    ),
    *("Gizlilik Politikası", "Privacy " * 60, "Kontakt", "Über unsere Datenschutzerklärung"),
)


def ask(*calls: tuple[Any, ...]) -> list[Any]:
    assert NODE is not None, "the tests need Node.js"
    done = subprocess.run(
        [NODE, HERE / "naming.mjs"],
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        check=True,
    )
    told: list[Any] = json.loads(done.stdout)
    return told


def held(links: list[Link], base: str = BASE) -> None:
    """Both find the same links, in the same order, with the same points."""
    given = [{"text": link.text, "url": link.url, "rel": " ".join(link.rel)} for link in links]
    (told,) = ask(("candidates", given, base))
    wanted = policy_candidates(links, base)
    assert {(one["url"], one["kind"], one["score"]) for one in told} == {
        (one.url, one.kind, one.score) for one in wanted
    }
    assert [one["score"] for one in told] == [one.score for one in wanted]


@pytest.mark.parametrize("host", ["https://www.shop.co.uk", "https://other.co.uk"])
def test_links_count_as_much_as_in_the_service(host: str) -> None:
    links = [
        Link(text, f"{host}{path}?{number}", ("privacy-policy",) if path == "/" else ())
        for number, (text, path) in enumerate((text, path) for text in TEXTS for path in PATHS)
    ]
    held(links)


def test_every_name_of_the_lists_is_known_by_both() -> None:
    signs = load_yaml(Signs, folder("policy") / "discover.yaml")
    links = [
        Link(word, f"https://www.shop.co.uk/x?{kind}{code}{place}")
        for kind, named in signs.kinds.items()
        for code, words in named.words.items()
        for place, word in enumerate(words)
        if code not in UNLIKE
    ]
    held(links)
    hindi = [word for code in UNLIKE for word in signs.kinds["privacy-policy"].words[code]]
    assert all(ask(*(("names", word) for word in hindi)))


@pytest.mark.parametrize(
    ("titles", "path", "wanted"),
    [
        (["Privacy Policy", "Lamps", "Privacy Policy | Lamps"], "/legal", True),
        (["", "Datenschutzerklärung der Lampen GmbH"], "/recht", True),
        (["Lamps", "Lamps Terms of Service"], "/legal/lamps", True),
        (["AGB"], "/x", True),
        (["Help"], "/privacy", True),
        (["Medical terms explained"], "/words", False),
        (["Privacy settings"], "/account/privacy", False),
        (["Our new privacy policy"], "/blog/privacy-changes", False),
        (["Sign in"], "/login", False),
        (["Lamps", ""], "/lamps", False),
        ([], "/", False),
    ],
)
def test_pages_are_told_by_their_titles_and_paths(
    titles: list[str], path: str, wanted: bool
) -> None:
    assert ask(("isDocument", titles, path)) == [wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I agree to the terms", True),
        ("Ich stimme den AGB zu", True),
        ("Akceptuję regulamin", True),
        ("利用規約に同意する", True),
        ("Я соглашаюсь с правилами", True),
        ("Remember my choice", False),
        ("Agreeable lamps", False),
        ("", False),
    ],
)
def test_words_of_agreement(text: str, wanted: bool) -> None:
    assert ask(("saysAgree", text)) == [wanted]
