"""What stands on which slide: measured blocks of text, carried over to a further slide where one is full."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.organiser.handout import Handout, Item
from app.organiser.layout import Box, broken, height_of

Kind = Literal["question", "answer", "caution", "reference", "source", "plain"]

RULES = (
    "事前にいただいたご質問の中から、テーマに沿うものを取り上げます。",
    "ご質問は、会社やお名前が分からないように言い換えています。",
    "一問一答の形で進めます。回答のあとに、補足のご質問をお受けします。",
    "回答は、参考資料として示した公開資料にもとづきます。ご判断の際は、資料の最新版をご確認ください。",
    "「注意」と書かれた回答は、期限や版、当てはまる範囲をご確認のうえご利用ください。",
    "録音・撮影と、この場で知り得た他社の情報の取り扱いは、主催者の案内に従ってください。",
)
LABELS: dict[Kind, str] = {
    "question": "質問内容",
    "answer": "回答",
    "caution": "注意",
    "reference": "参考資料",
    "source": "出典",
    "plain": "",
}
_LABEL_SIZE = 12.0
_SIZES: dict[Kind, float] = {
    "question": 15, "answer": 16, "caution": 13, "reference": 12, "source": 11, "plain": 18,
}  # fmt: skip
_SCALES = (1.0, 0.93, 0.86, 0.8)  # letters get this much smaller before an answer is carried over
PADDING = 6.0  # points inside a block, above and below
GAP = 7.0  # points between blocks
INDENT = 14.0  # points taken from the width by the borders of a block
_LEAST_LINES = 2  # of a paragraph that is begun at the foot of a slide


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that belong together. `text` may be a part of a longer paragraph."""

    text: str
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A box on a slide."""

    kind: Kind
    paragraphs: tuple[Paragraph, ...]
    label: str
    height: float


@dataclass(frozen=True, slots=True)
class Page:
    """One slide below its title."""

    title: str
    blocks: tuple[Block, ...]


def pages_of(handout: Handout, box: Box) -> list[Page]:
    """Return every slide after the title slide; no block is higher than what is left of its slide."""
    rules = [Paragraph(f"・{rule}", _SIZES["plain"]) for rule in RULES]
    listed = [Paragraph(f"質問{item.no}　{_short(item.question)}", 15.0) for item in handout.items]
    pages = _named("進行と注意事項", [("plain", rules)], box)
    pages += _named("本日取り上げさせて頂くご質問一覧", [("plain", listed)], box)
    for item in handout.items:
        pages += _item_pages(item, box)
    return pages


def _item_pages(item: Item, box: Box) -> list[Page]:
    """The slides of one question: one where it fits, if need be in somewhat smaller letters."""
    title = f"質問{item.no}"
    tried = [_named(title, _blocks(item, scale), box) for scale in _SCALES]
    return min(tried, key=len)  # the first, and so the largest, of those that take the fewest slides


def _blocks(item: Item, scale: float) -> list[tuple[Kind, list[Paragraph]]]:
    def said(kind: Kind, texts: Sequence[str]) -> tuple[Kind, list[Paragraph]]:
        return kind, [Paragraph(text, _SIZES[kind] * scale) for text in texts]

    answer = [Paragraph(line.text, _SIZES["answer"] * scale, bold=line.heading) for line in item.lines]
    references = [text for label, url in item.references for text in (label, url) if text]
    blocks = [
        said("question", [item.question]),
        ("answer", answer),
        said("caution", [f"※{caution}" for caution in item.cautions]),
        said("reference", references),
        said("source", ["　".join(item.sources)] if item.sources else []),
    ]
    return [(kind, paragraphs) for kind, paragraphs in blocks if paragraphs]


def _named(title: str, blocks: Sequence[tuple[Kind, list[Paragraph]]], box: Box) -> list[Page]:
    """Fill slides; from the second on the title says つづき."""
    filled = list(_filled(blocks, box))
    if len(filled) == 1:
        return [Page(title, filled[0])]
    return [
        Page(title if number == 1 else f"{title}（つづき {number}/{len(filled)}）", blocks_here)
        for number, blocks_here in enumerate(filled, 1)
    ]


def _filled(blocks: Sequence[tuple[Kind, list[Paragraph]]], box: Box) -> Iterator[tuple[Block, ...]]:
    page: list[Block] = []
    left = box.height
    for kind, paragraphs in blocks:
        waiting, begun = list(paragraphs), False
        while waiting:
            room = left - _frame(kind)
            taken, waiting, used = _take(waiting, room, box.width - INDENT, alone=not page)
            if taken:
                label = LABELS[kind] + ("（つづき）" if begun and LABELS[kind] else "")
                page.append(Block(kind, tuple(taken), label, used + _frame(kind)))
                left -= used + _frame(kind) + GAP
                begun = True
            if waiting:
                yield tuple(page)
                page, left = [], box.height
    if page:
        yield tuple(page)


def _frame(kind: Kind) -> float:
    """Height of a block without its paragraphs."""
    return 2 * PADDING + (height_of(1, _LABEL_SIZE) if LABELS[kind] else 0.0)


def _take(
    paragraphs: Sequence[Paragraph], room: float, width: float, *, alone: bool
) -> tuple[list[Paragraph], list[Paragraph], float]:
    """What fits into `room`: (taken, left over, height used); on an empty slide at least one line."""
    taken: list[Paragraph] = []
    used = 0.0
    for place, paragraph in enumerate(paragraphs):
        lines = broken(paragraph.text, paragraph.size, width)
        fits = int((room - used) // height_of(1, paragraph.size))
        if fits >= len(lines):
            taken.append(paragraph)
            used += height_of(len(lines), paragraph.size)
            continue
        rest = list(paragraphs[place:])
        if not taken and alone:
            fits = max(fits, 1)
        if fits >= _LEAST_LINES or (not taken and alone):
            first, second = _cut(paragraph, lines, fits)
            taken.append(first)
            used += height_of(fits, paragraph.size)
            rest[0] = second
        return taken, rest, used
    return taken, [], used


def _cut(paragraph: Paragraph, lines: Sequence[str], count: int) -> tuple[Paragraph, Paragraph]:
    """A paragraph in two, after its first `count` lines."""
    position = 0
    for line in lines[:count]:
        position = paragraph.text.index(line, position) + len(line)
    return (
        replace(paragraph, text=paragraph.text[:position].rstrip()),
        replace(paragraph, text=paragraph.text[position:].lstrip(" 　\n")),
    )


def _short(text: str, limit: int = 90) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= limit else one_line[: limit - 1] + "…"
