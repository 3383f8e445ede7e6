"""No pattern of the packages takes long for a text of a question's length, whatever it is made of."""

import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest

import app
import ingest

LENGTH = 2000  # the longest question
SECONDS = 0.5  # of this process, other work does not count; what grows with the length's cube takes longer
PIECES = (
    *"a1 \n\tあア漢、。(（-ー・「」#＊＝@",
    *("a ", "1.", "1,", "(1", "（１", "No", "No.1", "http://a", "a.", "a@b.", "第1", "1年", "a\n", "| "),
    "株式会社",
)


class TooSlowError(Exception):
    """The time for one text is over."""


def patterns() -> dict[re.Pattern[Any], str]:
    """All compiled patterns that modules of the product hold, with a place where each stands."""
    found: dict[re.Pattern[Any], str] = {}
    for package in (app, ingest):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." in info.name or info.name.endswith("__main__"):
                continue
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                for pattern in within(value, 3):
                    found.setdefault(pattern, f"{info.name}.{name}")
    return found


def within(value: object, depth: int) -> Iterator[re.Pattern[Any]]:
    """The patterns in a value and in what it holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        yield from within([*value.keys(), *value.values()], depth - 1)
    elif depth and isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from within(one, depth - 1)


def stop(_: int, __: FrameType | None) -> None:
    raise TooSlowError


@pytest.mark.slow
def test_no_pattern_takes_long_for_a_question() -> None:
    before = signal.signal(signal.SIGVTALRM, stop)
    slow = []
    try:
        for pattern, place in patterns().items():
            for piece in PIECES:
                text = piece * (LENGTH // len(piece)) + "!"
                given = text.encode() if isinstance(pattern.pattern, bytes) else text
                started = time.process_time()
                signal.setitimer(signal.ITIMER_VIRTUAL, 4 * SECONDS)
                try:
                    pattern.match(given)
                    pattern.search(given)
                except TooSlowError:
                    pass
                finally:
                    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
                if time.process_time() - started > SECONDS:
                    slow.append((place, piece))
    finally:
        signal.signal(signal.SIGVTALRM, before)
    assert slow == []


def test_patterns_are_found() -> None:
    assert len(patterns()) > 300
