"""One request is one line of the log, whatever is put into it, and no line holds what steers a terminal."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.logs import JsonLines, TextLines, log_to_stderr
from tests.security.conftest import Running

HOSTILE = "a\r\n2026-01-01 INFO forged\x1b[2J\x1b]0;x\x07\u202etxt.exe\u2028b\x85c\x7f\ud800"
UNSEEN = {chr(n) for n in (*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2028, 0x200F, 0xD800)} - {"\n"}
FORMS = {"text": TextLines, "json": JsonLines}


@contextmanager
def _written(form: str) -> Iterator[io.StringIO]:
    """What the service's own log handler writes."""
    stream, root = io.StringIO(), logging.getLogger("app")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FORMS[form]())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@pytest.mark.parametrize("form", FORMS)
def test_one_request_is_one_line(service: Running, form: str) -> None:
    long = "x" * 20_000
    latin = HOSTILE.encode("utf-8", "replace")
    asked: list[tuple[str, dict[bytes, bytes]]] = [
        ("/api/v1/answers/%0d%0a2026%20forged%1b%5b2J%e2%80%ae", {}),
        (f"/api/v1/answers/{long}", {}),
        (f"/nix?q=%0d%0aforged&{long}", {}),
        ("/healthz", {b"x-request-id": latin}),
        ("/healthz", {b"x-request-id": long.encode()}),
        ("/healthz", {b"user-agent": latin, b"origin": latin, b"referer": latin, b"x-forwarded-for": latin}),
        ("/api/v1/sources", {b"authorization": b"Bearer yz_" + latin}),
        ("/api/v1/sources", {b"cookie": b"yorozu_session=" + latin}),
    ]
    with _written(form) as stream:
        for address, headers in asked:
            service.client.get(address, headers=list(headers.items()))
    lines = stream.getvalue().splitlines()  # also at U+2028 and its like
    assert len(lines) == len(asked)
    assert not UNSEEN & set(stream.getvalue())
    assert all("forged" not in line or "%0d%0a" in line for line in lines)
    assert max(map(len, lines)) < 2_000


@pytest.mark.parametrize("form", FORMS)
def test_a_question_that_is_logged_on_purpose_forges_nothing(form: str) -> None:
    record = logging.LogRecord("app.x", logging.INFO, "f", 1, "question %s", (HOSTILE,), None)
    text = FORMS[form]().format(record)
    assert len(text.splitlines()) == 1
    assert not UNSEEN & set(text)
    assert "forged" in text
    assert text.encode()  # no half characters
    if form == "json":
        assert json.loads(text)["message"] == f"question {HOSTILE}"
    else:
        assert "\\x0d\\x0a" in text
        assert text.split()[0][-6] in "+-"  # its distance from UTC


@pytest.mark.parametrize("form", FORMS)
def test_no_line_of_a_traceback_begins_like_a_record(form: str) -> None:
    error = ValueError(HOSTILE)
    record = logging.LogRecord("app.x", logging.ERROR, "f", 1, "failed", (), (ValueError, error, None))
    first, *rest = FORMS[form]().format(record).split("\n")
    assert "failed" in first
    assert all(line.startswith("  ") for line in rest)
    assert not UNSEEN & set(first + "".join(rest))


def test_the_service_writes_in_these_forms(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        for form in ("text", "json"):
            log_to_stderr("json" if form == "json" else "text")
            logging.getLogger("app.x").warning("%s", HOSTILE)
            assert len(capsys.readouterr().err.splitlines()) == 1
    finally:
        root.handlers[:] = before
        root.setLevel(level)
