"""Who may call the service on loopback, tried with the headers that browsers really send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from assistant.api.access import SESSION_LIFETIME
from assistant.api.app import create_app
from assistant.api.guard import OPEN_CALLS, OPEN_PATHS, allowed_hosts, is_open
from tests.api.service import JSON, Service, running
from tests.api.stub import StubAssistant

EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
FIREFOX_EXTENSION = "moz-extension://0a1b2c3d-0000-4000-8000-000000000000"
BODY = b'{"text": "We sell it."}'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("PRIVACY_ASSISTANT_DATA_DIR", str(folder / "data"))
        patch.setenv("PRIVACY_ASSISTANT_SETTINGS", str(folder / "settings.toml"))
        assistant = StubAssistant()
    with running(assistant) as service:
        yield service


@pytest.fixture(scope="module")
def cookie(service: Service) -> str:
    body = f'{{"code": "{service.code}"}}'.encode()
    answer = service.send("POST", "/api/v1/session", JSON, body)
    return answer.headers["set-cookie"].partition(";")[0]


def own(service: Service, *, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{service.port}"


def status_and_code(
    service: Service, method: str, path: str, headers: Mapping[str, str]
) -> tuple[int, str]:
    body = BODY if method == "POST" else None
    answer = service.send(method, path, {**JSON, **headers}, body)
    return answer.status, "" if answer.status < 400 else answer.error_code


REFUSED = (403, "refused-origin")
NO_TOKEN = (401, "not-authorized")


class TestHost:
    """DNS rebinding: the browser believes that a stranger's name is this computer."""

    @pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
    def test_the_names_of_this_computer_are_taken(self, service: Service, name: str) -> None:
        headers = {"Host": f"{name}:{service.port}"}

        assert service.send("GET", "/api/v1/health", headers).status == 200

    @pytest.mark.parametrize(
        "host",
        [
            "evil.test:{port}",
            "evil.test",
            "127.0.0.1",
            "127.0.0.1:1",
            "127.0.0.1:{port}.evil.test",
            "localhost.evil.test:{port}",
            "127.0.0.1.:{port}",
            "localhost.:{port}",
            "0.0.0.0:{port}",
            "127.1:{port}",
            "2130706433:{port}",
            "[::ffff:127.0.0.1]:{port}",
            "user@127.0.0.1:{port}",
            "127.0.0.1:{port}, evil.test",
            "",
        ],
    )
    @pytest.mark.parametrize("path", ["/", "/api/v1/health", "/api/v1/history", "/page/page.js"])
    def test_every_other_name_is_refused_even_with_the_token(
        self, service: Service, host: str, path: str
    ) -> None:
        headers = {
            "Host": host.format(port=service.port),
            "Authorization": f"Bearer {service.token}",
        }

        assert status_and_code(service, "GET", path, headers) == REFUSED

    def test_a_forwarded_name_is_not_believed(self, service: Service) -> None:
        headers = {"Host": "evil.test", "X-Forwarded-Host": service.host}

        assert status_and_code(service, "GET", "/", headers) == REFUSED

    @pytest.mark.parametrize(
        ("listens_on", "called_by"),
        [
            ("0.0.0.0", "127.0.0.1:8765"),
            ("::", "localhost:8765"),
            ("192.0.2.7", "192.0.2.7:8765"),
            ("2001:db8::7", "[2001:db8::7]:8765"),
            ("Desk.Local", "desk.local:8765"),
        ],
    )
    def test_what_the_service_listens_on_is_taken(self, listens_on: str, called_by: str) -> None:
        assert called_by in allowed_hosts(listens_on, 8765)

    def test_a_wildcard_is_no_name(self) -> None:
        assert allowed_hosts("0.0.0.0", 8765) == allowed_hosts("127.0.0.1", 8765)

    def test_the_web_port_needs_no_number(self) -> None:
        assert "localhost" in allowed_hosts("127.0.0.1", 80)
        assert "localhost" not in allowed_hosts("127.0.0.1", 8765)


