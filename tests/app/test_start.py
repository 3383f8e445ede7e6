"""When `yorozu serve` refuses to begin, and what its log lines look like."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access.visitor import Scope
from app.logs import JsonLines, log_to_stderr
from app.settings import ServiceSettings
from app.start import check_start
from app.state import ServiceState
from app.store.answers import AnswerStore
from app.store.keys import KeyStore
from app.store.people import PeopleStore
from ingest.errors import ErrorCode, YorozuError
from ingest.index.layout import index_folder, make_current
from tests.fakes.answer_service import FakeAnswerService


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    index_folder(tmp_path).mkdir()
    make_current(tmp_path, "gen-000001")
    store = AnswerStore.open(tmp_path)
    yield store
    store.close()


def _state(store: AnswerStore, tmp_path: Path, **given: object) -> ServiceState:
    settings = ServiceSettings.load(data_dir=tmp_path, **given)
    return ServiceState(settings=settings, answerer=FakeAnswerService(), store=store)


def _refusal(state: ServiceState) -> YorozuError:
    with pytest.raises(YorozuError) as caught:
        check_start(state)
    return caught.value


def test_a_missing_index_is_named_with_the_command(store: AnswerStore, tmp_path: Path) -> None:
    refusal = _refusal(_state(store, tmp_path / "elsewhere"))
    assert refusal.code is ErrorCode.INDEX_MISSING
    assert "yorozu ingest" in refusal.message


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST"])
def test_on_this_machine_nobody_needs_a_key(store: AnswerStore, tmp_path: Path, host: str) -> None:
    check_start(_state(store, tmp_path, host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "portal.example.jp", "localhost.example"])
def test_beyond_it_a_key_must_be_there(store: AnswerStore, tmp_path: Path, host: str) -> None:
    refusal = _refusal(_state(store, tmp_path, host=host))
    assert refusal.code is ErrorCode.KEYS_NEEDED
    assert "yorozu keys create" in refusal.message
    assert host in refusal.message
    key, _ = KeyStore(store).create("a", Scope.READER)
    check_start(_state(store, tmp_path, host=host))
    KeyStore(store).revoke(key.id)
    assert _refusal(_state(store, tmp_path, host=host)).code is ErrorCode.KEYS_NEEDED


def test_people_who_can_log_in_are_enough_where_nobody_overhears(store: AnswerStore, tmp_path: Path) -> None:
    PeopleStore(store).create_account("sato", Scope.ADMIN, "hash")
    check_start(_state(store, tmp_path, anonymous=False))
    check_start(_state(store, tmp_path, public_url="https://yorozu.example.jp"))
    refusal = _refusal(_state(store, tmp_path, host="0.0.0.0"))
    assert refusal.code is ErrorCode.LOGIN_NEEDS_HTTPS
    assert "YOROZU_PUBLIC_URL" in refusal.message
    PeopleStore(store).change("sato", disabled=True)
    assert _refusal(_state(store, tmp_path, host="0.0.0.0")).code is ErrorCode.KEYS_NEEDED


def test_who_lets_everybody_in_is_told_so(
    store: AnswerStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    check_start(_state(store, tmp_path, host="0.0.0.0", anonymous=True))
    assert "without a key" in caplog.text
    assert _refusal(_state(store, tmp_path, anonymous=False)).code is ErrorCode.KEYS_NEEDED


def test_a_record_is_one_line_of_json_with_its_fields() -> None:
    record = logging.LogRecord("app.x", logging.INFO, "f", 1, "GET %s\n%d", ("/a", 200), None)
    record.__dict__.update(request_id="r1", status=200, secret="s")
    text = JsonLines().format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert (line["message"], line["level"], line["request_id"], line["status"]) == (
        "GET /a\n200",
        "info",
        "r1",
        200,
    )
    assert "secret" not in line
    assert line["time"].endswith("+00:00")


def test_a_traceback_is_a_field() -> None:
    error = ValueError("文字")
    record = logging.LogRecord("a", logging.ERROR, "f", 1, "failed", (), (ValueError, error, None))
    text = JsonLines().format(record)
    assert "\n" not in text
    assert "ValueError: 文字" in json.loads(text)["exception"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_lines_go_to_stderr(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        log_to_stderr("json" if form == "json" else "text")
        logging.getLogger("app.x").info("こんにちは")
        err = capsys.readouterr().err
        assert "こんにちは" in err
        assert err.startswith("{") is (form == "json")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
