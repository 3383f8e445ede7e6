"""Where a quote stands in a text: in one run where it can be found so, else in the pieces that fit best.

A quote is a cleaned passage. On the page there may be a footnote, ruby or a page number between its lines,
and the columns of a table may follow each other in another order, so pieces are looked for anywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from app.pages.letters import Letters

Status = Literal["exact", "close", "partial", "absent"]
MOST_PLACES = 20  # a word of a few letters may stand anywhere; nobody looks at more
MOST_LETTERS = 30_000  # of a page; beyond it only whole quotes are looked for
_GRAM = 3  # letters compared as one: single letters repeat too often to be told apart
_SHORTEST = 5  # letters of a piece
_SURE = 8  # a piece of so many letters may stand anywhere; a shorter one only beside another
_NEAR = 40  # letters
_STRETCH = 16  # letters that no two texts share by chance
_CLOSE = 0.6
_GAP = 12  # letters between two pieces that still belong to the quote: ruby, a hyphen, a list mark


@dataclass(frozen=True, slots=True)
class Found:
    """Where a quote stands.

    Attributes:
        status: see docs/pages.md.
        coverage: fraction of the quote's letters that was found, 0 to 1.
        spans: characters (start, end) of the text, ascending.
    """

    status: Status
    coverage: float
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    quote: int
    page: int
    size: int


def locate(page: Letters, quote: Letters) -> Found:
    """Find `quote` on `page`."""
    if not quote.text or not page.text:
        return Found("absent", 0.0)
    places = list(_places(page.text, quote.text))
    if places:
        return Found("exact", 1.0, tuple(page.span(at, at + len(quote)) for at in places))
    if len(page) > MOST_LETTERS:
        return Found("absent", 0.0)
    return _judged(page, quote, _pieces(page.text, quote.text))


def _places(page: str, quote: str) -> Iterator[int]:
    at = page.find(quote)
    for _ in range(MOST_PLACES):
        if at < 0:
            return
        yield at
        at = page.find(quote, at + len(quote))


def _pieces(page: str, quote: str) -> list[_Piece]:
    """The longest pieces that both share, the longest first, each part of the quote once; in its order."""
    matcher = SequenceMatcher(None, _grams(quote), _grams(page), autojunk=False)
    end = max(len(page) - _GRAM + 1, 0)
    found: list[_Piece] = []
    waiting = [(0, max(len(quote) - _GRAM + 1, 0), 0, end)]
    while waiting:
        start, stop, low, high = waiting.pop()
        if stop - start < _SHORTEST - _GRAM + 1:
            continue
        at, on, grams = _longest(matcher, (start, stop, low, high), end)
        size = grams + _GRAM - 1
        if grams == 0 or size < _SHORTEST:
            continue
        found.append(_Piece(at, on, size))
        waiting.append((start, at - _GRAM + 1, low if low < on else 0, on))
        waiting.append((at + size, stop, on + size, high if high > on + size else end))
    return sorted(found, key=lambda piece: piece.quote)


def _longest(
    matcher: "SequenceMatcher[str]", window: tuple[int, int, int, int], end: int
) -> tuple[int, int, int]:
    """The longest match within the window; one from elsewhere on the page if that is twice as long."""
    start, stop, low, high = window
    near = matcher.find_longest_match(start, stop, low, max(low, min(high, end)))
    far = matcher.find_longest_match(start, stop, 0, end)
    best = far if far.size > 2 * near.size else near
    return best.a, best.b, best.size


def _grams(text: str) -> list[str]:
    return [text[i : i + _GRAM] for i in range(len(text) - _GRAM + 1)]


def _judged(page: Letters, quote: Letters, pieces: list[_Piece]) -> Found:
    kept = [piece for piece in pieces if piece.size >= _SURE or _has_neighbour(piece, pieces)]
    coverage = sum(piece.size for piece in kept) / len(quote)
    if coverage >= _CLOSE:
        return Found("close", round(min(coverage, 1.0), 3), _spans(page, kept))
    stretches = [piece for piece in kept if piece.size >= _STRETCH]
    if stretches:
        coverage = sum(piece.size for piece in stretches) / len(quote)
        return Found("partial", round(coverage, 3), _spans(page, stretches))
    return Found("absent", 0.0)


def _has_neighbour(piece: _Piece, pieces: list[_Piece]) -> bool:
    return any(
        other is not piece
        and other.size >= _SURE
        and min(abs(other.page + other.size - piece.page), abs(piece.page + piece.size - other.page)) <= _NEAR
        for other in pieces
    )


def _spans(page: Letters, pieces: list[_Piece]) -> tuple[tuple[int, int], ...]:
    """The characters of the pieces; those that follow each other in both texts become one span."""
    joined: list[list[int]] = []
    last: _Piece | None = None
    for piece in pieces:
        follows = (
            last is not None
            and 0 <= piece.page - last.page - last.size <= _GAP
            and piece.quote - last.quote - last.size <= _GAP
        )
        if follows:
            joined[-1][1] = piece.page + piece.size
        else:
            joined.append([piece.page, piece.page + piece.size])
        last = piece
    return tuple(sorted(page.span(start, end) for start, end in joined))
