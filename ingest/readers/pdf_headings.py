"""Which lines are headings: by the shape of their numbering and by type that stands out from the text."""

from collections import Counter
from dataclasses import dataclass

from ingest.readers import pdf_shapes as shapes
from ingest.readers.pdf_lines import Line, Page

_LARGER = 1.12  # times the size of the text
_RARE_FONT = 0.3  # a font that sets less than this share of the text may set its headings
_SLIGHTLY_LARGER = 1.02  # an unnumbered heading larger than a numbered one stands above it
_PLAIN_RANK = 90
_LEAD_RANK = 95
_LEAD_LETTERS = 30
_LONG_EM = 30
_STEP_EM = 2.2
_MAX_LEVEL = 6
_MANY = 5  # headings that stand out: then the document marks its headings so, and weak shapes are list items


@dataclass(frozen=True, slots=True)
class Body:
    """How running text is set in this document."""

    size: float
    fonts: frozenset[str]  # of the running text
    right: float  # right edge of a full line
    marks_headings: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """How a heading was recognised; levels are given once all are known."""

    kind: str
    rank: int
    size: float


def find_body(pages: list[Page]) -> Body:
    """Measure the running text: the size and fonts that most characters are set in."""
    sizes: Counter[float] = Counter()
    fonts: Counter[str] = Counter()
    rights: Counter[int] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
            fonts[line.font] += len(line.text)
            rights[round(line.right / 5) * 5] += 1
    total = max(1, sum(fonts.values()))
    common = frozenset(name for name, count in fonts.items() if count >= _RARE_FONT * total)
    size = sizes.most_common(1)[0][0] if sizes else 0.0
    right = float(rights.most_common(1)[0][0]) if rights else 0.0
    body = Body(size, common, right)
    marked = sum(
        1
        for page in pages
        for line in page.lines
        if stands_out(line, body) and shapes.may_be_heading(line.text)
    )
    return Body(size, common, right, marked >= _MANY)


def stands_out(line: Line, body: Body) -> bool:
    """Whether the line is set larger than the text or in a font of its own."""
    if body.size <= 0 or line.size < 0.9 * body.size:
        return False
    own_font = bool(body.fonts) and bool(line.font) and line.font not in body.fonts
    return line.size >= _LARGER * body.size or (own_font and not line.text.isascii())


def find_heading(line: Line, after: Line | None, body: Body) -> Heading | None:
    """How `line` is a heading, None when it is not; `after` is the next line of the page."""
    text = line.text
    if shapes.qa_marker(text) or shapes.is_caption(text) or not shapes.may_be_heading(text):
        return None
    shape = shapes.heading_kind(text)
    if shape is not None and not shapes.has_words(text):
        bare = shape[0] in shapes.STRONG and after is not None and stands_out(after, body)
        return Heading(*shape, line.size) if bare else None
    if stands_out(line, body):
        kind, rank = shape or (f"plain{line.size:.0f}", _PLAIN_RANK)
        return None if _is_sentence(line, after, shape, body) else Heading(kind, rank, line.size)
    if shape is None:
        return Heading("lead", _LEAD_RANK, line.size) if _leads(line, after, body) else None
    weak = shape[0] not in shapes.STRONG
    if _goes_on(line, after) or (
        weak and (body.marks_headings or after is None or _is_sibling(shape[0], after))
    ):
        return None
    return Heading(*shape, line.size)


def _is_sentence(line: Line, after: Line | None, shape: tuple[str, int] | None, body: Body) -> bool:
    """Text in type that stands out, and yet a sentence or a list item."""
    strong = shape is not None and shape[0] in shapes.STRONG
    small = line.size < _LARGER * body.size
    if shapes.is_unfinished(line.text) and small and not strong:
        return True
    if shapes.item_marker(line.text) and shape is None:
        return True
    commas = "、" in line.text or "，" in line.text
    return commas and after is not None and after.font == line.font and _goes_on(line, after)


def _leads(line: Line, after: Line | None, body: Body) -> bool:
    """A few words alone at the margin, over a paragraph that begins indented."""
    if after is None or line.y is None or after.y is None or len(line.text) > _LEAD_LETTERS:
        return False
    if shapes.ends_sentence(line.text) or shapes.is_unfinished(line.text) or shapes.item_marker(line.text):
        return False
    em = max(line.size, 1.0)
    indented = 0.7 * em <= after.x - line.x <= 2.5 * em
    full = after.right >= body.right - 3 * em and after.right - line.right >= 5 * em
    return indented and full and shapes.has_words(line.text) and not shapes.item_marker(after.text)


def _goes_on(line: Line, after: Line | None) -> bool:
    """The sentence that begins here continues in the next line, so that this is running text."""
    if after is None or after.y is None or line.y is None:
        return False
    long = line.right - line.x > _LONG_EM * line.size and line.right > after.right - line.size
    return long and 0 < line.y - after.y < _STEP_EM * line.size


def _is_sibling(kind: str, after: Line) -> bool:
    shape = shapes.heading_kind(after.text)
    return shape is not None and shape[0] == kind


def levels(found: list[Heading]) -> list[int]:
    """The level of each heading, 1 = top: numbering decides, unnumbered ones go by their size."""
    sizes: dict[str, list[float]] = {}
    for heading in found:
        if heading.rank < _PLAIN_RANK:
            sizes.setdefault(heading.kind, []).append(heading.size)
    middle = {kind: sorted(values)[len(values) // 2] for kind, values in sizes.items()}
    numbered = sorted({(h.rank, h.kind) for h in found if h.rank < _PLAIN_RANK})

    def place(heading: Heading) -> tuple[float, float]:
        unnumbered = heading.rank == _PLAIN_RANK or heading.kind == "mark"
        for rank, kind in numbered if unnumbered else []:
            if kind != "mark" and heading.size > middle[kind] * _SLIGHTLY_LARGER:
                return rank - 0.5, -round(heading.size)
        return float(heading.rank), -round(heading.size) if unnumbered else 0.0

    places = [place(heading) for heading in found]
    order = {value: n for n, value in enumerate(sorted(set(places)), start=1)}
    return [min(_MAX_LEVEL, order[value]) for value in places]
