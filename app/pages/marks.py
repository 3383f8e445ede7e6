"""From characters on a page to the rectangles that mark them: one a line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]  # left, top, right, bottom; points from the upper left corner

_SAME_LINE = 0.5  # of the smaller height
_LINE_GAP = 3.0  # character heights; a wider gap on a line is another column
_PADDING = 0.12  # character heights around a line: a marker that just touches the letters looks cut off


@dataclass(frozen=True, slots=True)
class PageText:
    """The characters of a PDF page and where they stand.

    Attributes:
        width: points, as the page is shown (rotated, cropped).
        height: the same.
        text: its characters in the order of the file.
        boxes: one for each character; empty (no width or height) for blanks that only the reader sees.
    """

    width: float
    height: float
    text: str
    boxes: tuple[Box, ...]


def rectangles(page: PageText, spans: Iterable[tuple[int, int]]) -> list[Box]:
    """Return the rectangles of the characters in `spans`, within the page, each line once."""
    lines: list[Box] = []
    for start, end in spans:
        lines += _lines(page, range(start, min(end, len(page.boxes))))
    padded = (_padded(line, page) for line in _merged(lines))
    return [box for box in padded if box[0] < box[2] and box[1] < box[3]]


def _lines(page: PageText, characters: Sequence[int]) -> list[Box]:
    lines: list[Box] = []
    line: Box | None = None
    for index in characters:
        box = page.boxes[index]
        if page.text[index].isspace() or (box[0] >= box[2] and box[1] >= box[3]):
            continue
        if line is not None and (_beside(line, box) or _below(line, box)):
            line = _union(line, box)
            lines[-1] = line
        else:
            line = box
            lines.append(line)
    return lines


def _beside(line: Box, box: Box) -> bool:
    """Whether `box` continues a line that is written across."""
    height = max(line[3] - line[1], box[3] - box[1])
    shared = min(line[3], box[3]) - max(line[1], box[1])
    smaller = min(line[3] - line[1], box[3] - box[1])
    gap = max(box[0] - line[2], line[0] - box[2])
    # A dash or a point is flat: it is on the line if it lies within its height.
    return shared >= _SAME_LINE * smaller and gap <= _LINE_GAP * height and not _is_column(line)


def _below(line: Box, box: Box) -> bool:
    """Whether `box` continues a line that is written downwards (or, on a turned page, upwards)."""
    width = max(line[2] - line[0], box[2] - box[0])
    shared = min(line[2], box[2]) - max(line[0], box[0])
    smaller = min(line[2] - line[0], box[2] - box[0])
    gap = max(box[1] - line[3], line[1] - box[3])
    single = line[2] - line[0] <= 1.2 * (box[2] - box[0])
    return shared >= 0.8 * smaller and gap <= 0.35 * width and (single or _is_column(line))


def _is_column(line: Box) -> bool:
    return line[3] - line[1] > 1.8 * (line[2] - line[0])


def _merged(lines: list[Box]) -> list[Box]:
    """Join what lies on one line and touches, so that nothing is marked twice."""
    done: list[Box] = []
    for box in lines:
        line = box
        for other in [o for o in done if _touch(o, line)]:
            done.remove(other)
            line = _union(other, line)
        done.append(line)
    return done


def _touch(one: Box, other: Box) -> bool:
    if _is_column(one) != _is_column(other):
        return False
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if _is_column(one):
        width = min(one[2] - one[0], other[2] - other[0])
        return across >= _SAME_LINE * width and down >= -width
    height = min(one[3] - one[1], other[3] - other[1])
    return down >= _SAME_LINE * height and across >= -height


def _union(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _padded(box: Box, page: PageText) -> Box:
    pad = _PADDING * min(box[2] - box[0], box[3] - box[1])
    return (
        max(box[0] - pad, 0.0),
        max(box[1] - pad, 0.0),
        min(box[2] + pad, page.width),
        min(box[3] + pad, page.height),
    )
