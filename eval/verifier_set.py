"""Reads sets of sentences that passages support or do not: what `yorozu eval verifier` measures on."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal, get_args

from eval.lines import LineError, text_field
from eval.record_set import read_records

Expect = Literal["supported", "unsupported"]


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence with the passages that it cites, and whether they support it."""

    id: str
    kind: str
    sentence: str
    quotes: tuple[str, ...]
    expect: Expect


@dataclass(frozen=True, slots=True)
class _Group:
    """A line of the file: passages, and the sentences about them."""

    id: str
    cases: tuple[Case, ...]


def read_cases(path: Path) -> list[Case]:
    """Return the sentences of a JSONL file, those of a line in its order.

    A line is `{"id", "quotes": [passage…], "supported": [[kind, sentence]…], "unsupported": […]}`.

    Raises:
        YorozuError: QUESTION_SET_INVALID with the line and what is wrong there.
    """
    return list(chain.from_iterable(group.cases for group in read_records(path, _group, "文")))


def as_line(id_: str, cases: list[Case]) -> dict[str, Any]:
    """The line of sentences that cite the same passages."""
    line: dict[str, Any] = {"id": id_, "quotes": list(cases[0].quotes)}
    for expect in get_args(Expect):
        line[expect] = [[case.kind, case.sentence] for case in cases if case.expect == expect]
    return line


def _group(place: str, record: dict[str, Any]) -> _Group:
    name = text_field(place, record, "id")
    quotes = record.get("quotes")
    if not isinstance(quotes, list) or not quotes or not all(map(_said, quotes)):
        raise LineError(f"{place}: quotes が空でない文字列の並びではありません")
    cases: list[Case] = []
    for expect in get_args(Expect):
        for kind, sentence in _pairs(place, record, expect):
            cases.append(Case(f"{name}.{len(cases) + 1}", kind, sentence, tuple(quotes), expect))
    if not cases:
        raise LineError(f"{place}: supported・unsupported のどちらにも文がありません")
    return _Group(name, tuple(cases))


def _pairs(place: str, record: dict[str, Any], expect: str) -> list[tuple[str, str]]:
    try:
        pairs = [(kind, sentence) for kind, sentence in record.get(expect, [])]
    except (TypeError, ValueError):
        pairs = [("", "")]
    if not all(map(_said, chain.from_iterable(pairs))):
        raise LineError(f"{place}: {expect} が [種類, 文] の並びではありません")
    return pairs


def _said(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
