"""The score the MDN HTTP Observatory's published table gives a page's headers and cookies.

It judges protection against attackers more than privacy; it is shown for
comparison and takes no part in our rating. Headers set by `<meta>` and pages
that cannot be parsed are not judged: only what is handed in is.

Four results are stricter than the published program, so that broken input
never pays: a `max-age` without a plain number is invalid, a policy without a
known directive is invalid, a reporting directive given twice does not hide a
fault, and the worst external script decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.site.peers.csp import Csp, InvalidPolicy, judge_csp, parse_csp
from assistant.site.peers.observatory_table import observatory_table

_LONGEST = 1024
"""Characters of a header beyond which it counts as broken."""
_MAX_AGE = re.compile(r"max-age=([0-9]{1,120})(?![0-9])")
_WORD = r"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*"
_ITEM = re.compile(
    rf"({_WORD})(?:; *[a-z*][a-z0-9_\-.*]*"
    rf'(?:=(?:{_WORD}|"(?:[^"\\]|\\["\\])*"|-?[0-9][0-9.]*|\?[01]|:[A-Za-z0-9+/=]*:))?)*'
)
"""A token with parameters (RFC 8941, 3.3)."""

Headers = Mapping[str, str] | Iterable[tuple[str, str]]
"""Header names in any case and their values; pairs where a name may come several times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """A cookie the page set.

    Attributes:
        same_site: The attribute's value as sent; None where it was not.
    """

    name: str
    secure: bool
    http_only: bool
    same_site: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script element of the page.

    `crossorigin` changes nothing in the published score and is not asked for.

    Attributes:
        src: The address as written in the page; "" for a script without one.
        integrity: The attribute's value, or None.
        same_site: Whether a full address has the page's registrable domain.
    """

    src: str
    integrity: str | None
    same_site: bool


@dataclass(frozen=True, slots=True)
class ObservatoryTest:
    """One test's name, its result in the Observatory's words, and the points it gives or takes."""

    name: str
    result: str
    modifier: int


@dataclass(frozen=True, slots=True)
class ObservatoryScore:
    """Points from 0 on (bonuses can lift them above 100), their grade, and every test."""

    score: int
    grade: str
    tests: tuple[ObservatoryTest, ...]


def observatory_score(
    headers: Headers,
    *,
    cookies: Sequence[Cookie],
    scripts: Sequence[Script],
    redirects: Sequence[str],
    https: bool,
    certificate_valid: bool = True,
    preloaded: bool = False,
    cors_origin: str | None = None,
) -> ObservatoryScore:
    """Score a page by the Observatory's table. Never raises for what a server sent.

    Args:
        headers: Of the page's last response.
        cookies: All that the page set, first party and third.
        scripts: All script elements of the page.
        redirects: Every URL from the http:// request to the last response, in
            order; one alone was not redirected; empty if nothing answers over http.
        https: Whether the page came over https.
        certificate_valid: Whether its certificate chain could be verified.
        preloaded: Whether every host on the way is on the browsers' HSTS preload list.
        cors_origin: The foreign origin our request named; None if it named none.

    Source:
        mdn-http-observatory, `src/grader/charts.js`, `src/scanner/index.js`.
    """
    sent = _by_name(headers)
    csp = _csp(sent)
    hsts = _hsts(sent, https=https, verified=certificate_valid, preloaded=preloaded)
    results = {
        "content-security-policy": _judge_csp(csp, sent, https=https),
        "cookies": _judge_cookies(cookies, hsts=_passes(hsts)),
        "cross-origin-resource-sharing": _judge_cors(sent, cors_origin),
        "redirection": _judge_redirects(redirects, certificate_valid, preloaded=preloaded),
        "referrer-policy": _judge_referrer(sent),
        "strict-transport-security": hsts,
        "subresource-integrity": _judge_scripts(scripts, sent, https=https),
        "x-content-type-options": _judge_sniffing(sent),
        "x-frame-options": _judge_framing(sent, csp),
        "cross-origin-resource-policy": _judge_resource_policy(sent),
        "cross-origin-embedder-policy": _judge_isolation(sent, "cross-origin-embedder-policy"),
        "cross-origin-opener-policy": _judge_isolation(sent, "cross-origin-opener-policy"),
    }
    modifiers = observatory_table().modifiers
    return _add_up(
        [ObservatoryTest(name, result, modifiers[name][result]) for name, result in results.items()]
    )


def _add_up(tests: Sequence[ObservatoryTest]) -> ObservatoryScore:
    """Penalties first; bonuses only for a page that is good without them."""
    table = observatory_table()
    score = table.base + sum(min(0, test.modifier) for test in tests)
    if score >= table.bonus_from:
        score += sum(max(0, test.modifier) for test in tests)
    score = max(0, score)
    grade = next(grade for grade, lowest in table.bands.items() if score >= lowest)
    return ObservatoryScore(score, grade, tuple(tests))


def _by_name(headers: Headers) -> dict[str, list[str]]:
    """Header values by the name in lower case, in the order they came."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name.strip().lower(), []).append(value)
    return found


