"""Which links lead to a policy. Invented sites."""

from __future__ import annotations

import pytest

from assistant.policy.discover import (
    common_paths,
    find_links,
    language_alternatives,
    layered_links,
    policy_candidates,
    well_known_urls,
)
from assistant.policy.document import Link

BASE = "https://www.example.com/shop/item"


def best(html: str) -> list[tuple[str, str]]:
    return [(c.kind, c.url) for c in policy_candidates(find_links(html, BASE), BASE)]


def test_finds_links_with_text_rel_and_absolute_address() -> None:
    html = (
        "<head><base href='/de/'><link rel='Privacy-Policy' href='p'></head>"
        "<a href='x#part'>Our <b>privacy</b> rules</a><a href='/img'><img alt='Privacy'></a>"
        "<a href='javascript:void(0)'>Privacy</a><a href='mailto:a@example.com'>Privacy</a>"
        "<a href='http://[broken'>Privacy</a><a>Privacy</a>"
    )
    assert find_links(html, BASE) == (
        Link("", "https://www.example.com/de/p", ("privacy-policy",)),
        Link("Our privacy rules", "https://www.example.com/de/x#part"),
        Link("Privacy", "https://www.example.com/img"),
    )


def test_rel_beats_words_and_privacy_beats_terms() -> None:
    html = (
        "<a href='/privacy'>Privacy policy</a><a href='/terms'>Terms of service</a>"
        "<a rel='nofollow privacy-policy' href='/how-we-work'>How we work</a>"
    )
    assert best(html) == [
        ("privacy-policy", "https://www.example.com/how-we-work"),
        ("privacy-policy", "https://www.example.com/privacy"),
        ("terms", "https://www.example.com/terms"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Datenschutzerklärung", "Politique de confidentialité", "Política de privacidad",
        "Informativa sulla privacy", "Política de privacidade", "Privacyverklaring",
        "Integritetspolicy", "Privatlivspolitik", "Personvernerklæring", "Tietosuojaseloste",
        "Polityka prywatności", "Ochrana osobních údajů", "Ochrana osobných údajov",
        "Adatvédelmi tájékoztató", "Politica de confidențialitate", "Πολιτική απορρήτου",
        "Gizlilik Politikası", "Политика конфиденциальности", "Політика конфіденційності",
        "プライバシーポリシー", "개인정보처리방침", "隐私政策", "سياسة الخصوصية", "מדיניות פרטיות",
        "PRIVACY & COOKIES", "Read our Privacy Notice",
    ],
)  # fmt: skip
def test_reads_link_texts_in_many_languages(text: str) -> None:
    assert best(f"<a href='/a1'>Start</a><a href='/a2'>{text}</a><a href='/a3'>Blog</a>") == [
        ("privacy-policy", "https://www.example.com/a2")
    ]


def test_a_path_alone_is_enough() -> None:
    assert best("<a href='/legal/privacy-policy.html'><svg></svg></a>") == [
        ("privacy-policy", "https://www.example.com/legal/privacy-policy.html")
    ]


def test_a_company_of_the_same_group_is_allowed_and_comes_second() -> None:
    html = "<a href='https://group.example.org/privacy'>Privacy</a><a href='/privacy'>Privacy</a>"
    assert [url for _, url in best(html)] == [
        "https://www.example.com/privacy",
        "https://group.example.org/privacy",
    ]


@pytest.mark.parametrize(
    "link",
    [
        "<a href='/account/login?next=privacy'>Log in to your privacy dashboard</a>",
        "<a href='/blog/why-it-matters'>Why privacy matters: a story</a>",
        "<a href='/settings/privacy'>Privacy settings</a>",
        "<a href='/choices'>Your privacy choices</a>",
        "<a href='#privacy'>Privacy</a>",
        "<a href='/cookies'>Cookie settings</a>",
        "<a href='/garden/privacy-screens'>Privacy screens and fences</a>",
        "<a href='/about'>About us</a>",
    ],
)
def test_near_misses_come_after_the_policy_or_not_at_all(link: str) -> None:
    found = best(f"{link}<a href='/legal/privacy'>Privacy Policy</a>")
    assert found[0] == ("privacy-policy", "https://www.example.com/legal/privacy")


def test_each_candidate_says_why() -> None:
    (candidate,) = policy_candidates([Link("Privacy notice", f"{BASE}/privacy")], BASE)
    assert "privacy notice" in candidate.reason
    assert candidate.score > 0


def test_only_the_wanted_kinds_are_offered() -> None:
    links = find_links("<a href='/terms'>Terms</a><a href='/privacy'>Privacy</a>", BASE)
    assert [c.kind for c in policy_candidates(links, BASE, ("terms",))] == ["terms"]


@pytest.mark.parametrize(
    "html", ["", "   ", "no links", "<a href=", b"\x00\xff\x89PNG\x00", "<a href='/x'>"]
)
def test_nothing_there_gives_nothing(html: str | bytes) -> None:
    assert policy_candidates(find_links(html, BASE), BASE) == ()
    assert layered_links(html, BASE) == ()
    assert language_alternatives(html, BASE) == ()


def test_broken_and_deep_pages_are_read_in_time() -> None:
    html = "<div><a href='/x'>" * 5_000 + "<a href='/privacy'>Privacy</a>"
    assert ("privacy-policy", "https://www.example.com/privacy") in best(html)


def test_guesses_are_on_the_site_itself() -> None:
    assert well_known_urls(BASE) == ("https://www.example.com/.well-known/privacy-policy",)
    assert common_paths(BASE)[0] == "https://www.example.com/privacy"
    assert all(url.startswith("https://www.example.com/") for url in common_paths(BASE))


def test_layers_are_deeper_parts_of_the_same_policy() -> None:
    base = "https://www.example.com/privacy"
    html = (
        "<a href='/privacy/california'>California privacy notice</a>"
        "<a href='/privacy/full'>Read the full privacy policy</a>"
        "<a href='/privacy'>Privacy</a><a href='/privacy#rights'>Your rights</a>"
        "<a href='/privacy/archive'>Previous versions</a><a href='/settings'>Privacy settings</a>"
        "<a href='https://other.example.net/privacy/full'>Full privacy policy of a partner</a>"
        "<a href='/products'>Our products</a>"
    )
    assert layered_links(html, base) == (
        "https://www.example.com/privacy/full",
        "https://www.example.com/privacy/california",
    )


def test_english_versions_by_hreflang_then_by_name() -> None:
    html = (
        "<link rel='alternate' hreflang='en-GB' href='/en-gb/privacy'>"
        "<link rel='alternate' hreflang='fr' href='/fr/privacy'>"
        "<a href='/en'>English</a><a href='/de'>Deutsch</a>"
    )
    assert language_alternatives(html, "https://www.example.com/de/privacy") == (
        "https://www.example.com/en-gb/privacy",
        "https://www.example.com/en",
    )
