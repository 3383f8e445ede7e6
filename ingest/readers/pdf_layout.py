"""From the lines of a page to its blocks: headings, paragraphs, list items and table rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.models import Block, BlockKind
from ingest.readers import pdf_shapes as shapes
from ingest.readers.pdf_headings import Body, Heading, find_body, find_heading, levels, stands_out
from ingest.readers.pdf_join import join_lines
from ingest.readers.pdf_lines import Line, Page, text_width
from ingest.readers.pdf_tables import find_rows, row_cells
from ingest.text.normalise import fold

_CONTENTS_GAP = 3  # lines of a table of contents without leader between two that have one
_INDENT_EM = 0.7
_LINE_STEP = 2.3  # ems; a larger step down begins a new paragraph
_ENDED_EARLY_EM = 2.5
_LATIN_WORD = re.compile(r"[!-~]+")


@dataclass(slots=True)
class _Draft:
    kind: BlockKind
    lines: list[Line]
    columns: tuple[str, ...] = ()
    heading: Heading | None = None


def page_blocks(pages: list[Page], running: tuple[frozenset[Line], ...]) -> tuple[Block, ...]:
    """The blocks of all pages in reading order; each stands on one page, word for word."""
    bodies = [
        replace(p, lines=tuple(x for x in p.lines if x not in out))
        for p, out in zip(pages, running, strict=True)
    ]
    body = find_body(bodies)
    drafts: list[tuple[Page, _Draft]] = []
    for page in bodies:
        drafts.extend((page, draft) for draft in _drafts(_without_contents(list(page.lines)), body))
    depth = iter(levels([draft.heading for _, draft in drafts if draft.heading is not None]))
    whole = {page.number: fold(page.text) for page in bodies}
    blocks: list[Block] = []
    for page, draft in drafts:
        level = next(depth) if draft.heading is not None else 0
        blocks.extend(_blocks(draft, level, page.number, whole[page.number]))
    return tuple(blocks)


def _blocks(draft: _Draft, level: int, number: int, whole: str) -> Iterator[Block]:
    """The block of a draft; line by line, should the lines not stand together on the page."""
    if draft.kind == "table_row":
        text = " ".join(row_cells(draft.lines))
    else:
        text = join_lines([line.text for line in draft.lines])
    texts = [text] if fold(text) in whole else [line.text for line in draft.lines]
    for part in texts:
        if fold(part) and fold(part) in whole:
            yield Block(draft.kind, part, page=number, level=level, columns=draft.columns)


def _without_contents(lines: list[Line]) -> list[Line]:
    """Leave out the table of contents: it repeats every heading without saying anything."""
    marks = [n for n, line in enumerate(lines) if shapes.is_contents_line(line.text)]
    titles = [n for n, line in enumerate(lines) if shapes.is_contents_title(fold(line.text))]
    drop = set(marks)
    for first, second in pairwise(marks):
        if second - first <= _CONTENTS_GAP + 1:
            drop.update(range(first, second))
    for title in titles:
        after = [n for n in range(title + 1, len(lines)) if shapes.ends_with_page(lines[n].text)]
        if drop or 2 * len(after) >= len(lines) - title - 1 > 0:
            drop.update([title, *after])
            drop.update(
                n for n in range(title, min(drop - {title}, default=title)) if n - title <= _CONTENTS_GAP
            )
    kept: list[Line] = []
    for n, line in enumerate(lines):
        if n not in drop:
            kept.append(replace(line, broken=line.broken or n - 1 in drop))
    return kept


def _drafts(lines: list[Line], body: Body) -> list[_Draft]:
    rows = find_rows(lines)
    drafts: list[_Draft] = []
    for index, row in enumerate(rows):
        if row.table:
            drafts.append(_Draft("table_row", list(row.lines), row.columns))
            continue
        line = row.lines[0]
        after = rows[index + 1].lines[0] if index + 1 < len(rows) else None
        last = drafts[-1] if drafts else None
        heading = find_heading(line, after, body)
        if heading is not None and heading.kind == "lead" and last is not None and not _closed(last):
            heading = None
        if (
            heading is not None
            and last is not None
            and _unfinished(last, line)
            and not _interrupts(heading, line, body)
        ):
            heading = None
        if last is not None and last.heading is not None and _same_heading(last, line, heading, body):
            last.lines.append(line)
        elif heading is not None:
            drafts.append(_Draft("heading", [line], heading=heading))
        elif last is not None and _continues(last, line, body):
            last.lines.append(line)
        else:
            drafts.append(_Draft("list_item" if _is_item(line) else "paragraph", [line]))
    return drafts


def _closed(last: _Draft) -> bool:
    """Whether what precedes has come to an end, so that a few words below it may lead to something new."""
    return last.kind != "paragraph" or shapes.ends_sentence(last.lines[-1].text)


def _is_item(line: Line) -> bool:
    return shapes.item_marker(line.text) and not shapes.qa_marker(line.text)


def _unfinished(last: _Draft, line: Line) -> bool:
    """The line before breaks off in mid-sentence and this one is set like it: no heading can begin here."""
    end = last.lines[-1]
    same_type = end.font == line.font and abs(end.size - line.size) <= 0.1 * line.size
    return last.kind != "table_row" and last.heading is None and same_type and shapes.is_unfinished(end.text)


def _interrupts(heading: Heading, line: Line, body: Body) -> bool:
    """A numbered heading may follow a broken-off line where the document sets its headings apart."""
    return heading.kind in shapes.STRONG and stands_out(line, body)


def _same_heading(last: _Draft, line: Line, heading: Heading | None, body: Body) -> bool:
    """A number alone on its line and the words below it, or a long heading on two lines."""
    end = last.lines[-1]
    if line.broken or not _is_below(end, line):
        return False
    if shapes.heading_kind(line.text) is not None:
        return False
    if len(last.lines) == 1 and not shapes.has_words(end.text):
        return heading is not None or (stands_out(line, body) and not line.text.endswith("。"))
    same_type = end.font == line.font and abs(end.size - line.size) <= 0.05 * line.size
    numbered = last.heading is not None and last.heading.kind in shapes.STRONG
    full = end.right >= body.right - 3 * end.size or (shapes.is_unfinished(end.text) and not numbered)
    return heading is not None and same_type and full


def _continues(last: _Draft, line: Line, body: Body) -> bool:
    """Whether `line` goes on with the paragraph or list item before it."""
    end = last.lines[-1]
    if last.kind in ("table_row", "heading") or line.broken or _begins(line):
        return False
    if abs(end.size - line.size) > 0.12 * max(end.size, line.size) or not _is_below(end, line):
        return False
    if end.y is None or line.y is None:
        return not shapes.ends_sentence(end.text)
    ended_early = end.right + _first_word(line) < line.right
    if not shapes.ends_sentence(end.text):
        return not ended_early or shapes.is_unfinished(end.text)
    indented = (
        line.x > min(x.x for x in last.lines[-2:]) + _INDENT_EM * line.size and last.kind == "paragraph"
    )
    full = end.right >= min(body.right, max(x.right for x in last.lines)) - 1.5 * end.size
    return full and not indented and not ended_early


def _begins(line: Line) -> bool:
    """Whether the line itself shows that something new begins: a question, a list item, a caption."""
    return shapes.qa_marker(line.text) or shapes.item_marker(line.text) or shapes.is_caption(line.text)


def _first_word(line: Line) -> float:
    """How wide the first piece of `line` is that could have stood at the end of the line before."""
    size = max(line.size, 1.0)
    word = _LATIN_WORD.match(line.text)
    return max(_ENDED_EARLY_EM * size, text_width(word.group(), size) + size if word else 0.0)


def _is_below(end: Line, line: Line) -> bool:
    if end.y is None or line.y is None:
        return True
    return 0 < end.y - line.y <= _LINE_STEP * max(end.size, line.size, 1.0)
