"""The lists of words under `words/`: a comment says what each is for."""

from functools import cache
from pathlib import Path

from ingest.text.normalise import fold

_FOLDER = Path(__file__).parent / "words"


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of a list, several a line."""
    return frozenset(word for line in _lines(name) for word in line.split())


@cache
def folded_words(name: str) -> frozenset[str]:
    """The entries of a list, one a line, folded (width, case, blanks)."""
    return frozenset(fold(line) for line in _lines(name))


def _lines(name: str) -> list[str]:
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]