class TestOrigin:
    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.test",
            "http://evil.test",
            "null",
            "",
            "http://127.0.0.1",
            "http://127.0.0.1:1",
            "https://127.0.0.1:{port}",
            "http://localhost:{port}",
            "http://127.0.0.1:{port}.evil.test",
            "http://evil.test#chrome-extension://",
            "safari-web-extension://abc",
            "file://",
        ],
    )
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/"),
            ("GET", "/api/v1/health"),
            ("GET", "/api/v1/history"),
            ("POST", "/api/v1/policy"),
            ("POST", "/api/v1/session"),
            ("OPTIONS", "/api/v1/policy"),
        ],
    )
    def test_foreign_pages_are_refused_even_with_the_token(
        self, service: Service, origin: str, method: str, path: str
    ) -> None:
        headers = {
            "Origin": origin.format(port=service.port),
            "Authorization": f"Bearer {service.token}",
        }

        assert status_and_code(service, method, path, headers) == REFUSED

    @pytest.mark.parametrize("extension", [EXTENSION, FIREFOX_EXTENSION])
    def test_extensions_need_a_token(self, service: Service, extension: str) -> None:
        headers = {"Origin": extension, "Sec-Fetch-Site": "none"}
        assert status_and_code(service, "POST", "/api/v1/policy", headers) == NO_TOKEN

        headers["Authorization"] = f"Bearer {service.token}"
        assert status_and_code(service, "POST", "/api/v1/policy", headers) == (200, "")

    def test_nobody_is_told_that_their_origin_may_read(self, service: Service) -> None:
        headers = {
            "Origin": EXTENSION,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization",
        }

        answer = service.send("OPTIONS", "/api/v1/health", headers)

        assert not [name for name in answer.headers if name.startswith("access-control")]


class TestFetchSite:
    """Images, forms, frames and links of other pages, which send no Origin."""

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "unheard-of"])
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/"),
            ("GET", "/api/v1/health"),
            ("GET", "/page/page.js"),
            ("POST", "/api/v1/policy"),
        ],
    )
    def test_calls_from_other_sites_are_refused(
        self, service: Service, site: str, method: str, path: str
    ) -> None:
        headers = {"Sec-Fetch-Site": site, "Authorization": f"Bearer {service.token}"}

        assert status_and_code(service, method, path, headers) == REFUSED

    @pytest.mark.parametrize("site", ["none", "same-origin"])
    def test_the_address_bar_and_the_page_itself_are_taken(
        self, service: Service, site: str
    ) -> None:
        assert service.send("GET", "/", {"Sec-Fetch-Site": site}).status == 200


class TestToken:
    def test_every_route_but_the_open_ones_needs_one(self, service: Service) -> None:
        app = create_app(service.assistant, host="127.0.0.1", port=1, one_time_code="x")
        operations = [
            (method.upper(), path)
            for path, methods in app.openapi()["paths"].items()
            for method in methods
        ]
        assert len(operations) >= 10

        for method, path in operations:
            filled = path.format(
                report_id="a", rule_id="b", browser_id="c" * 32, request_id="d" * 43
            )
            if not is_open(method, filled):
                assert status_and_code(service, method, filled, {}) == NO_TOKEN
                assert not is_open(method, path)

    def test_only_health_session_and_asking_to_pair_are_open(self) -> None:
        assert {"/api/v1/health", "/api/v1/session"} == OPEN_PATHS
        opened = {"/api/v1/pair", "/api/v1/pair/proof", "/api/v1/pair/withdraw"}
        assert {("POST", path) for path in opened} == OPEN_CALLS
        assert is_open("GET", f"/api/v1/pair/{'d' * 43}")
        assert not is_open("GET", f"/api/v1/pair/{'d' * 43}\n")
        assert not is_open("GET", "/api/v1/pair")

    @pytest.mark.parametrize(
        "path",
        ["/api/v1/history", "/api/v1/history?x=/api/v1/health", "/api/v1/health/../history"],
    )
    @pytest.mark.parametrize(
        "authorization",
        [
            "",
            "Bearer",
            "Bearer ",
            "Bearer wrong",
            "Basic {token}",
            "{token}",
            "Bearer {token}x",
            "Bearer x{token}",
            "Bearer é",
        ],
    )
    def test_other_tokens_open_nothing(
        self, service: Service, path: str, authorization: str
    ) -> None:
        headers = {"Authorization": authorization.format(token=service.token)}

        assert status_and_code(service, "GET", path, headers) == NO_TOKEN

    def test_the_token_is_taken_only_from_its_header(self, service: Service) -> None:
        path = f"/api/v1/history?token={service.token}&authorization=Bearer%20{service.token}"

        assert status_and_code(service, "GET", path, {}) == NO_TOKEN

    def test_a_stranger_learns_nothing_about_paths(self, service: Service) -> None:
        assert status_and_code(service, "GET", "/api/v1/nothing", {}) == NO_TOKEN
        assert status_and_code(service, "GET", "/api/nothing", {}) == NO_TOKEN

    @pytest.mark.parametrize("path", ["/API/v1/history", "//api/v1/history", "/./api/v1/history"])
    def test_other_spellings_of_a_path_lead_nowhere(self, service: Service, path: str) -> None:
        assert status_and_code(service, "GET", path, {}) == (404, "not-found")

    def test_an_encoded_path_needs_a_token_too(self, service: Service) -> None:
        assert status_and_code(service, "GET", "/%61pi/v1/history", {}) == NO_TOKEN


