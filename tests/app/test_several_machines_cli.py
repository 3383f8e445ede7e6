"""`yorozu database`, `yorozu generation` and `yorozu worker`, as they are called."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.store.answers import AnswerStore
from app.store.parts import ORIGINALS, STORE
from ingest.errors import ErrorCode, YorozuError
from ingest.index.build import build_index
from ingest.models import Passage, Source
from tests.fakes.answer_service import answered

ROOT = Path(__file__).resolve().parents[2]


def _run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [*words])
    if isinstance(done.exception, YorozuError):
        raise done.exception
    return done.exit_code, done.output


@pytest.fixture(params=["sqlite", "postgresql"])
def _settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "postgresql":
        monkeypatch.setenv("YOROZU_DATABASE", request.getfixturevalue("postgres_url"))


@pytest.mark.usefixtures("_settings")
def test_the_schema_goes_forward_and_back() -> None:
    code, output = _run("database", "status", "--json")
    assert code == 1
    assert [one["found"] for one in json.loads(output)] == [None, None]
    assert _run("database", "upgrade")[0] == 0
    code, output = _run("database", "status")
    assert (code, output.count("最新です")) == (0, 2)
    assert _run("database", "downgrade")[1].strip() == f"store: {STORE.newest} → {STORE.revisions[-2]}"
    code, output = _run("database", "status", "--json")
    assert code == 1
    assert [one["found"] for one in json.loads(output)] == [STORE.revisions[-2], ORIGINALS.newest]
    assert _run("database", "upgrade")[0] == 0
    with pytest.raises(YorozuError) as caught:
        _run("database", "downgrade", "--to", "s9999")
    assert caught.value.code is ErrorCode.SETTING_INVALID


def test_keys_go_where_the_settings_say(
    monkeypatch: pytest.MonkeyPatch, postgres_url: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("YOROZU_DATABASE", postgres_url)
    with pytest.raises(YorozuError) as caught:
        _run("keys", "create", "portal")
    assert caught.value.code is ErrorCode.DATABASE_OUTDATED
    _run("database", "upgrade")
    assert _run("keys", "create", "portal")[0] == 0
    assert "portal" in _run("keys", "list")[1]
    assert not (tmp_path / "var" / STORE.file).exists()


def test_a_generation_is_carried(tmp_path: Path) -> None:
    passage = Passage("p", "m", "f", "記録を残します。", 0)
    build_index(tmp_path / "var", [Source("m", "相談会", kind="consultation")], [passage], None)
    shared, away = str(tmp_path / "shared"), str(tmp_path / "away")
    assert "gen-000001" in _run("generation", "export", shared)[1]
    assert "gen-000001" in _run("generation", "import", shared, "--data-dir", away)[1]
    assert "同じ世代" in _run("generation", "import", shared, "--data-dir", away)[1]
    assert "使用中" in _run("generation", "list", "--data-dir", away)[1]


def test_an_address_of_another_kind_is_refused_without_being_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (
        ("DATABASE", "mysql://u:very-secret@h/d"),
        ("DATABASE", "postgresql://u:very-secret@h:12x/d"),
        ("REDIS", "http://:very-secret@h"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(f"YOROZU_{name}", value)
            with pytest.raises(YorozuError) as caught:
                _run("keys", "list")
        assert caught.value.code is ErrorCode.SETTING_INVALID
        assert "very-secret" not in caught.value.message


def test_a_worker_ends_when_it_is_told_to(tmp_path: Path) -> None:
    store = AnswerStore.open(tmp_path / "var")
    store.save(answered())
    store.close()
    command = [sys.executable, "-c", "from eval.cli import main; main()", "worker"]
    env = os.environ | {"YOROZU_EMBEDDER": "none", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        while "worker ready" not in (line := worker.stderr.readline()):
            assert line
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
