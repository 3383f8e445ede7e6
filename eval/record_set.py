"""Reads a JSONL file of labelled records whose ids are unique: question sets, sentences for the verifier."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from eval.lines import LineError, json_objects
from ingest.errors import ErrorCode, YorozuError


class Record(Protocol):
    """What every record has."""

    @property
    def id(self) -> str:
        """Unique in its file."""


R = TypeVar("R", bound=Record)


def read_records(path: Path, make: Callable[[str, dict[str, Any]], R], noun: str) -> list[R]:
    """Return the records of `path` in order.

    Args:
        path: a JSONL file.
        make: (place for messages, JSON object) → record; raises LineError where something is wrong.
        noun: Japanese, what a record is.

    Raises:
        YorozuError: QUESTION_SET_INVALID with the line and what is wrong there.
    """
    try:
        return _read(path, make, noun)
    except LineError as error:
        raise YorozuError(ErrorCode.QUESTION_SET_INVALID, path=str(path), reason=str(error)) from error


def _read(path: Path, make: Callable[[str, dict[str, Any]], R], noun: str) -> list[R]:
    records: dict[str, R] = {}
    for number, found in json_objects(path):
        place = f"{path.name} {number}行目"
        record = make(place, found)
        if record.id in records:
            raise LineError(f"{place}: id {record.id} が重複しています")
        records[record.id] = record
    if not records:
        raise LineError(f"{path.name} に{noun}がありません")
    return list(records.values())
