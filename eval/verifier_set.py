"""Reads a set of sentences that their quotes support or do not: what `yorozu eval verifier` measures on."""

from dataclasses import asdict, dataclass
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

    def as_json(self) -> dict[str, Any]:
        """The line that it was read from."""
        return asdict(self) | {"quotes": list(self.quotes)}


def read_cases(path: Path) -> list[Case]:
    """Return the sentences of a JSONL file in order.

    Raises:
        YorozuError: QUESTION_SET_INVALID with the line and what is wrong there.
    """
    return read_records(path, _case, "文")


def _case(place: str, record: dict[str, Any]) -> Case:
    expect: Any = record.get("expect")
    if expect not in get_args(Expect):
        raise LineError(f"{place}: expect が supported・unsupported のどちらでもありません")
    quotes = record.get("quotes")
    if (
        not isinstance(quotes, list)
        or not quotes
        or not all(isinstance(q, str) and q.strip() for q in quotes)
    ):
        raise LineError(f"{place}: quotes が空でない文字列の並びではありません")
    return Case(
        id=text_field(place, record, "id"),
        kind=text_field(place, record, "kind"),
        sentence=text_field(place, record, "sentence"),
        quotes=tuple(quotes),
        expect=expect,
    )
