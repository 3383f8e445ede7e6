"""A file as pages of text: those of its own, or for formats without pages, portions of a readable length."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.pages.letters import Letters, letters_of
from app.pages.locate import Found, locate
from ingest.models import Passage

PASSAGES_A_PAGE = 40
_COMPARED = 3  # pages that are compared piece by piece; the others share fewer letters with the quote


@dataclass(slots=True)
class ReadablePage:
    """The passages of one page, and the spans of their text that are marked.

    Attributes:
        number: from 1.
        passages: in reading order.
        found: what became of the quote, None where none was asked for.
        marked: for each passage, by its position, the marked (start, end) of its text, ascending.
    """

    number: int
    passages: tuple[Passage, ...]
    found: Found | None = None
    marked: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


def divide(passages: Sequence[Passage]) -> list[tuple[Passage, ...]]:
    """Cut the passages of a file without pages: a Q&A is a page, a sheet begins one, as does every 40th."""
    pages: list[list[Passage]] = []
    for passage in passages:
        last = pages[-1][-1] if pages else None
        if last is None or len(pages[-1]) >= PASSAGES_A_PAGE or _unit(passage) != _unit(last):
            pages.append([])
        pages[-1].append(passage)
    return [tuple(page) for page in pages]


def mark(page: ReadablePage, quote: str) -> None:
    """Find `quote` in the text of the page and note what is to be marked."""
    letters, starts = _letters(page.passages)
    page.found = locate(letters, letters_of(quote))
    for start, end in page.found.spans:
        for number, passage in enumerate(page.passages):
            low, high = max(start - starts[number], 0), min(end - starts[number], len(passage.text))
            if low < high:
                page.marked.setdefault(number, []).append((low, high))


def page_of_quote(pages: Sequence[tuple[Passage, ...]], quote: str) -> int | None:
    """Number of the page that holds most of the quote, None where no page does."""
    wanted = letters_of(quote)
    texts = [_letters(passages)[0] for passages in pages]
    for number, text in enumerate(texts, start=1):
        if wanted.text and wanted.text in text.text:
            return number
    grams = _grams(wanted.text)
    shared = [(len(grams & _grams(text.text)), number) for number, text in enumerate(texts, start=1)]
    likely = sorted(shared, key=lambda pair: (-pair[0], pair[1]))[:_COMPARED]
    found = [(locate(texts[number - 1], wanted).coverage, -number) for _, number in likely]
    coverage, number = max(found, default=(0.0, 0))
    return -number if coverage > 0 else None


def _grams(text: str) -> set[str]:
    return {text[i : i + 3] for i in range(len(text) - 2)}


def _letters(passages: Sequence[Passage]) -> tuple[Letters, list[int]]:
    """The letters of all texts, a line apart, and where each text begins."""
    starts: list[int] = []
    at = 0
    for passage in passages:
        starts.append(at)
        at += len(passage.text) + 1
    return letters_of("\n".join(passage.text for passage in passages)), starts


def _unit(passage: Passage) -> tuple[object, ...]:
    return passage.question_no, passage.question, passage.sheet
