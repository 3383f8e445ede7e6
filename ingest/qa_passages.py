"""Passages of a consultation: the answers, each with its question; on one page each where there are pages."""

from collections.abc import Iterator

from ingest.chunks import MAX_TOKENS, CountTokens, chunks, lines
from ingest.models import Consultation, Passage, Qa
from ingest.text.normalise import fold
from ingest.text.sentences import split_sentences

Pages = tuple[int | None, int | None]


def consultation_passages(
    consultation: Consultation, source_id: str, file: str, pages: tuple[str, ...], count_tokens: CountTokens
) -> Iterator[Passage]:
    """Yield the answers as passages. `pages` holds the text of each page, empty for formats without pages."""
    folded = tuple(fold(page) for page in pages)
    for qa in consultation.qas:
        if folded and qa.page is not None:
            placed = _chunks_on_pages(qa, folded, count_tokens)
        else:
            placed = (((qa.page, qa.page_end), text) for text in chunks(qa.answer, count_tokens))
        for where, text in placed:
            yield _passage(qa, text, where, source_id, file)


def _passage(qa: Qa, text: str, where: Pages, source_id: str, file: str) -> Passage:
    return Passage(
        id="",
        source_id=source_id,
        file=file,
        text=text,
        ordinal=0,
        question=qa.question,
        question_no=qa.question_no,
        item_nos=qa.item_nos,
        page=where[0],
        page_end=where[1] if where[1] is not None else where[0],
        heading=qa.heading,
        references=qa.references,
        wordings=qa.wordings,
    )


def _chunks_on_pages(
    qa: Qa, folded: tuple[str, ...], count_tokens: CountTokens
) -> Iterator[tuple[Pages, str]]:
    """Group lines by the page that they stand on; a sentence over a page break has both pages."""
    chunk, where = "", (None, None)  # type: tuple[str, Pages]
    for joint, piece, place in _placed_pieces(qa, folded):
        longer = chunk + joint + piece
        fits = place == where and count_tokens(longer) <= MAX_TOKENS and _stands(longer, place, folded)
        if chunk and not fits:
            yield where, chunk
            chunk = ""
        chunk, where = (longer, where) if chunk else (piece, place)
    if chunk:
        yield where, chunk


def _placed_pieces(qa: Qa, folded: tuple[str, ...]) -> Iterator[tuple[str, str, Pages]]:
    assert qa.page is not None
    last = qa.page_end or qa.page
    current = qa.page
    for line in lines(qa.answer):
        whole = _page_of(line, current, last, folded) is not None
        for number, piece in enumerate([line] if whole else split_sentences(line)):
            page = _page_of(piece, current, last, folded)
            place = (page, page) if page is not None else (current, min(current + 1, last))
            current = place[1]
            yield "" if number else "\n", piece, place


def _page_of(text: str, first: int, last: int, folded: tuple[str, ...]) -> int | None:
    key = fold(text)
    return next((page for page in range(first, last + 1) if key in folded[page - 1]), None)


def _stands(text: str, place: Pages, folded: tuple[str, ...]) -> bool:
    first, last = place
    return first is not None and first == last and fold(text) in folded[first - 1]
