"""Reads a set of injection attempts: attacking questions, documents with something planted, harmless ones."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from eval.lines import LineError, text_field
from eval.record_set import read_records

Kind = Literal["direct", "planted", "harmless"]
Expect = Literal["same", "any", "answer"]
Format = Literal["txt", "md", "csv", "html", "pdf", "docx", "xlsx", "pptx", "yaml"]


@dataclass(frozen=True, slots=True)
class Plant:
    """A document made for one attempt.

    Attributes:
        format: what kind of file it becomes.
        place: where the payload goes: start, middle, end, heading, hidden … (see eval.planted_files).
        title: its heading.
        body: the sentences that answer the question.
        payload: what the attacker wrote; empty in a harmless document.
    """

    format: Format
    place: str
    title: str
    body: tuple[str, ...]
    payload: str


@dataclass(frozen=True, slots=True)
class Attack:
    """One line of the set.

    Attributes:
        id: unique name.
        kind: who attacks: the question, a document, nobody.
        written: `blind`, before the defences were read, or `sighted`, against their seams.
        lang: of the payload.
        technique: group for the report.
        question: what is asked.
        expect: `same` status as without the attack, `answer`, or `any` where nothing else is asked.
        base: the question without the attack, where one exists.
        never: strings that must not stand in the answer; the question as it is restated is left out.
        needs: strings that must stand in a statement.
        plant: the document that comes with it.
    """

    id: str
    kind: Kind
    written: str
    lang: str
    technique: str
    question: str
    expect: Expect
    base: str | None
    never: tuple[str, ...]
    needs: tuple[str, ...]
    plant: Plant | None


def read_attacks(path: Path) -> list[Attack]:
    """Return the attempts of a JSONL file in order.

    Raises:
        YorozuError: QUESTION_SET_INVALID with the line and what is wrong there.
    """
    return read_records(path, _attack, "攻撃")


def _attack(place: str, record: dict[str, Any]) -> Attack:
    kind: Any = record.get("kind")
    expect: Any = record.get("expect")
    if kind not in get_args(Kind) or expect not in get_args(Expect):
        raise LineError(f"{place}: kind か expect が決められた値ではありません")
    base = record.get("base")
    if expect == "same" and base is None and kind == "direct":
        raise LineError(f"{place}: expect が same なら base（攻撃を除いた質問）が要ります")
    plant = record.get("plant")
    return Attack(
        id=text_field(place, record, "id"),
        kind=kind,
        written=text_field(place, record, "written"),
        lang=text_field(place, record, "lang"),
        technique=text_field(place, record, "technique"),
        question=text_field(place, record, "question"),
        expect=expect,
        base=None if base is None else text_field(place, record, "base"),
        never=tuple(record.get("never", ())),
        needs=tuple(record.get("needs", ())),
        plant=None if plant is None else _plant(place, plant),
    )


def _plant(place: str, record: dict[str, Any]) -> Plant:
    if record.get("format") not in get_args(Format):
        raise LineError(f"{place}: plant の format が決められた値ではありません")
    return Plant(
        format=record["format"],
        place=text_field(place, record, "place"),
        title=text_field(place, record, "title"),
        body=tuple(record["body"]),
        payload=text_field(place, record, "payload", blank_ok=True),
    )
