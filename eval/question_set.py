"""Reads a question set: what is asked and what a right answer must hold."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from eval.lines import LineError, text_field
from eval.record_set import read_records

Expect = Literal["answer", "abstain", "error"]


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question set; see docs/evaluation.md for what each field demands."""

    id: str
    kind: str
    question: str
    gold: tuple[int, ...]
    all_of: tuple[int, ...]
    facts: tuple[tuple[str, ...], ...]
    expect: Expect
    never: tuple[str, ...]


def read_questions(path: Path) -> list[Question]:
    """Return the questions of a JSONL file in order.

    Raises:
        YorozuError: QUESTION_SET_INVALID with the line and what is wrong there.
    """
    return read_records(path, question_of, "質問")


def question_of(place: str, record: dict[str, Any]) -> Question:
    """Return the question of a record; raises LineError with `place` and what is wrong."""
    expect = record.get("expect", "answer")
    if expect not in get_args(Expect):
        raise LineError(f"{place}: expect が answer・abstain・error のどれでもありません")
    gold, all_of = _numbers(place, record, "gold"), _numbers(place, record, "all_of")
    facts = _facts(place, record)
    if expect != "answer" and (gold or all_of or facts):
        raise LineError(f"{place}: expect が {expect} なら gold・all_of・facts は空にします")
    return Question(
        id=text_field(place, record, "id"),
        kind=text_field(place, record, "kind"),
        # An empty question is a question too: it must end in an error of the closed list.
        question=text_field(place, record, "question", blank_ok=True),
        gold=gold,
        all_of=all_of,
        facts=facts,
        expect=expect,
        never=_strings(f"{place}: never", record.get("never", [])),
    )


def _numbers(place: str, record: dict[str, Any], name: str) -> tuple[int, ...]:
    value = record.get(name, [])
    if not isinstance(value, list) or any(type(entry) is not int or entry < 1 for entry in value):
        raise LineError(f"{place}: {name} が質問番号（1以上の整数）の並びではありません")
    return tuple(value)


def _facts(place: str, record: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    value = record.get("facts", [])
    if not isinstance(value, list):
        raise LineError(f"{place}: facts が並びではありません")
    facts = tuple(_strings(f"{place}: facts の要素", alternatives) for alternatives in value)
    if not all(facts):
        raise LineError(f"{place}: facts に空の並びがあります")
    return facts


def _strings(place: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or any(not isinstance(entry, str) or not entry.strip() for entry in value):
        raise LineError(f"{place} が空でない文字列の並びではありません")
    return tuple(value)
