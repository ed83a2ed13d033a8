"""A marked text, address or file name is found nowhere in the log."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy

from assistant import logs
from assistant.errors import HttpStatusError, InvalidUrl
from assistant.fetch import Fetcher
from assistant.settings import Settings
from tests.servers import LOOPBACK, Response, Server, page

MARK = "marked-secret"
OWN = logging.getLogger("assistant.fetch.fetcher")


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[io.StringIO]:
    """The log of this test at its most talkative, put back afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    logs.configure(Settings(data_dir=tmp_path, log_level="DEBUG"), stream=stream)
    yield stream
    logging.captureWarnings(False)
    logging.setLogRecordFactory(logging.LogRecord)
    root.handlers[:] = handlers
    root.setLevel(level)


def fail(text: str) -> None:
    try:
        raise KeyError(text)
    except KeyError as error:
        raise RuntimeError(f"no {text}") from error


def log_with_exception() -> None:
    try:
        fail(MARK)
    except RuntimeError:
        logging.getLogger("httpx.server").exception("failed for %s", MARK, stack_info=True)


def log_with_sqlalchemy() -> None:
    engine = sqlalchemy.create_engine("sqlite://", echo=True)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("select :text"), {"text": MARK})
    engine.dispose()


def warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(f"odd input {MARK}", UserWarning, stacklevel=1)