def _value(sent: Mapping[str, Sequence[str]], name: str) -> str:
    """All values of a header as one, in lower case; "" if it is missing or empty."""
    return ", ".join(sent.get(name, ())).strip().lower()


def _worst(test: str, results: Iterable[str]) -> str | None:
    """The last of some results in the order of the table."""
    order = list(observatory_table().modifiers[test])
    return max(results, key=order.index, default=None)


def _csp(sent: Mapping[str, Sequence[str]]) -> Csp | None:
    """The page's policies as one; None if one of them is broken."""
    try:
        return parse_csp(sent.get("content-security-policy", ()), observatory_table().csp)
    except InvalidPolicy:
        return None


def _judge_csp(csp: Csp | None, sent: Mapping[str, Sequence[str]], *, https: bool) -> str:
    """Content-Security-Policy."""
    if csp is None:
        return "csp-header-invalid"
    if not csp.directives:
        reported = _value(sent, "content-security-policy-report-only")
        return "csp-not-implemented-but-reporting-enabled" if reported else "csp-not-implemented"
    return judge_csp(csp, observatory_table().csp, https=https)


def _judge_cookies(cookies: Sequence[Cookie], *, hsts: bool) -> str:
    """Cookies: the worst fault of any."""
    counted = [c for c in cookies if c.name and c.name not in observatory_table().cookies.ignored]
    if not counted:
        return "cookies-not-found"
    worst = _worst("cookies", (fault for c in counted for fault in _cookie_faults(c, hsts=hsts)))
    if worst:
        return worst
    if all(c.same_site for c in counted):
        return "cookies-secure-with-httponly-sessions-and-samesite"
    return "cookies-secure-with-httponly-sessions"


def _cookie_faults(cookie: Cookie, *, hsts: bool) -> Iterable[str]:
    """The results one cookie gives rise to."""
    words, name = observatory_table().cookies, cookie.name.lower()
    same_site = None if cookie.same_site is None else cookie.same_site.strip().lower()
    session = any(part in name for part in words.session)
    protected = "-but-protected-by-hsts" if hsts else ""
    known = same_site in (None, "lax", "strict", "none")
    if not known or (same_site == "none" and not cookie.secure):
        yield "cookies-samesite-flag-invalid"
    if not cookie.secure:
        yield f"cookies-without-secure-flag{protected}"
        if session:
            yield f"cookies-session-without-secure-flag{protected}"
    if not same_site and any(part in name for part in words.anticsrf):
        yield "cookies-anticsrf-without-samesite-flag"
    if session and not cookie.http_only:
        yield "cookies-session-without-httponly-flag"


def _judge_cors(sent: Mapping[str, Sequence[str]], origin: str | None) -> str:
    """Access-Control-Allow-Origin, as answered to a request that named a foreign origin."""
    test, allowed = "cross-origin-resource-sharing", _value(sent, "access-control-allow-origin")
    if not allowed:
        return f"{test}-not-implemented"
    if allowed == "*":
        return f"{test}-implemented-with-public-access"
    credentials = _value(sent, "access-control-allow-credentials") == "true"
    echoed = origin is not None and allowed == origin.strip().lower()
    access = "universal" if echoed and credentials else "restricted"
    return f"{test}-implemented-with-{access}-access"


def _judge_redirects(redirects: Sequence[str], verified: bool, *, preloaded: bool) -> str:
    """The way from http to the page."""
    if not redirects:
        return "redirection-not-needed-no-http"
    way = [_scheme_and_host(url) for url in redirects]
    faults = (
        ("redirection-invalid-cert", not verified and ("https" in {scheme for scheme, _ in way})),
        ("redirection-all-redirects-preloaded", preloaded),
        ("redirection-missing", len(way) == 1),
        ("redirection-not-to-https", way[-1][0] != "https"),
        ("redirection-not-to-https-on-initial-redirection", way[1:] and way[1][0] != "https"),
        ("redirection-off-host-from-http", way[1:] and way[0][1] != way[1][1]),
    )
    return next((result for result, there in faults if there), "redirection-to-https")