class TestCookie:
    """The browser adds the cookie by itself, so the call must show that our page made it."""

    @pytest.mark.parametrize(
        ("method", "extra"),
        [
            ("GET", {"Sec-Fetch-Site": "same-origin"}),
            ("GET", {}),
            ("POST", {"Sec-Fetch-Site": "same-origin", "Origin": "own"}),
            ("POST", {"Sec-Fetch-Site": "same-origin"}),
            ("POST", {"Origin": "own"}),
        ],
        ids=str,
    )
    def test_our_page_is_taken(
        self, service: Service, cookie: str, method: str, extra: Mapping[str, str]
    ) -> None:
        headers = {"Cookie": cookie, **extra}
        if "Origin" in headers:
            headers["Origin"] = own(service)
        path = "/api/v1/history" if method == "GET" else "/api/v1/policy"

        assert status_and_code(service, method, path, headers) == (200, "")

    @pytest.mark.parametrize(
        ("method", "extra"),
        [
            ("POST", {}),
            ("POST", {"Sec-Fetch-Site": "none"}),
            ("GET", {"Sec-Fetch-Site": "none"}),
            ("GET", {"Sec-Fetch-Site": "cross-site"}),
            ("POST", {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}),
            ("GET", {"Sec-Fetch-Site": "same-site"}),
            ("POST", {"Origin": EXTENSION}),
            ("GET", {"Origin": EXTENSION}),
            ("POST", {"Origin": FIREFOX_EXTENSION, "Sec-Fetch-Site": "same-origin"}),
            ("POST", {"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"}),
        ],
        ids=str,
    )
    def test_everybody_else_is_refused(
        self, service: Service, cookie: str, method: str, extra: Mapping[str, str]
    ) -> None:
        path = "/api/v1/history" if method == "GET" else "/api/v1/policy"

        assert status_and_code(service, method, path, {"Cookie": cookie, **extra}) == REFUSED

    @pytest.mark.parametrize(
        "cookie",
        ["privacy_assistant=x", "privacy_assistant_{port}=wrong", "privacy_assistant_{port}=", "x"],
    )
    def test_another_cookie_opens_nothing(self, service: Service, cookie: str) -> None:
        headers = {"Cookie": cookie.format(port=service.port), "Sec-Fetch-Site": "same-origin"}

        assert status_and_code(service, "GET", "/api/v1/history", headers) == NO_TOKEN

    def test_a_cookie_does_not_save_a_wrong_token(self, service: Service, cookie: str) -> None:
        headers = {"Cookie": cookie, "Authorization": "Bearer x", "Sec-Fetch-Site": "same-origin"}

        assert status_and_code(service, "GET", "/api/v1/history", headers) == NO_TOKEN

    def test_the_cookie_ends(self) -> None:
        assert SESSION_LIFETIME.days == 30