LEAKS: dict[str, Callable[[], None]] = {
    "httpx": lambda: logging.getLogger("httpx").warning("HTTP Request: GET http://%s/", MARK),
    "uvicorn": lambda: logging.getLogger("uvicorn.access").warning(
        '%s - "%s %s" %d', "127.0.0.1", "GET", f"/?q={MARK}", 200
    ),
    "multipart": lambda: logging.getLogger("multipart.multipart").error(f"file {MARK}.pdf"),
    "mapping": lambda: logging.getLogger("x").error("%(text)s", {"text": MARK}),
    "wrong arguments": lambda: logging.getLogger("x").error("%d", MARK),
    "extra": lambda: logging.getLogger("x").error("x", extra={"url": MARK}),
    "logger name": lambda: logging.getLogger(f"{MARK}.example").error("x"),
    "own logger name": lambda: logging.getLogger(f"assistant.{MARK}").error("x"),
    "own mistake": lambda: OWN.error("could not read %s", MARK),
    "not a string": lambda: OWN.error(Path(MARK)),
    "exception": log_with_exception,
    "warning": warn,
    "ready record": lambda: logging.getLogger().handle(
        logging.makeLogRecord({"msg": MARK, "levelno": 40, "name": MARK})
    ),
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_messages_leave_a_line_but_no_word(
    leak: Callable[[], None],
    lines: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A service that ran earlier in this process has switched its access log off.
    monkeypatch.setattr(logging.getLogger("uvicorn.access"), "propagate", True)
    leak()
    assert lines.getvalue().count("\n") == 1
    assert "withheld" in lines.getvalue()
    assert MARK not in lines.getvalue()
    assert MARK not in "".join(capfd.readouterr())


def test_what_a_library_tells_its_own_handler_is_withheld_too(
    lines: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    log_with_sqlalchemy()
    printed = "".join(capfd.readouterr())
    assert "withheld" in printed
    assert MARK not in printed + lines.getvalue()


def test_a_whole_fetch_leaves_its_size_and_no_address(lines: io.StringIO) -> None:
    answers = {f"/{MARK}": page(f"<p>{MARK}</p>"), "/gone": Response(MARK.encode(), status=410)}
    with Server(answers) as server:
        fetcher = Fetcher(allow_addresses=[LOOPBACK])
        fetcher.fetch(server.url(f"/{MARK}"))
        with pytest.raises(HttpStatusError):
            fetcher.fetch(server.url(f"/gone?{MARK}"))
        httpx.get(server.url(f"/{MARK}"), trust_env=False)
        port = server.port
    logged = lines.getvalue()
    assert "fetch.done" in logged
    assert "content_bytes=20" in logged
    assert "error_code=http-status" in logged
    for secret in (MARK, LOOPBACK, str(port), "gone"):
        assert secret not in logged


def test_chatter_of_libraries_is_dropped(lines: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request")
    logging.getLogger("httpcore.connection").debug("connect_tcp.started")
    assert lines.getvalue() == ""


def test_an_exception_is_told_by_its_type_and_our_own_lines(lines: io.StringIO) -> None:
    try:
        Fetcher().fetch(f"http://{MARK}:22/")
    except InvalidUrl as error:
        reference = logs.log_failure(OWN, error)
    logged = lines.getvalue().splitlines()[-1]
    assert f"unexpected reference={reference} exception=InvalidUrl at=assistant.fetch" in logged
    assert "tests." not in logged
    log_with_exception()
    assert lines.getvalue().endswith("ERROR httpx withheld exception=RuntimeError cause=KeyError\n")


def test_events_carry_numbers_flags_and_codes(lines: io.StringIO) -> None:
    logs.log_event(
        OWN,
        "policy.read",
        finding_count=3,
        run_ms=12.34567,
        is_cached=False,
        rule_id="policy.sells-data",
        error_code="fetch-timeout",
        version="0.1.0",
    )
    assert lines.getvalue().endswith(
        "INFO assistant.fetch.fetcher policy.read finding_count=3 run_ms=12.346 is_cached=false "
        "rule_id=policy.sells-data error_code=fetch-timeout version=0.1.0\n"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rule_id", "https://marked-secret.example/"),
        ("rule_id", "policy.marked secret"),
        ("error_code", "marked-secret.example"),
        ("reference", "marked-secret"),
        ("version", "10.0.0.5"),
        ("model", "/home/marked-secret"),
        ("kind", "marked-secret"),
    ],
)
def test_free_text_in_a_code_is_refused(field: str, value: str, lines: io.StringIO) -> None:
    logs.log_event(OWN, "test", **{field: value})
    assert lines.getvalue().endswith(f"test {field}=refused\n")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "https://marked-secret.example/"),
        ("latitude", 52.37),
        ("text", "marked-secret"),
        ("page_bytes", "marked-secret"),
        ("page_bytes", True),
        ("is_cached", "marked-secret"),
        ("rule_id", 3),
    ],
)
def test_fields_outside_the_list_are_a_mistake_of_ours(
    field: str, value: str | float, lines: io.StringIO
) -> None:
    with pytest.raises(ValueError, match=field) as raised:
        logs.log_event(OWN, "test", **{field: value})
    assert "marked" not in str(raised.value)
    with pytest.raises(ValueError, match="fixed name"):
        logs.log_event(OWN, "Could not read marked-secret")
    assert lines.getvalue() == ""


def test_lines_go_to_a_file_of_the_person(lines: io.StringIO, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new", log_level="INFO")
    logs.configure(settings)
    logs.configure(settings)
    logs.log_event(OWN, "test", item_count=1)
    logging.getLogger("httpx").error(MARK)
    logged = (tmp_path / "new" / logs.LOG_FILE).read_text()
    logging.getLogger().handlers[0].close()
    assert logged.count("\n") == 2
    assert MARK not in logged


def test_where_no_file_can_be_written_lines_go_to_standard_error(
    lines: io.StringIO, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("")
    logs.configure(Settings(data_dir=tmp_path / "taken"))
    logging.getLogger("httpx").error(MARK)
    printed = capsys.readouterr().err
    assert "ERROR httpx withheld" in printed
    assert MARK not in printed


def test_a_line_that_cannot_be_written_is_lost_quietly(
    lines: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    lines.close()
    logging.getLogger("httpx").error("%s", MARK)
    assert MARK not in "".join(capfd.readouterr())
