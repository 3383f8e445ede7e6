"""Reads a set of cautions: a question on a day, over the corpus or planted documents, and what is due."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from app.answering.models import CautionCode
from eval.lines import LineError, text_field
from eval.record_set import read_records
from ingest.models import Passage, Source
from ingest.text.item_numbers import find_item_numbers


@dataclass(frozen=True, slots=True)
class CautionCase:
    """One line of the set.

    Attributes:
        id: unique name.
        use: `build`, or `measure` where nothing was made to fit.
        today: the day on which it is asked.
        question: what is asked.
        expect: codes that must come; none for a question that needs no caution.
        may: codes that may come or not.
        documents: the whole material, one passage each; empty for the shipped corpus.
    """

    id: str
    use: str
    today: date
    question: str
    expect: frozenset[str]
    may: frozenset[str]
    documents: tuple[tuple[Source, Passage], ...]


def read_caution_cases(path: Path) -> list[CautionCase]:
    """Return the cases of a JSONL file in order.

    Raises:
        YorozuError: QUESTION_SET_INVALID with the line and what is wrong there.
    """
    return read_records(path, _case, "問い")


def _case(place: str, record: dict[str, Any]) -> CautionCase:
    expect, may = frozenset(record.get("expect", ())), frozenset(record.get("may", ()))
    if not expect | may <= set(get_args(CautionCode)):
        raise LineError(f"{place}: expect か may に注意の種類でないものがあります")
    try:
        today = date.fromisoformat(text_field(place, record, "today"))
    except ValueError as error:
        raise LineError(f"{place}: today が日付ではありません") from error
    return CautionCase(
        id=text_field(place, record, "id"),
        use=text_field(place, record, "use"),
        today=today,
        question=text_field(place, record, "question"),
        expect=expect,
        may=may,
        documents=tuple(_document(place, n, d) for n, d in enumerate(record.get("docs", ()))),
    )


def _document(place: str, number: int, record: dict[str, Any]) -> tuple[Source, Passage]:
    source = Source(
        id=text_field(place, record, "id"),
        title=text_field(place, record, "title"),
        work=text_field(place, record, "title"),
        edition=record.get("edition"),
        supersedes=record.get("supersedes"),
        as_of=record.get("as_of"),
    )
    text = text_field(place, record, "text")
    passage = Passage(
        f"p{number}",
        source.id,
        f"{source.id}.pdf",
        text,
        number,
        item_nos=find_item_numbers(text),
        page=1,
        page_end=1,
    )
    return source, passage
