"""The Observatory's table, result by result; broken headers never pay, missing ones neither."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.site.peers import Cookie, Headers, ObservatoryScore, Script, observatory_score
from assistant.site.peers.observatory_table import observatory_table

DIRECT = ("http://shop.example/", "https://shop.example/")
CSP, HSTS = "content-security-policy", "strict-transport-security"
COEP, COOP = "cross-origin-embedder-policy", "cross-origin-opener-policy"
CORS, CORP = "cross-origin-resource-sharing", "cross-origin-resource-policy"
XFO, XCTO = "x-frame-options", "x-content-type-options"
SRI, REFERRER = "subresource-integrity", "referrer-policy"
YEAR = "max-age=31536000"
GOOD_COOKIE = Cookie(name="sessid", secure=True, http_only=True, same_site="Lax")
PLAIN = replace(GOOD_COOKIE, name="theme")
SAME = Script(src="/a.js", integrity=None, same_site=True)
FOREIGN = Script(src="https://cdn.example/a.js", integrity=None, same_site=False)


def score(
    headers: Headers = (),
    *,
    cookies: tuple[Cookie, ...] = (),
    scripts: tuple[Script, ...] = (),
    redirects: tuple[str, ...] = DIRECT,
    https: bool = True,
    certificate_valid: bool = True,
    preloaded: bool = False,
    cors_origin: str | None = None,
) -> ObservatoryScore:
    return observatory_score(
        headers,
        cookies=cookies,
        scripts=scripts,
        redirects=redirects,
        https=https,
        certificate_valid=certificate_valid,
        preloaded=preloaded,
        cors_origin=cors_origin,
    )


def result(scored: ObservatoryScore, test: str) -> str:
    return next(t.result for t in scored.tests if t.name == test)


SAFE = "default-src 'self'; object-src 'none'"


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("default-src 'none'", "implemented-with-no-unsafe-default-src-none"),
        ("DEFAULT-SRC 'NONE'; img-src 'self'", "implemented-with-no-unsafe-default-src-none"),
        ("default-src", "implemented-with-no-unsafe-default-src-none"),
        ("default-src 'none' 'self'", "implemented-with-no-unsafe"),
        (SAFE, "implemented-with-no-unsafe"),
        (f"{SAFE}; style-src 'unsafe-inline'", "implemented-with-unsafe-inline-in-style-src-only"),
        (f"{SAFE}; style-src 'unsafe-inline' 'nonce-abc'", "implemented-with-no-unsafe"),
        (f"{SAFE}; style-src data:", "implemented-with-unsafe-inline-in-style-src-only"),
        (f"{SAFE}; img-src data:", "implemented-with-no-unsafe"),
        (f"{SAFE}; report-uri /a; report-uri /b", "implemented-but-duplicate-directives"),
        (f"{SAFE}; report-uri /a", "implemented-with-no-unsafe"),
        (
            f"{SAFE}; img-src http://a.example",
            "implemented-with-insecure-scheme-in-passive-content-only",
        ),
        (f"{SAFE}; img-src https://a.example", "implemented-with-no-unsafe"),
        (f"{SAFE}; font-src http://a.example", "implemented-with-insecure-scheme"),
        (f"{SAFE}; script-src 'unsafe-eval'", "implemented-with-unsafe-eval"),
        (f"{SAFE}; connect-src 'unsafe-eval'", "implemented-with-no-unsafe"),
        (f"{SAFE}; script-src 'unsafe-inline'", "implemented-with-unsafe-inline"),
        (f"{SAFE}; script-src 'unsafe-inline' 'sha256-abc'", "implemented-with-no-unsafe"),
        (f"{SAFE}; script-src https:", "implemented-with-unsafe-inline"),
        (f"{SAFE}; script-src https: 'nonce-a' 'strict-dynamic'", "implemented-with-no-unsafe"),
        (f"{SAFE}; script-src 'strict-dynamic'", "header-invalid"),
        ("script-src 'self'", "implemented-with-unsafe-inline"),
        ("upgrade-insecure-requests", "implemented-with-unsafe-inline"),
        (f"{SAFE}; img-src 'self'; img-src 'none'", "header-invalid"),
        ("nonsense and more", "header-invalid"),
        ("img", "header-invalid"),
        (f"{SAFE},", "header-invalid"),
    ],
)
def test_policy(policy: str, told: str) -> None:
    assert result(score({"Content-Security-Policy": policy}), CSP) == f"csp-{told}"


def test_policy_missing_or_only_reported() -> None:
    assert result(score(), CSP) == "csp-not-implemented"
    reported = score({f"{CSP}-report-only": SAFE})
    assert result(reported, CSP) == "csp-not-implemented-but-reporting-enabled"
    assert result(score({CSP: SAFE, f"{CSP}-report-only": SAFE}), CSP).endswith("no-unsafe")


def test_an_insecure_source_is_no_fault_of_an_http_page() -> None:
    policy = {CSP: f"{SAFE}; font-src http://a.example"}
    assert result(score(policy, https=False), CSP) == "csp-implemented-with-no-unsafe"


@pytest.mark.parametrize(
    ("policies", "told"),
    [
        ((SAFE, "script-src 'unsafe-inline'"), "no-unsafe"),
        ((SAFE, "img-src *"), "no-unsafe"),
        (("script-src 'unsafe-inline' 'self'", "script-src 'unsafe-inline'"), "unsafe-inline"),
        (("img-src 'self'", "script-src *"), "unsafe-inline"),
    ],
)
def test_several_policies_all_hold(policies: tuple[str, ...], told: str) -> None:
    expected = f"csp-implemented-with-{told}"
    assert result(score([(CSP, policy) for policy in policies]), CSP) == expected
    assert result(score({CSP: ", ".join(policies)}), CSP) == expected


@pytest.mark.parametrize(
    ("cookie", "hsts", "told"),
    [
        (GOOD_COOKIE, False, "secure-with-httponly-sessions-and-samesite"),
        (replace(PLAIN, http_only=False), False, "secure-with-httponly-sessions-and-samesite"),
        (replace(PLAIN, same_site=None), False, "secure-with-httponly-sessions"),
        (replace(PLAIN, name="heroku-session-affinity", secure=False), False, "not-found"),
        (replace(PLAIN, secure=False), True, "without-secure-flag-but-protected-by-hsts"),
        (replace(PLAIN, secure=False), False, "without-secure-flag"),
        (
            replace(GOOD_COOKIE, secure=False),
            True,
            "session-without-secure-flag-but-protected-by-hsts",
        ),
        (replace(GOOD_COOKIE, secure=False), False, "session-without-secure-flag"),
        (replace(PLAIN, same_site="maybe"), False, "samesite-flag-invalid"),
        (replace(PLAIN, same_site=""), False, "samesite-flag-invalid"),
        (replace(PLAIN, same_site="None"), False, "secure-with-httponly-sessions-and-samesite"),
        (replace(PLAIN, same_site="None", secure=False), True, "samesite-flag-invalid"),
        (
            replace(PLAIN, name="XCSRF", same_site=None),
            False,
            "anticsrf-without-samesite-flag",
        ),
        (
            replace(PLAIN, name="XCSRF", same_site="Strict"),
            False,
            "secure-with-httponly-sessions-and-samesite",
        ),
        (
            replace(GOOD_COOKIE, name="MyLogin", http_only=False),
            False,
            "session-without-httponly-flag",
        ),
    ],
)
def test_cookies(cookie: Cookie, hsts: bool, told: str) -> None:
    headers = {HSTS: YEAR} if hsts else {}
    assert result(score(headers, cookies=(cookie,)), "cookies") == f"cookies-{told}"


def test_the_worst_cookie_decides() -> None:
    bad = replace(GOOD_COOKIE, secure=False)
    for cookies in ((bad, PLAIN), (PLAIN, bad)):
        told = result(score(cookies=cookies), "cookies")
        assert told == "cookies-session-without-secure-flag"
    assert result(score(), "cookies") == "cookies-not-found"


ORIGIN = "https://foreign.example"


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, "not-implemented"),
        ({"access-control-allow-origin": "*"}, "implemented-with-public-access"),
        ({"access-control-allow-origin": ORIGIN}, "implemented-with-restricted-access"),
        (
            {"access-control-allow-origin": ORIGIN, "access-control-allow-credentials": "true"},
            "implemented-with-universal-access",
        ),
        (
            {"access-control-allow-origin": "null", "access-control-allow-credentials": "true"},
            "implemented-with-restricted-access",
        ),
    ],
)
def test_cors(headers: dict[str, str], told: str) -> None:
    assert result(score(headers, cors_origin=ORIGIN), CORS) == f"{CORS}-{told}"


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ((), "not-needed-no-http"),
        (DIRECT, "to-https"),
        ((*DIRECT, "https://www.shop.example/"), "to-https"),
        (("http://shop.example/", "https://www.shop.example/"), "off-host-from-http"),
        (
            ("http://shop.example/", "http://www.shop.example/", "https://www.shop.example/"),
            "not-to-https-on-initial-redirection",
        ),
        (("http://shop.example/", "http://www.shop.example/"), "not-to-https"),
        ((*DIRECT, "http://shop.example/home"), "not-to-https"),
        (("http://shop.example/",), "missing"),
        (("http://shop.example/", "https://[broken"), "not-to-https"),
    ],
)
def test_redirection(way: tuple[str, ...], told: str) -> None:
    assert result(score(redirects=way), "redirection") == f"redirection-{told}"


def test_preload_and_certificate() -> None:
    preloaded = score(redirects=("http://shop.example/",), preloaded=True)
    assert result(preloaded, "redirection") == "redirection-all-redirects-preloaded"
    assert result(preloaded, HSTS) == "hsts-preloaded"
    broken = score({HSTS: YEAR}, certificate_valid=False)
    assert result(broken, "redirection") == "redirection-invalid-cert"
    assert result(broken, HSTS) == "hsts-invalid-cert"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (YEAR, "implemented-max-age-at-least-six-months"),
        ("includeSubDomains; MAX-AGE=15552000", "implemented-max-age-at-least-six-months"),
        ("max-age=15551999", "implemented-max-age-less-than-six-months"),
        ("max-age=0", "implemented-max-age-less-than-six-months"),
        ("max-age=soon", "header-invalid"),
        ("max-age=-1", "header-invalid"),
        ("includeSubDomains", "header-invalid"),
        (f"{YEAR}, {YEAR}", "header-invalid"),
        ("", "header-invalid"),
    ],
)
def test_hsts(value: str, told: str) -> None:
    assert result(score({HSTS: value}), HSTS) == f"hsts-{told}"


def test_hsts_missing() -> None:
    assert result(score(), HSTS) == "hsts-not-implemented"
    assert result(score({HSTS: YEAR}, https=False), HSTS) == "hsts-not-implemented-no-https"


@pytest.mark.parametrize(
    ("scripts", "told"),
    [
        ((), "not-implemented-but-no-scripts-loaded"),
        ((SAME,), "not-implemented-but-all-scripts-loaded-from-secure-origin"),
        ((replace(SAME, src=""),), "not-implemented-but-all-scripts-loaded-from-secure-origin"),
        ((replace(SAME, integrity="x"),), "implemented-and-all-scripts-loaded-securely"),
        (
            (replace(FOREIGN, integrity="x"), SAME),
            "implemented-and-external-scripts-loaded-securely",
        ),
        ((FOREIGN,), "not-implemented-but-external-scripts-loaded-securely"),
        (
            (replace(FOREIGN, same_site=True),),
            "not-implemented-but-all-scripts-loaded-from-secure-origin",
        ),
        (
            (replace(FOREIGN, src="//cdn.example/a.js", integrity="x"), FOREIGN),
            "implemented-but-external-scripts-not-loaded-securely",
        ),
        (
            (replace(FOREIGN, src="http://cdn.example/a.js"),),
            "not-implemented-and-external-scripts-not-loaded-securely",
        ),
    ],
)
def test_scripts(scripts: tuple[Script, ...], told: str) -> None:
    assert result(score({"content-type": "text/html"}, scripts=scripts), SRI) == f"sri-{told}"


def test_what_is_no_html_needs_no_integrity() -> None:
    assert result(score({"content-type": "image/png"}), SRI).endswith("response-not-html")
    assert result(score({"content-type": "image/png"}, scripts=(SAME,)), SRI).endswith("origin")


@pytest.mark.parametrize(
    ("header", "value", "told"),
    [
        (REFERRER, "no-referrer", "private"),
        (REFERRER, "unsafe-url, Strict-Origin, new-word", "private"),
        (REFERRER, "no-referrer, origin", "unsafe"),
        (REFERRER, "no referrer", "header-invalid"),
        (REFERRER, "", "header-invalid"),
        (XCTO, " NoSniff ", "nosniff"),
        (XCTO, "no-sniff", "header-invalid"),
        (XCTO, "nosniff, nosniff", "header-invalid"),
        (XCTO, "", "not-implemented"),
        (XFO, "Deny", "sameorigin-or-deny"),
        (XFO, "SAMEORIGIN", "sameorigin-or-deny"),
        (XFO, "allow-from https://a.example", "allow-from-origin"),
        (XFO, "denied", "header-invalid"),
        (XFO, "", "not-implemented"),
        (CORP, "same-origin", "implemented-with-same-origin"),
        (CORP, "Same-Site", "implemented-with-same-site"),
        (CORP, "cross-origin", "implemented-with-cross-origin"),
        (CORP, "same origin", "header-invalid"),
        (COEP, "require-corp", "implemented-with-require-corp"),
        (COEP, 'require-corp; report-to="a"', "implemented-with-require-corp"),
        (COEP, "require-corp; report-to=a b", "header-invalid"),
        (COEP, "credentialless", "implemented-with-credentialless"),
        (COEP, "unsafe-none", "implemented-with-unsafe-none"),
        (COEP, "Require-Corp", "header-invalid"),
        (COOP, "same-origin", "implemented-with-same-origin"),
        (COOP, "same-origin-allow-popups", "implemented-with-same-origin-allow-popups"),
        (COOP, "noopener-allow-popups", "implemented-with-noopener-allow-popups"),
        (COOP, "unsafe-none", "implemented-with-unsafe-none"),
        (COOP, '"same-origin"', "header-invalid"),
    ],
)
def test_one_word_headers(header: str, value: str, told: str) -> None:
    short = {CORP: "corp", COEP: "coep", COOP: "coop"}.get(header, header)
    assert result(score({header.title(): value}), header) == f"{short}-{told}"


def test_missing_one_word_headers() -> None:
    for header in (REFERRER, XCTO, XFO, CORP, COEP, COOP):
        assert result(score(), header).endswith("-not-implemented")


def test_frame_ancestors_replaces_the_older_header() -> None:
    policy = f"{SAFE}; frame-ancestors 'self'"
    assert result(score({CSP: policy}), XFO) == "x-frame-options-implemented-via-csp"
    assert result(score({CSP: SAFE}), XFO) == "x-frame-options-not-implemented"


BEST = (
    (CSP, "default-src 'none'; frame-ancestors 'none'"),
    (REFERRER, "no-referrer"),
    (HSTS, YEAR),
    (XCTO, "nosniff"),
    (CORP, "same-origin"),
    (COEP, "require-corp"),
    (COOP, "same-origin"),
)


def test_sums_and_grades() -> None:
    bare = score()
    assert (bare.score, bare.grade) == (30, "D")  # csp -25, hsts -20, sniffing -5, framing -20
    best = score(BEST)
    assert (best.score, best.grade) == (100 + 10 + 5 + 10 + 10 + 10 + 5, "A+")
    # 75 without bonuses: they stay out.
    fair = score([h for h in BEST if h[0] not in (HSTS, XCTO)])
    assert (fair.score, fair.grade) == (75, "B")
    worst = score(
        cookies=(replace(GOOD_COOKIE, secure=False),), redirects=("http://a.example/",), https=False
    )
    assert (worst.score, worst.grade) == (0, "F")


# The published grade chart, read 2026-11-27.
@pytest.mark.parametrize(
    ("points", "grade"),
    list(
        zip(
            (100, 99, 90, 85, 80, 70, 65, 60, 50, 45, 40, 30, 25, 24, 0),
            ("A+", "A", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F", "F"),
            strict=True,
        )
    ),
)
def test_chart(points: int, grade: str) -> None:
    bands = observatory_table().bands
    assert next(name for name, lowest in bands.items() if points >= lowest) == grade


def test_results_are_listed_best_first() -> None:
    for results in observatory_table().modifiers.values():
        assert list(results.values()) == sorted(results.values(), reverse=True)


HOSTILE = {
    "empty": "",
    "long": "a" * 1_000_000,
    "many": "a;" * 500_000,
    "commas": "a," * 500_000,
    "not UTF-8": "\udcff\udcfe" * 10,
    "controls": "\0\r\n\t;,",
    "digits": "max-age=" + "9" * 10_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("times", [1, 3])
def test_hostile_values_never_pay(kind: str, times: int) -> None:
    names = [name for name, _ in BEST] + [XFO, "access-control-allow-origin", "content-type"]
    for name in names:
        headers = [(name, HOSTILE[kind])] * times
        assert score(headers).score <= score().score
        assert score([*BEST, *headers]).score <= score(BEST).score


@given(st.lists(st.tuples(st.sampled_from([n for n, _ in BEST]), st.text(max_size=60))))
def test_no_header_raises(headers: list[tuple[str, str]]) -> None:
    assert score(headers).score >= 0


@given(
    st.sets(st.sampled_from(BEST)),
    st.sampled_from(BEST),
    st.sampled_from([(), (GOOD_COOKIE,), (replace(PLAIN, secure=False),)]),
)
def test_a_missing_header_never_improves(
    headers: set[tuple[str, str]], missing: tuple[str, str], cookies: tuple[Cookie, ...]
) -> None:
    with_it = score({*headers, missing}, cookies=cookies)
    assert score(headers - {missing}, cookies=cookies).score <= with_it.score


@given(
    st.lists(
        st.builds(
            Cookie,
            name=st.sampled_from(["sess", "csrf", "a"]),
            secure=st.booleans(),
            http_only=st.booleans(),
            same_site=st.sampled_from(["Lax", None]),
        ),
        min_size=1,
    ),
    st.sampled_from(["secure", "http_only", "same_site"]),
    st.booleans(),
)
def test_a_missing_cookie_flag_never_improves(cookies: list[Cookie], flag: str, hsts: bool) -> None:
    headers = BEST if hsts else ()
    first = {
        "secure": replace(cookies[0], secure=False),
        "http_only": replace(cookies[0], http_only=False),
        "same_site": replace(cookies[0], same_site=None),
    }[flag]
    before, after = (tuple(cookies), (first, *cookies[1:]))
    assert score(headers, cookies=after).score <= score(headers, cookies=before).score


@given(
    st.lists(
        st.builds(
            Script,
            src=st.sampled_from(
                ["/a", "//b.example/a", "http://b.example/a", "https://b.example/a"]
            ),
            integrity=st.sampled_from(["x", None]),
            same_site=st.booleans(),
        ),
        min_size=1,
    ),
)
def test_missing_integrity_never_improves(scripts: list[Script]) -> None:
    without = (replace(scripts[0], integrity=None), *scripts[1:])
    assert score(BEST, scripts=without).score <= score(BEST, scripts=tuple(scripts)).score
