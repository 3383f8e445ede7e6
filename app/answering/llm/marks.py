"""Citation marks in plain text: 文。[1]  文[1][2]。  文。【1、2】."""

import re
import unicodedata
from collections.abc import Iterable

from ingest.text.sentences import ends_sentence

_MARK = r"(?:[\[［【]\s*[0-9０-９]{1,3}(?:\s*[,、，・]\s*[0-9０-９]{1,3})*\s*[\]］】])"
_MARKS = re.compile(rf"(?P<marks>{_MARK}(?:\s*{_MARK})*)(?P<stop>[。．]?)")
_AT_END = re.compile(rf"{_MARKS.pattern}\s*$")
_NUMBER = re.compile(r"\d+")


def has_marks(text: str) -> bool:
    """Whether any mark stands in `text`."""
    return bool(_MARKS.search(text))


def marked(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """Return what stands in front of each group of marks, and its numbers.

    Marks inside a sentence, or in front of it, count for all of it. Text behind the last marks has none.
    """
    found: list[tuple[str, tuple[int, ...]]] = []
    start, said, numbers = 0, "", tuple[int, ...]()
    for match in _MARKS.finditer(text):
        said += text[start : match.start()]
        numbers += tuple(numbers_in(match["marks"]))
        start = match.end()
        if said.strip() and (match["stop"] or ends_sentence(said) or not text[start:].strip()):
            stop = "" if ends_sentence(said) else match["stop"]
            found.append((said.strip() + stop, numbers))
            said, numbers = "", ()
    if rest := (said + text[start:]).strip():
        found.append((rest, numbers))
    return found


def is_whole(text: str) -> bool:
    """Whether `text` is a sentence with its marks at the end, as 文。[1] and 文[1]。 are."""
    end = _AT_END.search(text)
    return end is not None and (bool(end["stop"]) or ends_sentence(text[: end.start()]))


def without_marks(text: str) -> tuple[str, tuple[int, ...]]:
    """Return `text` with its marks taken out, and their numbers."""
    groups = marked(text) if has_marks(text) else [(text, ())]
    return "".join(said for said, _ in groups), tuple(n for _, numbers in groups for n in numbers)


def numbers_in(value: object) -> list[int]:
    """Return the numbers in what a model gives as its citations: 1, "1", "[1]", [1, "2"], {"n": 1}."""
    if isinstance(value, bool):
        return []
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [n for part in value for n in numbers_in(part)]
    text = unicodedata.normalize("NFKC", str(value))
    return [int(number) for number in _NUMBER.findall(text) if len(number) < 4]  # noqa: PLR2004 - a year is no mark
