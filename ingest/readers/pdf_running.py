"""Running heads and feet, and the page numbers printed there."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.pdf_lines import Line, Page
from ingest.text.normalise import fold

_MARGIN = 0.13  # share of the page height at its top and bottom where running lines stand
_EDGE_LINES = 3  # of the lines there, this many counted from the edge
_PLACE = 6.0  # points: running lines of different pages stand at the same height
_NEAR = 4  # pages before and after in which a running line must return
_REPEATED = 3  # of those pages, this one included, if the line stands apart from the text
_REPEATED_CLOSE = 6  # if it does not: a heading may begin several pages
_APART = 1.4  # times the usual distance between two lines
_FEW_LETTERS = 4  # with its digits taken out; less is the number of a heading, "3.6"
_HEAD_CELLS = 3  # more cells than this on one line: the head of a table that goes on, not of the page
_NUMBER = re.compile(
    r"(?:p\.?|page)?[-(]*([0-9]{1,4}|[ivxlc]{1,7})[-)]*(?:/[0-9]{1,4}|of[0-9]{1,4}|ページ|頁)?"
)
_ENDING_NUMBER = re.compile(r"(?<![0-9.])([0-9]{1,4})[-)]*$")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Margins:
    """What stands in the margins of the pages."""

    running: tuple[frozenset[Line], ...]  # of each page: the lines that are not part of its text
    numbers: tuple[str | None, ...]  # of each page: the number printed there, as in "54", "(1)", "iv"


def find_margins(pages: list[Page]) -> Margins:
    """Find heads, feet and page numbers by their place, their form and their return on other pages."""
    edges = [_edge_lines(page) for page in pages]
    step = most_common_height([line for page in pages for line in page.lines])
    seen: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for index, lines in enumerate(edges):
        for line in lines:
            seen[_key(line)].append((line.y or 0.0, index))
    running, numbers = [], []
    for index, lines in enumerate(edges):
        bare = [line for line in lines if is_page_number(line.text)]
        rest = [line for line in lines if line not in bare]
        again = [
            x for x in rest if _returns(x, seen[_key(x)], index, apart=_stands_apart(x, pages[index], step))
        ]
        running.append(frozenset(bare + again))
        numbers.append(_printed(bare, again))
    return Margins(tuple(running), tuple(numbers))


def is_page_number(text: str) -> bool:
    """Whether the line is nothing but a page number: 54, - 54 -, (1), iv, 12/107, P.3."""
    return _NUMBER.fullmatch(fold(text)) is not None


def _edge_lines(page: Page) -> list[Line]:
    placed = [line for line in page.lines if line.y is not None]
    if not page.height or len(placed) < len(page.lines):
        return [line for line in page.lines[:1] + page.lines[-1:] if is_page_number(line.text)]
    by_height = sorted(placed, key=lambda line: -(line.y or 0.0))
    top = [x for x in by_height[:_EDGE_LINES] if (x.y or 0.0) > (1 - _MARGIN) * page.height]
    bottom = [x for x in by_height[-_EDGE_LINES:] if (x.y or 0.0) < _MARGIN * page.height]
    return top + [line for line in bottom if line not in top]


def _key(line: Line) -> str:
    folded = fold(line.text)
    bare = _DIGITS.sub("#", folded)
    return bare if len(bare.replace("#", "")) >= _FEW_LETTERS else folded


def _returns(line: Line, places: list[tuple[float, int]], index: int, *, apart: bool) -> bool:
    if len(line.cells) > _HEAD_CELLS:
        return False
    same = {page for y, page in places if abs(y - (line.y or 0.0)) <= _PLACE and abs(page - index) <= _NEAR}
    return len(same) >= (_REPEATED if apart else _REPEATED_CLOSE)


def _stands_apart(line: Line, page: Page, step: float) -> bool:
    y = line.y or 0.0
    inward = -1.0 if y > page.height / 2 else 1.0
    gaps = [(other.y - y) * inward for other in page.lines if other.y is not None]
    towards_text = [gap for gap in gaps if gap > 1.0]
    return not towards_text or min(towards_text) >= _APART * step


def _printed(bare: list[Line], again: list[Line]) -> str | None:
    for line in bare:
        match = _NUMBER.fullmatch(fold(line.text))
        if match:
            number = match.group(1)
            return f"({number})" if fold(line.text).startswith("(") else number
    for line in again:
        match = _ENDING_NUMBER.search(fold(line.text))
        if match:
            return match.group(1)
    return None


def most_common_height(lines: list[Line]) -> float:
    """The usual distance between two lines of text, in points; 0 where nothing is known."""
    steps: Counter[float] = Counter()
    for above, below in pairwise(lines):
        if above.y is not None and below.y is not None and 0 < above.y - below.y < 4 * max(above.size, 1.0):
            steps[round((above.y - below.y) * 2) / 2] += 1
    return steps.most_common(1)[0][0] if steps else 0.0
