"""What DuckDuckGo's formula and the Observatory's table give for the same observation."""

from __future__ import annotations

from assistant.site.details import ObservatoryTold, PeerGrade, Peers
from assistant.site.peers import Cookie, Script, duckduckgo_grade, observatory_score
from assistant.site.record.observation import Visit, Watched
from assistant.site.seen import Seen
from assistant.site.sentences import sentences
from assistant.site.who.domains import scheme_of, site_of


def peers_of(seen: Seen) -> Peers:
    """Both grades, with what each formula wants to know and this observation cannot tell."""
    page = seen.visits[0].visit
    owner = seen.parties.owner
    grades = duckduckgo_grade(
        https=scheme_of(seen.page) == "https",
        upgraded=scheme_of(seen.page) == "https",
        privacy_score=None,
        parent=(owner.company, owner.prevalence) if owner else None,
        trackers=[
            (c.party.owner.company, c.party.owner.prevalence, c.request.blocked)
            if c.party.owner
            else (c.party.domain, 0.0, c.request.blocked)
            for visit in seen.visits
            for c in visit.tracking
        ],
    )
    note = sentences().peers["duckduckgo"]
    site, enhanced = grades["site"], grades["enhanced"]
    return Peers(
        duckduckgo=PeerGrade(grade=site["grade"], score=site["score"], note=note),
        duckduckgo_enhanced=PeerGrade(grade=enhanced["grade"], score=enhanced["score"], note=note),
        observatory=_observatory(seen, page) if seen.watched(Watched.HEADERS) else None,
    )


def _observatory(seen: Seen, page: Visit) -> ObservatoryTold | None:
    """The Observatory's score of the page's own response; None where there was none."""
    if not page.headers:
        return None
    https = scheme_of(page.url) == "https"
    score = observatory_score(
        [(header.name, header.value) for header in page.headers],
        cookies=[
            Cookie(name=c.name, secure=c.secure, http_only=c.http_only, same_site=c.same_site)
            for c in page.cookies
        ],
        scripts=[
            Script(
                src=script.src,
                integrity="present" if script.integrity else None,
                same_site=site_of(script.src) in ("", seen.site),
            )
            for script in page.scripts
        ],
        redirects=page.http_hops or (),
        https=https,
        certificate_valid=page.tls.valid if page.tls else True,
        preloaded=bool(page.tls and page.tls.preloaded),
    )
    words = sentences().peers
    return ObservatoryTold(
        grade=score.grade,
        score=score.score,
        tests={test.name: (test.modifier, test.result) for test in score.tests},
        note=words["observatory" if page.http_hops is not None else "observatory_no_http"],
    )
