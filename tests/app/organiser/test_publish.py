import dataclasses
import json
from pathlib import Path

import pytest
import yaml

from app.organiser import publish as publishing
from app.organiser import review
from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work
from app.organiser.impact import impact
from app.organiser.publish import CASES_NAME, publish, unpublish
from app.settings import ServiceSettings
from ingest.errors import ErrorCode, YorozuError
from ingest.models import FileContent
from ingest.pipeline import ingest
from ingest.readers.consultation_yaml import read_consultation_yaml
from tests.fakes.drafting import MEETING, QUOTE, with_questions


@pytest.fixture
def approved(desk: DraftDesk) -> DraftDesk:
    with_questions(desk, ["No17の規程はどう作りますか", "教育はどうしますか"])
    work(desk)
    first = desk.drafts.find(MEETING)[0]
    review.edit(desk, first.id, version=1, by="甲", note="会場から補足がありました。\n小さく始めます。")
    review.approve(desk, first.id, version=2, by="甲")
    return desk


def _file(desk: DraftDesk) -> Path:
    return desk.consultations / f"{MEETING}.yaml"


def test_what_is_approved_becomes_a_dated_consultation(approved: DraftDesk) -> None:
    done = publish(approved, MEETING, by="乙")
    assert (done.questions, done.generation) == (1, "gen-1")
    consultation = read_consultation_yaml(_file(approved)).consultation
    assert consultation is not None
    assert (consultation.id, consultation.held_on, consultation.status) == (MEETING, "2026-12-10", "原文")
    qa = consultation.qas[0]
    assert qa.item_nos == (17,)
    assert qa.answer.split("\n") == [QUOTE, "当日の補足：", "会場から補足がありました。", "小さく始めます。"]
    raw = yaml.safe_load(_file(approved).read_text(encoding="utf-8"))["qas"][0]
    assert raw["approved_by"] == "甲"
    assert len(raw["approved_on"]) == 10
    case = json.loads((approved.settings.data_dir / CASES_NAME).read_text(encoding="utf-8"))
    assert (case["question"], case["gold"]) == ("No17の規程はどう作りますか", [1])


def test_published_answers_keep_their_numbers_and_go_in_one_step(approved: DraftDesk) -> None:
    publish(approved, MEETING, by="乙")
    second = approved.drafts.find(MEETING)[1]
    review.approve(approved, second.id, version=1, by="甲")
    publish(approved, MEETING, by="乙")
    assert [draft.published_no for draft in approved.drafts.find(MEETING)] == [1, 2]
    done = unpublish(approved, MEETING, by="乙")
    assert done.questions == 0
    assert list(approved.consultations.iterdir()) == []
    assert {draft.state for draft in approved.drafts.find(MEETING)} == {"approved"}
    assert (approved.settings.data_dir / CASES_NAME).read_text(encoding="utf-8") == ""


def test_while_it_is_checked_nothing_new_lies_in_the_corpus(
    approved: DraftDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed there, a file of another name would be read by every ingest and taken out by none."""
    seen: list[list[Path]] = []

    def reads(path: Path) -> FileContent:
        assert path.name == f"{MEETING}.yaml"
        seen.append(list(approved.settings.corpus.rglob("*.yaml")))
        return read_consultation_yaml(path)

    monkeypatch.setattr(publishing, "read_consultation_yaml", reads)
    publish(approved, MEETING, by="乙")
    publish(approved, MEETING, by="乙")
    assert seen == [[], [_file(approved)]]


@pytest.mark.parametrize("problem", [YorozuError(ErrorCode.INDEX_LOCKED, pid="1"), RuntimeError("x")])
def test_whatever_goes_wrong_all_is_as_before(approved: DraftDesk, problem: Exception) -> None:
    def fails() -> str:
        raise problem

    broken = dataclasses.replace(approved, reindex=fails)
    with pytest.raises(type(problem)):
        publish(broken, MEETING, by="乙")
    assert list(approved.consultations.iterdir()) == []
    assert approved.drafts.find(MEETING)[0].state == "approved"
    publish(approved, MEETING, by="乙")
    before = _file(approved).read_text(encoding="utf-8")
    with pytest.raises(type(problem)):
        unpublish(broken, MEETING, by="乙")
    assert _file(approved).read_text(encoding="utf-8") == before
    assert approved.drafts.find(MEETING)[0].state == "published"


def test_a_file_that_people_wrote_is_never_touched(approved: DraftDesk) -> None:
    _file(approved).write_text("id: m1\n", encoding="utf-8")
    for step in (publish, unpublish):
        with pytest.raises(YorozuError) as told:
            step(approved, MEETING, by="乙")
        assert told.value.code is ErrorCode.PUBLISH_REFUSED
    assert _file(approved).read_text(encoding="utf-8") == "id: m1\n"


def test_nothing_approved_is_nothing_to_publish(desk: DraftDesk) -> None:
    with_questions(desk, ["規程はどう作りますか"])
    work(desk)
    with pytest.raises(YorozuError) as told:
        publish(desk, MEETING, by="乙")
    assert told.value.code is ErrorCode.PUBLISH_REFUSED


SOURCE_FILE = """id: gidai1
title: よろず相談会 議題１
status: 原文
qas:
  - no: 7
    question: 専任者がいなくて整備が進みません。
    answer: |-
      {answer}
"""
CATALOGUE = """sources:
  - {id: gidai1, kind: consultation, work: w, title: 議題１}
"""
NEWER = CATALOGUE + "  - {id: gidai2, kind: consultation, work: w, title: 新しい議題１, supersedes: gidai1}\n"


def test_what_a_change_touches_is_listed_with_both_passages(approved: DraftDesk) -> None:
    corpus = approved.settings.corpus

    def build(answer: str, catalogue: str) -> None:
        settings = ServiceSettings(corpus=corpus, data_dir=approved.settings.data_dir)
        text = SOURCE_FILE.format(answer=answer)
        (corpus / "consultations" / "gidai1.yaml").write_text(text, encoding="utf-8")
        (corpus / "sources.yaml").write_text(catalogue, encoding="utf-8")
        if "gidai2" in catalogue:
            newer = text.replace("id: gidai1", "id: gidai2").replace("見合った", "ふさわしい")
            (corpus / "consultations" / "gidai2.yaml").write_text(newer, encoding="utf-8")
        assert ingest(settings, embedder=None).failed == 0

    build(QUOTE, CATALOGUE)
    assert impact(approved) == []
    changed = QUOTE.replace("見合った", "応じた")
    build(changed, CATALOGUE)
    found = impact(approved)
    assert [one.why for one in found] == ["changed", "changed"]
    assert (found[0].old, found[0].new) == (QUOTE, changed)
    assert impact(approved, source_id="another") == []
    build(QUOTE, NEWER)
    found = impact(approved)
    assert [(one.why, one.newer) for one in found] == [("newer_edition", "gidai2")] * 2
    assert found[0].new == QUOTE.replace("見合った", "ふさわしい")
