"""The OpenAPI description is complete, and its page needs nothing from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.api.app import create_app
from tests.api.service import Service
from tests.api.stub import StubAssistant

ENDPOINTS = {
    ("get", "/api/v1/health"),
    ("post", "/api/v1/session"),
    ("post", "/api/v1/policy"),
    ("post", "/api/v1/policy/ask"),
    ("post", "/api/v1/policy/compare"),
    ("post", "/api/v1/site"),
    ("post", "/api/v1/photo"),
    ("post", "/api/v1/photo/clean"),
    ("post", "/api/v1/photo/hidden"),
    ("post", "/api/v1/photo/linkage"),
    ("delete", "/api/v1/photo/shared"),
    ("get", "/api/v1/history"),
    ("delete", "/api/v1/history"),
    ("get", "/api/v1/history/{report_id}"),
    ("delete", "/api/v1/history/{report_id}"),
    ("get", "/api/v1/history/{report_id}/export"),
    ("get", "/api/v1/history/{report_id}/better"),
    ("put", "/api/v1/history/{report_id}/wrong/{rule_id}"),
    ("delete", "/api/v1/history/{report_id}/wrong/{rule_id}"),
    ("get", "/api/v1/pair"),
    ("post", "/api/v1/pair"),
    ("post", "/api/v1/pair/answer"),
    ("post", "/api/v1/pair/proof"),
    ("post", "/api/v1/pair/withdraw"),
    ("get", "/api/v1/pair/{request_id}"),
    ("delete", "/api/v1/pair/{browser_id}"),
    ("delete", "/api/v1/pair/self"),
}
OPEN = {
    ("get", "/api/v1/health"),
    ("post", "/api/v1/session"),
    ("post", "/api/v1/pair"),
    ("post", "/api/v1/pair/proof"),
    ("post", "/api/v1/pair/withdraw"),
    ("get", "/api/v1/pair/{request_id}"),
}
FOR_THE_PAGE = {
    ("get", "/api/v1/pair"),
    ("post", "/api/v1/pair/answer"),
    ("delete", "/api/v1/pair/{browser_id}"),
}


@pytest.fixture
def description(assistant: StubAssistant) -> dict[str, Any]:
    return create_app(assistant, host="127.0.0.1", port=8765, one_time_code="code").openapi()


def operations(description: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


def named(description: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that one refers to."""
    found: dict[str, Any] = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def described(description: dict[str, Any], key: tuple[str, str]) -> dict[str, Any]:
    """The schema of an endpoint's answer where all is well."""
    answer = operations(description)[key]["responses"]["200"]
    return named(description, answer["content"]["application/json"]["schema"])


def test_every_endpoint_is_described(description: dict[str, Any]) -> None:
    assert set(operations(description)) == ENDPOINTS


def test_every_failure_is_described_in_the_one_shape(description: dict[str, Any]) -> None:
    for key, operation in operations(description).items():
        failures = {s: a for s, a in operation["responses"].items() if int(s) >= 400}
        assert "403" in failures
        assert key in OPEN or "401" in failures
        for answer in failures.values():
            assert answer["content"]["application/json"]["schema"] == {
                "$ref": "#/components/schemas/FailureAnswer"
            }
            assert answer["description"].startswith("`")
    assert not [name for name in description["components"]["schemas"] if "Validation" in name]


def test_every_endpoint_but_the_open_ones_names_its_lock(description: dict[str, Any]) -> None:
    for key, operation in operations(description).items():
        locks = [name for lock in operation.get("security", []) for name in lock]
        bearer = [] if key in FOR_THE_PAGE else ["HTTPBearer"]
        assert locks == ([] if key in OPEN else [*bearer, "APIKeyCookie"])


def test_the_report_is_described_field_by_field(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    answer = described(description, ("post", "/api/v1/policy"))

    report = named(description, answer)["properties"]

    assert {"kind", "subject", "verdict", "rating", "summary", "findings", "details"} <= set(report)
    assert "text" in schemas["PolicyDetails"]["properties"]
    kinds = {
        option["$ref"] for option in schemas["Finding"]["properties"]["evidence"]["items"]["anyOf"]
    }
    assert "#/components/schemas/TextSpan" in kinds


def test_both_ways_to_send_a_policy_are_described(description: dict[str, Any]) -> None:
    body = operations(description)["post", "/api/v1/policy"]["requestBody"]

    assert set(body["content"]) == {"application/json", "multipart/form-data"}
    shapes = body["content"]["application/json"]["schema"]["oneOf"]
    assert [next(iter(shape["properties"])) for shape in shapes] == ["url", "text", "html"]


def test_one_photo_and_several_are_described(description: dict[str, Any]) -> None:
    operation = operations(description)["post", "/api/v1/photo"]

    form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert form["properties"]["file"]["type"] == "array"
    assert form["properties"]["file"]["maxItems"] == 50
    answer = described(description, ("post", "/api/v1/photo"))
    one, several = (named(description, option) for option in answer["anyOf"])
    assert {"kind", "rating", "details"} <= set(one["properties"])
    assert set(several["required"]) == {"schema_version", "reports", "linkage"}
    assert set(several["properties"]) - set(several["required"]) == {"errors", "shots"}


def test_the_description_is_open_and_the_same(service: Service, assistant: StubAssistant) -> None:
    answer = service.send("GET", "/openapi.json")

    assert answer.status == 200
    assert set(operations(answer.json())) == ENDPOINTS


def test_the_page_lists_every_endpoint_and_loads_nothing(service: Service) -> None:
    answer = service.send("GET", "/docs")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = answer.body.decode()
    for method, path in ENDPOINTS:
        assert f"<code>{method.upper()} {path}</code>" in page
    for word in ("<script", "<link", "<img", "<style", "http://", "https://", "None"):
        assert word not in page
