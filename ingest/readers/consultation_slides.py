"""Slides: where every question fills one, the closing ones are not part of the last answer."""

from collections.abc import Sequence

from ingest.readers.consultation_draft import Draft
from ingest.readers.consultation_lines import Line

_SLIDES = 3  # questions that must agree before slide borders mean something


def trim_slides(drafts: list[Draft], outside: list[Line], lines: Sequence[Line]) -> None:
    """Where every question fills one slide, the closing slides are not part of the last answer."""
    answered = [draft for draft in drafts if draft.answered]
    if len(answered) < _SLIDES:
        return
    for slide_of in (_gaps(lines), _pages(lines)):
        if not slide_of:
            continue
        spans = [
            [slide_of[id(line)] for line in draft.lines() if line.text and id(line) in slide_of]
            for draft in answered
        ]
        starts = [slide_of.get(id(draft.start), -1) for draft in answered]
        alone = all(set(span) <= {start} for span, start in zip(spans[:-1], starts, strict=False))
        if alone and len(set(starts)) == len(starts):
            last = answered[-1]
            assert last.answer is not None
            over = [line for line in last.answer if slide_of.get(id(line), starts[-1]) > starts[-1]]
            last.answer = [line for line in last.answer if slide_of.get(id(line), starts[-1]) <= starts[-1]]
            outside += over
            return


def _gaps(lines: Sequence[Line]) -> dict[int, int]:
    """Number of the slide of every line, slides being parted by two empty lines or more."""
    found: dict[int, int] = {}
    slide = empty = 0
    for line in lines:
        if line.text:
            slide += empty > 1
            empty = 0
        else:
            empty += 1
        found[id(line)] = slide
    return found if slide else {}


def _pages(lines: Sequence[Line]) -> dict[int, int]:
    return {id(line): line.page for line in lines if line.page is not None}
