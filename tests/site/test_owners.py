"""Well-known hosts have the right owners, and the table refuses data that contradict themselves."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge import InvalidKnowledge, Source, folder, load_yaml
from assistant.site.who import owners
from assistant.site.who.owners import (
    TRACKING,
    Category,
    Entity,
    Overlay,
    OwnerRow,
    OwnerSources,
    OwnerTable,
    corrected,
    owner_table,
    read_rows,
)

SITE = folder("site")
FLOOR = 5_400
"""Services in the table."""
KNOWN = {
    "www.google-analytics.com": ("Google", Category.ANALYTICS),
    "region1.analytics.google.com": ("Google", Category.ANALYTICS),
    "www.googletagmanager.com": ("Google", Category.TAG_MANAGER),
    "stats.g.doubleclick.net": ("Google", Category.ADVERTISING),
    "pagead2.googlesyndication.com": ("Google", Category.ADVERTISING),
    "ep1.adtrafficquality.google": ("Google", Category.ADVERTISING),
    "www.googleadservices.com": ("Google", Category.ADVERTISING),
    "www.google.de": ("Google", Category.UTILITY),
    "fonts.gstatic.com": ("Google", Category.CDN),
    "www.youtube.com": ("Google", Category.VIDEO),
    "firebaselogging-pa.googleapis.com": ("Google", Category.ANALYTICS),
    "connect.facebook.net": ("Meta", Category.SOCIAL),
    "www.instagram.com": ("Meta", Category.SOCIAL),
    "static.whatsapp.net": ("Meta", Category.CUSTOMER_SUCCESS),
    "bat.bing.com": ("Microsoft", Category.ADVERTISING),
    "www.clarity.ms": ("Microsoft", Category.SESSION_REPLAY),
    "px.ads.linkedin.com": ("Microsoft", Category.ADVERTISING),
    "ib.adnxs.com": ("Microsoft", Category.ADVERTISING),
    "js.monitor.azure.com": ("Microsoft", Category.ANALYTICS),
    "c.amazon-adsystem.com": ("Amazon", Category.ADVERTISING),
    "m.media-amazon.com": ("Amazon", Category.CONTENT),
    "dpm.demdex.net": ("Adobe", Category.DATA_BROKER),
    "shop.sc.omtrdc.net": ("Adobe", Category.ANALYTICS),
    "shop.data.adobedc.net": ("Adobe", Category.ANALYTICS),
    "assets.adobedtm.com": ("Adobe", Category.TAG_MANAGER),
    "munchkin.marketo.net": ("Adobe", Category.MARKETING),
    "tags.bluekai.com": ("Oracle", Category.DATA_BROKER),
    "s.eloqua.com": ("Oracle", Category.MARKETING),
    "cdn.krxd.net": ("Salesforce", Category.DATA_BROKER),
    "go.pardot.com": ("Salesforce", Category.MARKETING),
    "analytics.twitter.com": ("X", Category.ADVERTISING),
    "static.ads-twitter.com": ("X", Category.ADVERTISING),
    "analytics.tiktok.com": ("ByteDance", Category.SOCIAL),
    "tr.snapchat.com": ("Snap", Category.ADVERTISING),
    "ct.pinterest.com": ("Pinterest", Category.SOCIAL),
    "alb.reddit.com": ("Reddit", Category.SOCIAL),
    "ups.analytics.yahoo.com": ("Yahoo", Category.ADVERTISING),
    "mc.yandex.ru": ("Yandex", Category.SESSION_REPLAY),
    "an.yandex.ru": ("Yandex", Category.ADVERTISING),
    "top-fwz1.mail.ru": ("VK", Category.ANALYTICS),
    "vk.com": ("VK", Category.SOCIAL),
    "hm.baidu.com": ("Baidu", Category.ANALYTICS),
    "s4.cnzz.com": ("Alibaba", Category.ANALYTICS),
    "beacon.qq.com": ("Tencent", Category.ANALYTICS),
    "wcs.naver.net": ("Naver", Category.ANALYTICS),
    "t1.daumcdn.net": ("Kakao", Category.SOCIAL),
    "d.line-scdn.net": ("LY Corporation", Category.SOCIAL),
    "gum.criteo.com": ("Criteo", Category.ADVERTISING),
    "shop.dnsdelegation.io": ("Criteo", Category.ADVERTISING),
    "match.adsrvr.org": ("The Trade Desk", Category.ADVERTISING),
    "idsync.rlcdn.com": ("LiveRamp", Category.DATA_BROKER),
    "sb.scorecardresearch.com": ("Comscore", Category.DATA_BROKER),
    "pixel.rubiconproject.com": ("Magnite", Category.ADVERTISING),
    "image8.pubmatic.com": ("Pubmatic", Category.ADVERTISING),
    "ssum.casalemedia.com": ("Index Exchange", Category.ADVERTISING),
    "us-u.openx.net": ("OpenX", Category.ADVERTISING),
    "trc.taboola.com": ("Taboola", Category.ADVERTISING),
    "widgets.outbrain.com": ("Outbrain", Category.ADVERTISING),
    "pixel.quantserve.com": ("Quantcast", Category.ADVERTISING),
    "bcp.crwdcntrl.net": ("Lotame", Category.DATA_BROKER),
    "ps.eyeota.net": ("Dun & Bradstreet", Category.DATA_BROKER),
    "pixel.tapad.com": ("Experian", Category.DATA_BROKER),
    "aa.agkn.com": ("TransUnion", Category.DATA_BROKER),
    "id5-sync.com": ("ID5", Category.DATA_BROKER),
    "spl.zeotap.com": ("Zeotap", Category.DATA_BROKER),
    "loadm.exelator.com": ("Nielsen", Category.DATA_BROKER),
    "secure-us.imrworldwide.com": ("Nielsen", Category.ANALYTICS),
    "ml314.com": ("Bombora", Category.DATA_BROKER),
    "b.6sc.co": ("6sense", Category.DATA_BROKER),
    "ws.zoominfo.com": ("ZoomInfo", Category.DATA_BROKER),
    "x.clearbitjs.com": ("HubSpot", Category.DATA_BROKER),
    "i.liadm.com": ("Zeta Global", Category.DATA_BROKER),
    "login.dotomi.com": ("Epsilon", Category.ADVERTISING),
    "static.hotjar.com": ("Contentsquare", Category.SESSION_REPLAY),
    "t.contentsquare.net": ("Contentsquare", Category.SESSION_REPLAY),
    "heapanalytics.com": ("Contentsquare", Category.SESSION_REPLAY),
    "edge.fullstory.com": ("FullStory", Category.SESSION_REPLAY),
    "cdn.mouseflow.com": ("Mouseflow", Category.SESSION_REPLAY),
    "cdn.logrocket.io": ("LogRocket", Category.SESSION_REPLAY),
    "web-sdk.smartlook.com": ("Cisco", Category.SESSION_REPLAY),
    "tools.luckyorange.com": ("Lucky Orange", Category.SESSION_REPLAY),
    "cdn.inspectlet.com": ("Inspectlet", Category.SESSION_REPLAY),
    "eu.i.posthog.com": ("PostHog", Category.SESSION_REPLAY),
    "browser-intake-datadoghq.eu": ("Datadog", Category.SESSION_REPLAY),
    "cdn.quantummetric.com": ("Quantum Metric", Category.SESSION_REPLAY),
    "dev.visualwebsiteoptimizer.com": ("Wingify", Category.SESSION_REPLAY),
    "script.crazyegg.com": ("Crazy Egg", Category.SESSION_REPLAY),
    "data.pendo.io": ("Pendo", Category.SESSION_REPLAY),
    "api.fpjs.io": ("Fingerprint", Category.FINGERPRINTING),
    "h.online-metrix.net": ("LexisNexis", Category.FINGERPRINTING),
    "mpsnare.iesnare.com": ("TransUnion", Category.FINGERPRINTING),
    "cdn.sift.com": ("Sift", Category.FINGERPRINTING),
    "client.perimeterx.net": ("HUMAN", Category.FINGERPRINTING),
    "js.datadome.co": ("DataDome", Category.FINGERPRINTING),
    "client-api.arkoselabs.com": ("Arkose Labs", Category.FINGERPRINTING),
    "cdn.segment.com": ("Twilio", Category.TAG_MANAGER),
    "tags.tiqcdn.com": ("Tealium", Category.TAG_MANAGER),
    "api2.amplitude.com": ("Amplitude", Category.ANALYTICS),
    "consent.cookiebot.com": ("Usercentrics", Category.CONSENT_MANAGER),
    "cdn.cookielaw.org": ("OneTrust", Category.CONSENT_MANAGER),
    "static.cloudflareinsights.com": ("Cloudflare", Category.ANALYTICS),
    "stats.wp.com": ("Automattic", Category.ANALYTICS),
    "cdn.shopify.com": ("Shopify", Category.HOSTING),
    "js.hs-analytics.net": ("HubSpot", Category.MARKETING),
    "shop.eulerian.net": ("Eulerian", Category.ANALYTICS),
    "shop.at-o.net": ("Piano", Category.ANALYTICS),
    "k.keyade.com": ("Keyade", Category.ADVERTISING),
    "tracker.wizaly.com": ("Wizaly", Category.ANALYTICS),
    "shop.oghub.io": ("Otto Group", Category.ANALYTICS),
    "www.actonsoftware.com": ("Act-On", Category.MARKETING),
    "sync.vistarsagency.com": ("Vistars", Category.ADVERTISING),
    "us4.shb-sync.com": ("Attekmi", Category.ADVERTISING),
    "cs.ingage.tech": ("Insticator", Category.ADVERTISING),
    "pixels.ymmobi.com": ("YeahMobi", Category.ADVERTISING),
    "ad.as.amanad.adtdp.com": ("CyberAgent", Category.ADVERTISING),
    "jelly.mdhv.io": ("Madhive", Category.ADVERTISING),
    "rt.marphezis.com": ("Brightcom", Category.ADVERTISING),
    "acscdn.com": ("Adcash", Category.ADVERTISING),
    "rtb.adxpremium.services": ("LuponMedia", Category.ADVERTISING),
    "protected-by.clarium.io": ("Confiant", Category.ADVERTISING),
    "scripts.scriptwrapper.com": ("Mediavine", Category.ADVERTISING),
    "c.slickstream.com": ("Raptive", Category.ADVERTISING),
    "aem-kakao-collector.onkakao.net": ("Kakao", Category.ADVERTISING),
    "sync.rtb.mts.ru": ("MTS", Category.ADVERTISING),
    "ssp.wp.pl": ("Wirtualna Polska", Category.ADVERTISING),
    "pl.hit.adocean.pl": ("Gemius", Category.ADVERTISING),
    "go.bbelements.com": ("Internet BillBoard", Category.ADVERTISING),
    "js.mbidadm.com": ("MyBid", Category.ADVERTISING),
    "js.onclckmn.com": ("OnClickA", Category.ADVERTISING),
    "www.highcpmgate.com": ("Adsterra", Category.ADVERTISING),
    "publisher.unityads.com": ("Unity", Category.ADVERTISING),
    "init.supersonicads.com": ("Unity", Category.ADVERTISING),
    "ads.vungle.com": ("Liftoff", Category.ADVERTISING),
    "cdn.ironsrc.com": ("Unity", Category.ADVERTISING),
    "sync.bidr.io": ("Comcast", Category.ADVERTISING),
    "ad.360yield.com": ("Azerion", Category.ADVERTISING),
    "tag.yieldlab.net": ("Virtual Minds", Category.ADVERTISING),
    "s.skimresources.com": ("Taboola", Category.ADVERTISING),
    "www.shareasale.com": ("Awin", Category.ADVERTISING),
    "cdn.flashtalking.com": ("Mediaocean", Category.ADVERTISING),
    "t.oa.opera.com": ("Opera", Category.ADVERTISING),
    "hop.clickbank.net": ("ClickBank", Category.ADVERTISING),
    "tp-em.com": ("Travelpayouts", Category.ADVERTISING),
    "loadm.navdmp.com": ("Navegg", Category.DATA_BROKER),
    "thrtle.com": ("Throtle", Category.DATA_BROKER),
    "p.adsymptotic.com": ("Microsoft", Category.DATA_BROKER),
    "secure.hiss3lark.com": ("Lead Forensics", Category.DATA_BROKER),
    "secure.smart-enterprise-365.com": ("Lead Forensics", Category.DATA_BROKER),
    "pixel.driveniq.com": ("DrivenIQ", Category.DATA_BROKER),
    "monorail-edge.shopifysvc.com": ("Shopify", Category.ANALYTICS),
    "frog.wix.com": ("Wix", Category.ANALYTICS),
    "stat.tildaapi.com": ("Tilda", Category.ANALYTICS),
    "bam.nr-data.net": ("New Relic", Category.ANALYTICS),
    "featureassets.org": ("OpenAI", Category.ANALYTICS),
    "api.perfalytics.com": ("Freshpaint", Category.ANALYTICS),
    "waust.at": ("whos.amung.us", Category.ANALYTICS),
    "c.leadlab.click": ("wiredminds", Category.ANALYTICS),
    "dap.digitalgov.gov": ("U.S. General Services Administration", Category.ANALYTICS),
    "obseu.segreencolumn.com": ("CHEQ", Category.FINGERPRINTING),
    "js.ad-score.com": ("AdScore", Category.FINGERPRINTING),
    "cdn.ppcprotect.com": ("Lunio", Category.FINGERPRINTING),
    "js.klevu.com": ("Klevu", Category.UTILITY),
    "stats.ksearchnet.com": ("Athos Commerce", Category.MARKETING),
    "events.rs6.net": ("Constant Contact", Category.MARKETING),
    "wt.omnisendlink.com": ("Omnisend", Category.MARKETING),
    "js.hsappstatic.net": ("HubSpot", Category.MARKETING),
    "apps.rokt-api.com": ("Rokt", Category.ADVERTISING),
    "a.trstplse.com": ("Awesome Motive", Category.MARKETING),
    "cdn-cookieyes.com": ("CookieYes", Category.CONSENT_MANAGER),
    "cache.consentframework.com": ("Sirdata", Category.CONSENT_MANAGER),
    "policy.app.cookieinformation.com": ("Cookie Information", Category.CONSENT_MANAGER),
    "code.tidio.co": ("Tidio", Category.CUSTOMER_SUCCESS),
    "widget.trustpilot.com": ("Trustpilot", Category.CUSTOMER_SUCCESS),
    "cdn.trustindex.io": ("Trustindex", Category.CUSTOMER_SUCCESS),
    "www.temu.com": ("PDD", Category.CONTENT),
    "ids.cdngc.net": ("CDNetworks", Category.CDN),
}


@pytest.mark.parametrize("host", KNOWN)
def test_a_well_known_host_has_its_owner(host: str) -> None:
    entity = owner_table().of_host(host)
    assert entity is not None
    assert (entity.company, entity.categories[0]) == KNOWN[host]


def test_the_table_is_no_smaller_than_it_was() -> None:
    assert len(owner_table().entities()) >= FLOOR
    assert len(KNOWN) >= 165


@pytest.mark.parametrize(
    "host",
    [
        *("fonts.googleapis.com", "use.typekit.net", "cdnjs.cloudflare.com", "cdn.jsdelivr.net"),
        *("code.jquery.com", "use.fontawesome.com", "fonts.bunny.net", "cdn.tailwindcss.com"),
        *("www.recaptcha.net", "js.hcaptcha.com", "challenges.cloudflare.com", "geetest.com"),
        *("js.stripe.com", "www.paypal.com", "js.braintreegateway.com", "checkout.razorpay.com"),
        *("consent.cookiebot.com", "cdn.cookielaw.org", "cdn-cookieyes.com", "cs.iubenda.com"),
        *("api.userway.org", "cdn.weglot.com", "a.tile.openstreetmap.org", "assets.calendly.com"),
        *("cdnwidget.judge.me", "widget.trustpilot.com", "embed.tawk.to", "i.ytimg.com"),
    ],
)
def test_files_payments_captchas_and_consent_are_no_trackers(host: str) -> None:
    entity = owner_table().of_host(host)
    assert entity is not None
    assert TRACKING.isdisjoint(entity.categories)


def test_a_domain_that_is_sold_to_anybody_names_no_tracker() -> None:
    for host in ("shop.de.com", "shop.net.pl", "shop.azurefd.net", "shop.firebaseapp.com"):
        entity = owner_table().of_host(host)
        assert entity is not None
        assert TRACKING.isdisjoint(entity.categories)
        assert entity.company == host


def test_a_host_that_nobody_knows_has_no_owner() -> None:
    table = owner_table()
    for host in ("shop.test", "notgoogle-analytics.com", "com", "", "192.0.2.1", "::1", "a..b"):
        assert table.of_host(host) is None


def test_prevalence_is_a_share_in_percent_and_follows_the_domains() -> None:
    assert all(0 <= entity.prevalence <= 100 for entity in owner_table().entities())
    tags = owner_table().of_host("www.googletagmanager.com")
    clarity = owner_table().of_host("www.clarity.ms")
    assert tags is not None and clarity is not None
    assert 40 < tags.prevalence < 70
    assert 1 < clarity.prevalence < 10


def test_a_name_that_a_platform_lends_belongs_to_whoever_uses_it() -> None:
    table = owner_table()
    blog, other = table.of_host("a.blogspot.com"), table.of_host("b.blogspot.com")
    google = table.of_host("www.google-analytics.com")
    assert blog is not None and other is not None and google is not None
    assert blog.name == "Blogger"
    assert len({blog.company, other.company, google.company}) == 3


ADS = Entity("Adline", "Adline", (Category.ADVERTISING,))
CDN = Entity("Adline Files", "Adline", (Category.CDN,))


def table() -> OwnerTable:
    return OwnerTable({"adline.test": ADS, "files.adline.test": CDN})


def test_the_longest_domain_decides() -> None:
    assert table().of_host("adline.test") is ADS
    assert table().of_host("x.adline.test") is ADS
    assert table().of_host("files.adline.test") is CDN
    assert table().of_host("a.b.files.adline.test") is CDN
    assert table().of_host("myadline.test") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://x.adline.test/a?b#c",
        "http://x.adline.test",
        "wss://x.adline.test:8443/",
        "HTTPS://X.ADLINE.TEST./",
        "https://user:80@x.adline.test/",
        "https://x.adline.test?u=https://shop.test/",
    ],
)
def test_an_address_has_the_owner_of_its_host(url: str) -> None:
    assert table().of_url(url) is ADS


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.test/adline.test",
        "https://adline.test@shop.test/",
        "https://adline.test:80@shop.test/",
        "https://adline.test\\@shop.test/",
        "data:text/html,https://adline.test/",
        "https://adline.test.shop.test/",
        "adline.test",
        "",
    ],
)
def test_an_address_of_somebody_else_has_not(url: str) -> None:
    assert table().of_url(url) is None


@given(st.text())
def test_no_address_crashes_the_table(text: str) -> None:
    assert table().of_url(f"https://{text}") in (None, ADS, CDN)
    assert table().of_host(text) in (None, ADS, CDN)


def test_only_so_many_hosts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners, "REMEMBERED", 10)
    few = table()
    for number in range(25):
        assert few.of_host(f"{number}.adline.test") is ADS
    assert len(few._known) <= 10


SOURCES = (Source("Invented", "https://source.test/", owners.date(2026, 11, 27)),)


def row(name: str, *domains: str, company: str = "", prevalence: float = 0.0) -> OwnerRow:
    return OwnerRow(
        name=name,
        company=company or name,
        categories=(Category.UTILITY,),
        domains=domains,
        source="invented",
        prevalence=prevalence,
    )


def overlay(services: str = "", **companies: tuple[str, ...]) -> Overlay:
    return Overlay(sources=SOURCES, companies=companies, services=services)


def test_our_own_word_wins_over_the_rows() -> None:
    rows = [row("Old", "a.test", "b.test", prevalence=7.0), row("Tool", "c.test")]
    own = overlay(
        "Old | | analytics |\nNew | Parent | social video | b.test d.test", Other=("Tool",)
    )
    services = corrected(rows, own)
    assert services["a.test"] == Entity("Old", "Old", (Category.ANALYTICS,), 7.0)
    assert services["b.test"] == Entity("New", "Parent", (Category.SOCIAL, Category.VIDEO), 7.0)
    assert services["d.test"] == services["b.test"]
    assert services["c.test"].company == "Other"


def test_a_corrected_service_does_not_win_back_what_another_took() -> None:
    services = corrected(
        [row("Old", "a.test")], overlay("New | | cdn | a.test\nOld | | social | z.test")
    )
    assert services["a.test"].name == "New"


@pytest.mark.parametrize(
    ("services", "wrong"),
    [
        ("New | | spying | a.test", "unknown category"),
        ("New | | cdn | a.test b.test a.test", "named twice: a.test"),
        ("New | | cdn | a.test\nNewer | | cdn | a.test", "named twice: a.test"),
        ("New | | cdn | a.test\nNew | | cdn | b.test", "named twice: New"),
        ("New | | | a.test", "needs categories"),
        ("New | | cdn |", "needs categories"),
        ("New | cdn | a.test", "four columns"),
        ("New | | cdn | https://a.test/", "not a domain"),
        ("New | | cdn | *.a.test", "not a domain"),
        ("New | | cdn | test", "not a domain"),
    ],
)
def test_a_faulty_line_is_refused(services: str, wrong: str) -> None:
    with pytest.raises(InvalidKnowledge, match=wrong):
        corrected([], overlay(services))


def test_a_company_for_a_service_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidKnowledge, match="no service Nobody"):
        corrected([], overlay(Parent=("Nobody",)))


LINE = '{"name":"%s","company":"A","categories":["%s"],"domains":["%s"],"source":"s"%s}'


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ([LINE % ("A", "spying", "a.test", "")], "categories"),
        ([LINE % ("A", "cdn", "a.test", ',"more":1')], "more"),
        ([LINE % ("A", "cdn", "a.test", ""), LINE % ("B", "cdn", "a.test", "")], "twice: a.test"),
        ([LINE % ("A", "cdn", "a.test", ""), LINE % ("A", "cdn", "b.test", "")], "twice: A"),
        (["nonsense"], "Invalid JSON"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, lines: list[str], wrong: str) -> None:
    file = tmp_path / "entities.json"
    file.write_text("[" + ",".join(lines) + "]", encoding="utf-8")
    with pytest.raises(InvalidKnowledge, match=wrong):
        read_rows(file, told(hashlib.sha256(file.read_bytes()).hexdigest()))


def test_a_file_other_than_the_one_told_of_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "entities.json"
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(InvalidKnowledge, match="not the file"):
        read_rows(file, told("0" * 64))


def told(sha256: str) -> OwnerSources:
    return OwnerSources(
        file="entities.json", sha256=sha256, refresh="", pages=1, pages_reason="", sources=()
    )


def test_what_is_told_of_the_data_is_true() -> None:
    note = load_yaml(OwnerSources, SITE / "entities.yaml")
    content = (SITE / note.file).read_bytes()
    assert note.sha256 == hashlib.sha256(content).hexdigest()
    assert len(content) < 600_000
    told_of = {source.name.split()[0] for source in note.sources}
    assert told_of == {row.source for row in read_rows(SITE / note.file, note)}
    for source in note.sources:
        assert source.licence in {"MIT", "CC BY 4.0"}
        assert "Copyright" in source.notice or "Creative Commons" in source.notice
