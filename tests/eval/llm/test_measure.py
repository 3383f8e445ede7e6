"""What is believed and what is shown, side by side, with a server that writes well or badly."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import ServiceSettings
from eval.llm import __main__ as command
from eval.llm.__main__ import main, sample
from eval.llm.report import BEGIN, END, write_section
from eval.llm.server import local_server
from eval.question_set import Question, read_questions
from ingest.errors import ErrorCode, YorozuError
from ingest.pipeline import ingest
from ingest.settings import Settings
from tests.fakes.llm_server import Behaviour, LlmServer, llm_server

MEETING = """id: tokei
title: 時計の相談会
theme: 身の回り
status: 要約
qas:
  - no: 1
    question: 工場の時計が遅れるときは、どう直せばよいですか。
    answer: 時計は毎朝、標準電波に合わせてください。
  - no: 2
    question: 来客に渡す名札は、どう管理すればよいですか。
    answer: |-
      名札は番号を付けて受付で管理します。
      退出のときに返してもらってください。
"""
BADGE = "来客に渡す名札は、どう管理すればよいですか。"
QUESTIONS = [
    {"id": "a", "kind": "k", "question": BADGE, "gold": [2], "facts": [["番号"]]},
    {"id": "b", "kind": "k", "question": "火星の天気予報の精度の検証方法は？", "expect": "abstain"},
    {"id": "c", "kind": "k", "question": "", "expect": "error"},
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("llm")
    (folder / "corpus" / "consultations").mkdir(parents=True)
    (folder / "corpus" / "consultations" / "tokei.yaml").write_text(MEETING, encoding="utf-8")
    (folder / "corpus" / "sources.yaml").write_text(
        "sources:\n  - {id: tokei, kind: consultation, title: 時計の相談会}\n", encoding="utf-8"
    )
    lines = [json.dumps(question, ensure_ascii=False) for question in QUESTIONS]
    (folder / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert ingest(Settings(corpus=folder / "corpus", data_dir=folder / "var"), embedder=None).qas == 2
    return folder


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    with llm_server() as running:
        monkeypatch.setenv("YOROZU_EMBEDDER", "none")
        monkeypatch.setenv("YOROZU_LLM", "openai:m")
        monkeypatch.setenv("YOROZU_LLM_BASE_URL", running.url)
        yield running


def run(folder: Path, *more: str) -> int:
    where = ["--corpus", str(folder / "corpus"), "--data-dir", str(folder / "var")]
    return main(["--configured", "--questions", str(folder / "questions.jsonl"), *where, *more])


def rows(text: str) -> dict[str, list[str]]:
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]
    return {row[0]: row[1:] for row in cells}


def test_a_good_model_is_shown_as_it_wrote(
    folder: Path, server: LlmServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder) == 0
    found = rows(capsys.readouterr().out)
    assert [cell[:6] for cell in found["right answers"]] == ["2 of 2", "2 of 2"]
    assert found["sentences"] == ["2", "2"]
    assert found["written by the model"] == ["1"]
    assert found["declined before the model was asked"] == ["1"]
    assert len(server.requests) == 1


def test_what_is_invented_is_counted_before_and_gone_after(
    folder: Path, server: LlmServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    server.behaviour = Behaviour.HALF_INVENTED
    details = tmp_path / "details.jsonl"
    assert run(folder, "--details", str(details)) == 0
    found = rows(capsys.readouterr().out)
    backed = found["supported by what they cite, says the verification"]
    assert [cell[:6] for cell in backed] == ["1 of 4", "2 of 2"]
    assert found["sentences"] == ["4", "2"]
    first, second = (json.loads(line) for line in details.read_text(encoding="utf-8").splitlines())
    assert (first["engine"], len(first["written"]), len(first["shown"])) == ("extractive", 4, 2)
    assert second["written"] is None


def test_a_model_that_fails_is_named_with_its_reason(
    folder: Path, server: LlmServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.behaviour = Behaviour.CUT
    assert run(folder) == 0
    out = capsys.readouterr().out
    assert "extractive: 書かせる上限（トークン）に達しました" in out


def test_the_section_is_replaced_and_the_rest_stays(folder: Path, server: LlmServer, tmp_path: Path) -> None:
    page = tmp_path / "llm.md"
    page.write_text("# Title\n\nText.\n", encoding="utf-8")
    assert run(folder, "--write", str(page)) == 0
    first = page.read_text(encoding="utf-8")
    assert first.startswith(f"# Title\n\nText.\n\n{BEGIN}")
    page.write_text(first + "\nMore.\n", encoding="utf-8")
    write_section(page, f"{BEGIN}\nnew\n{END}")
    assert page.read_text(encoding="utf-8") == f"# Title\n\nText.\n\n{BEGIN}\nnew\n{END}\n\nMore.\n"
    assert server.requests


def test_without_a_configured_model_it_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 1
    assert "YOROZU_LLM" in capsys.readouterr().err


def test_a_sample_is_spread_over_the_set() -> None:
    many = [Question(str(i), "k", "q", (), (), (), "answer", ()) for i in range(10)]
    error = Question("e", "k", "", (), (), (), "error", ())
    assert [q.id for q in sample([error, *many], 3)] == ["0", "3", "6"]
    assert len(sample(many, 0)) == len(sample(many, 99)) == 10


def test_without_the_package_that_serves_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.llm.server.find_spec", lambda _: None)
    with pytest.raises(YorozuError) as caught, local_server(tmp_path / "m.gguf"):
        pass
    assert caught.value.code is ErrorCode.LLM_PACKAGE_MISSING
    assert "pip install xllamacpp" in caught.value.message


def test_a_server_that_dies_within_the_reply_costs_no_answer(
    folder: Path, server: LlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way of the real check: the server is killed at the first sentence."""
    settings = ServiceSettings.load(corpus=folder / "corpus", data_dir=folder / "var")
    asked = command._asked(settings, read_questions(folder / "questions.jsonl")[:1], None)

    class Killer:
        def kill(self) -> None:
            server.behaviour = Behaviour.ERROR

    monkeypatch.setattr(server, "behaviour", Behaviour.DIES)
    killed = command._killed(settings, asked, Killer())  # type: ignore[arg-type]
    assert killed is not None
    assert killed.failure is not None
    assert killed.answer.engine == "extractive"
    assert len(killed.answer.statements) == 2
