"""Where the shapes of a slide stand, and the order in which a reader takes them in."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Box(NamedTuple):
    """A shape and its place on the slide, in EMU."""

    left: int
    top: int
    right: int
    bottom: int
    shape: Any


def reading_order(shapes: Sequence[Any]) -> list[Any]:
    """Return shapes from top to bottom and left to right; columns side by side are read one by one."""
    return [box.shape for box in _order([_box(shape) for shape in shapes])]


def _box(shape: Any) -> Box:
    left, top = int(shape.left or 0), int(shape.top or 0)
    return Box(left, top, left + int(shape.width or 0), top + int(shape.height or 0), shape)


def _order(boxes: list[Box]) -> list[Box]:
    """Cut at the gaps between rows, then at the gaps between columns, until nothing can be cut any more."""
    if len(boxes) <= 1:
        return boxes
    rows = _cut(boxes, 1)
    if len(rows) > 1:
        return [box for row in rows for box in _order(row)]
    columns = _cut(boxes, 0)
    if len(columns) > 1:
        return [box for column in columns for box in _order(column)]
    return sorted(boxes, key=lambda box: (box.top, box.left))


def _cut(boxes: list[Box], axis: int) -> list[list[Box]]:
    """Groups of boxes that overlap along an axis (0: across, 1: down); a small overlap does not count."""
    groups: list[list[Box]] = []
    end = 0
    for box in sorted(boxes, key=lambda box: (box[axis], box[1 - axis])):
        start, stop = box[axis], box[axis + 2]
        slack = (
            min(stop - start, min((b[axis + 2] - b[axis] for b in groups[-1]), default=0)) // 5
            if groups
            else 0
        )
        if groups and start < end - slack:
            groups[-1].append(box)
        else:
            groups.append([box])
        end = max(end, stop)
    return groups
