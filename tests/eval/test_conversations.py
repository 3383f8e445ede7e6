"""The runner of conversations: what it asks, what it finds wrong."""

import json
from pathlib import Path

import pytest

from app.answering.models import Answer
from eval.cli import CONVERSATIONS
from eval.conversations import InMemory, read_dialogues, run_dialogues
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import answered, insufficient


def _file(folder: Path, *turns: dict[str, object]) -> Path:
    path = folder / "c.jsonl"
    path.write_text(json.dumps({"id": "built-a-1", "kind": "a", "turns": turns}), encoding="utf-8")
    return path


def test_each_turn_goes_on_with_the_conversation_and_is_judged(tmp_path: Path) -> None:
    turns: list[dict[str, object]] = [
        {"question": "一", "gold": [7], "follows": False},
        {"question": "二", "gold": [7], "facts": [["ひな形"]], "follows": True},
        {"question": "三", "gold": [7], "facts": [["よろず相談会 議題１"]], "follows": True},
        {"question": "四", "expect": "abstain"},
    ]
    asked: list[tuple[str, str | None]] = []

    def ask(question: str, *, conversation_id: str | None = None) -> Answer:
        asked.append((question, conversation_id))
        if question == "四":
            return insufficient()
        return answered(conversation_id="c", asked_as="続き" if question == "二" else None)

    report = run_dialogues(read_dialogues(_file(tmp_path, *turns)), ask).as_json()
    assert asked == [("一", None), ("二", "c"), ("三", "c"), ("四", "c")]
    assert report["follow_ups"] == {"n": 3, "right": 2, "share": 0.6667}
    ((failure),) = report["failures"]
    assert failure["turn"] == 3
    assert "follows" in failure["why"]
    assert "not said: よろず相談会 議題１" in failure["why"]  # in a citation's title, not in what is said


@pytest.mark.parametrize("turns", [[], [{"question": "", "follows": 1}], [{"gold": [1]}]])
def test_a_broken_set_is_named(tmp_path: Path, turns: list[dict[str, object]]) -> None:
    with pytest.raises(YorozuError) as caught:
        read_dialogues(_file(tmp_path, *turns))
    assert caught.value.code is ErrorCode.QUESTION_SET_INVALID


def test_the_shipped_set_is_as_large_as_is_said() -> None:
    dialogues = read_dialogues(CONVERSATIONS)
    assert len(dialogues) >= 60
    assert all(2 <= len(dialogue.turns) <= 4 for dialogue in dialogues)
    assert {dialogue.id.partition("-")[0] for dialogue in dialogues} == {"built", "held"}


def test_memory_lasts_for_one_measurement() -> None:
    assert InMemory().turns("x") == []