def _scheme_and_host(url: str) -> tuple[str, str]:
    """In lower case; "" for what a broken URL does not say."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or ""
    except ValueError:
        return "", ""


def _judge_referrer(sent: Mapping[str, Sequence[str]]) -> str:
    """Referrer-Policy: the last value a browser knows counts."""
    if "referrer-policy" not in sent:
        return "referrer-policy-not-implemented"
    words = observatory_table().referrer
    for policy in reversed(_value(sent, "referrer-policy").split(",")):
        if policy.strip() in words.private:
            return "referrer-policy-private"
        if policy.strip() in words.unsafe:
            return "referrer-policy-unsafe"
    return "referrer-policy-header-invalid"


def _hsts(
    sent: Mapping[str, Sequence[str]], *, https: bool, verified: bool, preloaded: bool
) -> str:
    """Strict-Transport-Security."""
    if not https:
        return "hsts-not-implemented-no-https"
    if preloaded:
        return "hsts-preloaded"
    if not verified:
        return "hsts-invalid-cert"
    if "strict-transport-security" not in sent:
        return "hsts-not-implemented"
    value = _value(sent, "strict-transport-security")
    ages = [_MAX_AGE.match(part.strip()) for part in value.split(";")]
    age = next((int(found[1]) for found in reversed(ages) if found), None)
    if age is None or "," in value or len(value) > _LONGEST:
        return "hsts-header-invalid"
    length = "at-least" if age >= observatory_table().six_months_s else "less-than"
    return f"hsts-implemented-max-age-{length}-six-months"


def _passes(hsts: str) -> bool:
    """Whether HSTS keeps cookies from travelling over http."""
    return hsts in ("hsts-preloaded", "hsts-implemented-max-age-at-least-six-months")


def _judge_scripts(
    scripts: Sequence[Script], sent: Mapping[str, Sequence[str]], *, https: bool
) -> str:
    """Subresource Integrity: the worst external script decides."""
    if not scripts:
        kind = _value(sent, "content-type").split(";")[0].strip()
        html = not kind or kind in observatory_table().html_types
        return f"sri-not-implemented-{'but-no-scripts-loaded' if html else 'response-not-html'}"
    results = {result for s in scripts if (result := _script_result(s, https=https))}
    return (
        _worst("subresource-integrity", results)
        or "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"
    )


def _script_result(script: Script, *, https: bool) -> str | None:
    """What one script adds; None if it needs no integrity and has none."""
    src, integrity = script.src.strip().lower(), bool(script.integrity)
    full = src.startswith(("http://", "https://"))
    external = src.startswith("//") or (full and not script.same_site)
    if not external:
        secure = src.startswith("https://") or (https and bool(src) and not full)
        bonus = integrity and secure
        return "sri-implemented-and-all-scripts-loaded-securely" if bonus else None
    if src.startswith("https://"):
        return (
            "sri-implemented-and-external-scripts-loaded-securely"
            if integrity
            else "sri-not-implemented-but-external-scripts-loaded-securely"
        )
    return (
        "sri-implemented-but-external-scripts-not-loaded-securely"
        if integrity
        else "sri-not-implemented-and-external-scripts-not-loaded-securely"
    )


def _judge_sniffing(sent: Mapping[str, Sequence[str]]) -> str:
    """X-Content-Type-Options."""
    value = _value(sent, "x-content-type-options")
    known = {"": "not-implemented", "nosniff": "nosniff"}
    return f"x-content-type-options-{known.get(value, 'header-invalid')}"


def _judge_framing(sent: Mapping[str, Sequence[str]], csp: Csp | None) -> str:
    """X-Frame-Options, or the directive that replaces it."""
    if csp and "frame-ancestors" in csp.directives:
        return "x-frame-options-implemented-via-csp"
    value = _value(sent, "x-frame-options")
    if value.startswith("allow-from"):
        return "x-frame-options-allow-from-origin"
    known = {
        "": "not-implemented",
        "deny": "sameorigin-or-deny",
        "sameorigin": "sameorigin-or-deny",
    }
    return f"x-frame-options-{known.get(value, 'header-invalid')}"


def _judge_resource_policy(sent: Mapping[str, Sequence[str]]) -> str:
    """Cross-Origin-Resource-Policy."""
    value = _value(sent, "cross-origin-resource-policy")
    if not value:
        return "corp-not-implemented"
    result = f"corp-implemented-with-{value}"
    known = observatory_table().modifiers["cross-origin-resource-policy"]
    return result if result in known else "corp-header-invalid"


def _judge_isolation(sent: Mapping[str, Sequence[str]], header: str) -> str:
    """Cross-Origin-Embedder-Policy and -Opener-Policy: one token, in lower case, sent once."""
    short = "coep" if "embedder" in header else "coop"
    values = sent.get(header, ())
    if not any(values):
        return f"{short}-not-implemented" if len(values) < 2 else f"{short}-header-invalid"
    item = _ITEM.fullmatch(values[0].strip()) if len(values[0]) <= _LONGEST else None
    result = f"{short}-implemented-with-{item[1]}" if item else ""
    known = len(values) == 1 and result in observatory_table().modifiers[header]
    return result if known else f"{short}-header-invalid"
