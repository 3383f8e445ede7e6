"""Reads a set of questions with their identifying names marked: what `yorozu eval generalise` measures on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from app.organiser.models import SpanKind
from eval.lines import LineError, text_field
from eval.record_set import read_records


@dataclass(frozen=True, slots=True)
class Name:
    """An identifying name: offsets into the question, end excluded, and what it is."""

    start: int
    end: int
    kind: SpanKind


@dataclass(frozen=True, slots=True)
class NamedQuestion:
    """A question and every name in it that must go; all its other words are harmless."""

    id: str
    text: str
    names: tuple[Name, ...]


def read_named(path: Path) -> list[NamedQuestion]:
    """Return the questions of a JSONL file `{id, text, names: [{start, end, text, kind}]}` in order.

    Raises:
        YorozuError: QUESTION_SET_INVALID with the line and what is wrong there.
    """
    return read_records(path, _question, "質問")


def _question(place: str, record: dict[str, Any]) -> NamedQuestion:
    text = text_field(place, record, "text")
    names = record.get("names")
    if not isinstance(names, list):
        raise LineError(f"{place}: names が並びではありません")
    return NamedQuestion(text_field(place, record, "id"), text, tuple(_name(place, text, n) for n in names))


def _name(place: str, text: str, name: Any) -> Name:
    found = name if isinstance(name, dict) else {}
    start, end = found.get("start"), found.get("end")
    kind: Any = found.get("kind")
    if not isinstance(start, int) or not isinstance(end, int) or text[start:end] != found.get("text"):
        raise LineError(f"{place}: names の位置と文字が一致しません")
    if kind not in get_args(SpanKind):
        raise LineError(f"{place}: names の kind が正しくありません")
    return Name(start, end, kind)
