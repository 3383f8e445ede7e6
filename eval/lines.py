"""Reading line-oriented evaluation files, with the line number in every complaint."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class LineError(Exception):
    """What is wrong, in Japanese, with the file and line; turned into a coded error by the caller."""


def read_lines(path: Path) -> list[str]:
    """Return the lines of a UTF-8 file (with or without a byte order mark), without line ends.

    Raises:
        LineError: the file is missing, unreadable or not UTF-8.
    """
    try:
        # Only the three line ends: str.splitlines would also cut at U+2028 and friends inside a JSON string.
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise LineError(f"{path.name} がありません") from error
    except UnicodeDecodeError as error:
        raise LineError(f"{path.name} が UTF-8 ではありません") from error
    except OSError as error:
        raise LineError(f"{path.name} を開けません: {error.strerror}") from error
    return text.split("\n")


def json_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) for each line that is not blank.

    Raises:
        LineError: as `read_lines`, or a line is not one JSON object.
    """
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise LineError(f"{path.name} {number}行目: JSON として読めません") from error
        if not isinstance(value, dict):
            raise LineError(f"{path.name} {number}行目: JSON オブジェクトではありません")
        yield number, value


def text_field(place: str, record: dict[str, Any], name: str, *, blank_ok: bool = False) -> str:
    """Return a string field of a record.

    Raises:
        LineError: it is absent, no string, or blank where that is not allowed.
    """
    value = record.get(name)
    if not isinstance(value, str):
        raise LineError(f"{place}: {name} が文字列ではありません")
    if not blank_ok and not value.strip():
        raise LineError(f"{place}: {name} が空です")
    return value
