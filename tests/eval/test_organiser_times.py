"""The commands that time drafting and publishing do what they say, on a small corpus without a model."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from app.assemble import answer_service, draft_desk
from app.settings import ServiceSettings
from eval import drafting, publishing
from ingest.pipeline import ingest

CORPUS = """id: sample
title: 相談会
status: 原文
qas:
  - no: 1
    question: 来客用の名札はどのように管理すればよいですか。
    answer: 名札は受付で貸し出し、退館のときに必ず回収してください。
"""
QUESTION = "来客用の名札はどのように管理すればよいですか"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServiceSettings:
    monkeypatch.setenv("YOROZU_EMBEDDER", "none")
    monkeypatch.setattr("app.assemble.prepare_recogniser", lambda _: None)
    folder = tmp_path / "corpus" / "consultations"
    folder.mkdir(parents=True)
    (folder / "sample.yaml").write_text(CORPUS, encoding="utf-8")
    return ServiceSettings(corpus=tmp_path / "corpus", data_dir=tmp_path / "var")


def test_drafting_is_timed_from_the_spreadsheet_on(settings: ServiceSettings, tmp_path: Path) -> None:
    source = tmp_path / "q.xlsx"
    drafting.spreadsheet(source, [QUESTION, "献立は誰が決めますか"])
    found = drafting.measure(settings, source, warm=True)
    assert (found["questions"], found["drafted"], found["failed"]) == (2, 2, 0)
    assert set(found["stages"]) == {"take_in", "group", "draft", "export"}
    assert found["per_second"] > 0


def test_publishing_is_timed_until_the_answer(
    settings: ServiceSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "own.jsonl"
    case = {"id": "a", "kind": "x", "question": QUESTION, "gold": [1], "expect": "answer"}
    asked.write_text(json.dumps(case), encoding="utf-8")
    monkeypatch.setattr(publishing, "_QUESTIONS", asked)
    ingest(settings, embedder=None)
    with closing(answer_service(settings)) as service, closing(draft_desk(settings, service, None)) as desk:
        found = publishing.measure(desk, service, 1)
    assert found["questions"] == 1
    assert found["publish_seconds"] > 0
    assert not list(desk.consultations.glob("measured*"))  # taken out again
