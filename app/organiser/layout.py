"""How much room Japanese text takes: lines of a width, broken where Japanese may be broken (禁則).

A model, not a font: a full-width character is as wide as the font size, others as wide as in a broad sans
font. A margin on top keeps what is measured here inside its box in every common font.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

MARGIN = 1.06  # measured lines are this much longer than the model says
_HALF = 0.6  # em; the broad half-width letters of common Japanese fonts
_NOT_FIRST = frozenset(
    "、。，．・：；？！!?,.:;）)〕］]｝}〉》」』】’”ー～〜々ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ％%…‥"
)
_NOT_LAST = frozenset("（(〔［[｛{〈《「『【‘“¥＄$№■")
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-:%?=&#@~")
_MOST_BACK = 24  # characters that may be taken to the next line so as not to break a word


@dataclass(frozen=True, slots=True)
class Box:
    """Room for text. Points, as the formats count them."""

    width: float
    height: float


def width_of(text: str, size: float) -> float:
    """Width of a line in points, without the margin."""
    return sum(size * (1.0 if unicodedata.east_asian_width(c) in "WFA" else _HALF) for c in text)


def broken(text: str, size: float, width: float) -> list[str]:
    """Return the lines that `text` takes in a box `width` points wide; line breaks in it are kept."""
    return [piece for line in text.split("\n") for piece in _line(line, size, width / MARGIN)]


def _line(text: str, size: float, width: float) -> list[str]:
    lines = []
    while width_of(text, size) > width:
        end = 0
        room = width
        while end < len(text):
            room -= width_of(text[end], size)
            if room < 0:
                break
            end += 1
        end = _allowed(text, max(end, 1))
        lines.append(text[:end].rstrip())
        text = text[end:].lstrip(" 　")
    return [*lines, text]


def _allowed(text: str, end: int) -> int:
    """The last place up to `end` where a line may end; a long word is broken rather than 禁則."""
    near = range(end, max(end - _MOST_BACK, 0), -1)
    fine = [place for place in near if text[place - 1] not in _NOT_LAST and text[place] not in _NOT_FIRST]
    whole = (place for place in fine if not (text[place - 1] in _WORD and text[place] in _WORD))
    return next(whole, fine[0] if fine else end)


def height_of(lines: int, size: float, spacing: float = 1.35) -> float:
    """Height of so many lines in points."""
    return lines * size * spacing


def fitting(texts: Sequence[str], sizes: Sequence[float], box: Box) -> float | None:
    """The first of `sizes` with which all paragraphs fit into the box, None where none does."""
    for size in sizes:
        count = sum(len(broken(text, size, box.width)) for text in texts)
        if height_of(count, size) <= box.height:
            return size
    return None
