"""Lines of a PDF page with the little geometry that layout needs: where they stand and how large they are."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.text.normalise import clean, fold

_CELL_GAP_EM = 0.6  # a wider gap between two pieces on one baseline separates table cells
_LATIN_SLACK = 0.35  # Latin letters may be this much wider than the estimate
_SAME_PLACE = 4.0  # points: what two readers may differ by about one line
_KANA_ONLY = re.compile(r"[ぁ-ゖァ-ヺー・\s]+")
_KANJI = re.compile(r"[\u3400-\u9fff々]")
_RUBY_SIZE = 0.62  # ruby is set at half size; scaled glyphs and rounding need some room
_RUBY_LETTERS = 14


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text as the file draws it; x, y in points from the lower left corner of the page as shown."""

    text: str
    x: float
    y: float
    size: float  # points
    font: str = ""
    end: float | None = None  # right edge, where it is known

    @property
    def right(self) -> float:
        """Right edge, estimated if it is not known."""
        return self.end if self.end is not None else self.x + text_width(self.text.rstrip(), self.size)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `text` is cleaned and stripped; `y` is None where nothing is known of its place."""

    text: str
    x: float = 0.0
    y: float | None = None
    size: float = 0.0
    font: str = ""
    right: float = 0.0
    cells: tuple[tuple[float, str], ...] = ()  # (left edge, text) of what stands apart on the baseline
    broken: bool = False  # something was left out before it: it must not be joined to the line above

    @property
    def last_x(self) -> float:
        """Left edge of the last cell."""
        return self.cells[-1][0] if self.cells else self.x


@dataclass(frozen=True, slots=True)
class Page:
    """What came out of one page: all of it as text, and the same as lines."""

    number: int  # from 1
    text: str
    lines: tuple[Line, ...]
    height: float = 0.0
    problem: str | None = None  # code of the error list


def text_width(text: str, size: float) -> float:
    """Estimate how wide `text` is, in points."""
    return size * sum(_letter_width(c) for c in text)


@lru_cache(4096)  # asked for every letter of a page several times
def _letter_width(letter: str) -> float:
    """Ems, as usual fonts have it: an em for a wide character, about half for most others."""
    if letter in " .,:;'|!ijl()[]":
        return 0.3
    if letter.isascii():
        return 0.7 if letter.isupper() or letter in "mw@%" else 0.5
    return 1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.5


def make_line(pieces: Iterable[Piece]) -> Line | None:
    """One line from what stands on it, in reading order; None when it is blank."""
    visible = [_without_indent(p) for p in pieces if p.text.strip()]
    if not visible:
        return None
    text = clean("".join(p.text for p in visible)).strip()
    if not text:
        return None
    main = max(visible, key=lambda p: (len(_wide_only(p.text)), len(p.text)))
    return Line(
        text=text,
        x=visible[0].x,
        y=main.y,
        size=main.size,
        font=main.font,
        right=max(p.right for p in visible),
        cells=_cells(visible),
    )


def _without_indent(piece: Piece) -> Piece:
    bare = piece.text.lstrip()
    indent = piece.text[: len(piece.text) - len(bare)]
    return replace(piece, text=piece.text.rstrip("\n"), x=piece.x + text_width(indent, piece.size))


def _wide_only(text: str) -> str:
    return "".join(c for c in text if unicodedata.east_asian_width(c) in "WF")


def _cells(pieces: list[Piece]) -> tuple[tuple[float, str], ...]:
    cells: list[tuple[float, str]] = []
    right, slack = float("-inf"), 0.0
    for piece in pieces:
        if cells and piece.x - right < _CELL_GAP_EM * piece.size + slack and piece.x >= cells[-1][0]:
            cells[-1] = (cells[-1][0], cells[-1][1] + piece.text)
        else:
            cells.append((piece.x, piece.text))
        right = piece.right
        narrow = 0.0 if piece.end is not None else right - piece.x - piece.size * len(_wide_only(piece.text))
        slack = _LATIN_SLACK * narrow
    return tuple((x, clean(t).strip()) for x, t in cells)


def split_ruby(pieces: list[Piece]) -> list[list[Piece]]:
    """Cut a line where small kana stand within it, so that they become lines of their own."""
    sizes = [p.size for p in pieces if p.text.strip()]
    if not sizes or min(sizes) > _RUBY_SIZE * max(sizes):
        return [pieces]
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        small = piece.size <= _RUBY_SIZE * max(sizes) and _is_kana(piece.text)
        was_small = bool(parts[-1]) and parts[-1][-1].size <= _RUBY_SIZE * max(sizes)
        if parts[-1] and piece.text.strip() and small != was_small:
            parts.append([])
        parts[-1].append(piece)
    return parts


def without_ruby(lines: list[Line]) -> list[Line]:
    """Drop small kana that stand right over kanji; what follows is marked as not joined to what precedes."""
    kept: list[Line] = []
    dropped = False
    for index, line in enumerate(lines):
        near = lines[max(0, index - 3) : index + 4]
        if any(_is_ruby_of(line, base) for base in near):
            dropped = True
            continue
        kept.append(replace(line, broken=True) if dropped else line)
        dropped = False
    return kept


def _is_kana(text: str) -> bool:
    return len(text.strip()) <= _RUBY_LETTERS and _KANA_ONLY.fullmatch(clean(text)) is not None


def _is_ruby_of(line: Line, base: Line) -> bool:
    if line.y is None or base.y is None or not _is_kana(line.text) or not _KANJI.search(base.text):
        return False
    over = line.y - base.y
    return (
        0 < line.size <= _RUBY_SIZE * base.size
        and 0.5 * base.size <= over <= 1.5 * base.size
        and line.x < base.right
        and line.right > base.x - line.size
    )


def with_spacing(lines: Iterable[Line], other: Iterable[Line]) -> list[Line]:
    """Take blanks and cells of a second reading for lines that are otherwise the same, letter by letter."""
    by_text: dict[str, list[Line]] = {}
    for line in other:
        by_text.setdefault(fold(line.text), []).append(line)
    return [_spaced(line, by_text.get(fold(line.text), [])) for line in lines]


def _spaced(line: Line, same: list[Line]) -> Line:
    for other in same:
        there = (
            abs(other.x - line.x) <= _SAME_PLACE and abs((other.y or 0.0) - (line.y or 0.0)) <= _SAME_PLACE
        )
        if there:
            return replace(line, text=other.text, right=other.right, cells=other.cells)
    return replace(line, text=same[0].text) if same else line
