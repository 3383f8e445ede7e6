"""Cut what a reader got out of a file into passages: the units that are found and cited."""

import hashlib
from dataclasses import replace

from ingest.chunks import CountTokens
from ingest.models import FileContent, Passage, Source
from ingest.qa_passages import consultation_passages
from ingest.text_passages import text_passages


def split_file(content: FileContent, source: Source, file: str, count_tokens: CountTokens) -> list[Passage]:
    """Return the passages of one file in reading order.

    Args:
        content: what the reader returned.
        source: the document that the passages belong to.
        file: path relative to the corpus.
        count_tokens: length of a text in the embedder's tokens.

    Every passage of a file with pages lies on one page, and its text stands there word for word: a quote
    that the reader cannot find on the page named would be worse than a sentence that ends with the page.
    """
    drafts: list[Passage] = []
    if content.consultation is not None:
        drafts += consultation_passages(content.consultation, source.id, file, content.pages, count_tokens)
    drafts += text_passages(content, source.id, file, count_tokens)
    numbered = (replace(p, ordinal=i, page_label=_label(p, content, source)) for i, p in enumerate(drafts))
    return [replace(p, id=_identity(p)) for p in numbered]


def indexed_text(passage: Passage) -> str:
    """The text that is embedded and searched: question, headings and column names in front of the words."""
    front = [passage.question] if passage.question else [" ".join(passage.heading)]
    if passage.columns and "：" not in passage.text:
        front.append(" ".join(passage.columns))
    return "\n".join(part for part in (*front, passage.text) if part)


def asked_text(passage: Passage) -> str:
    """What the passage answers: its question, or the last two headings over it; "" for neither."""
    return passage.question or " ".join(passage.heading[-2:])


def searched_text(passage: Passage) -> str:
    """The text that words are looked for in: what is embedded, titles referred to, other wordings."""
    labels = (reference.label for reference in passage.references if reference.label)
    return "\n".join((indexed_text(passage), *labels, *passage.wordings))


def _label(passage: Passage, content: FileContent, source: Source) -> str | None:
    if passage.page is None:
        return None
    if passage.page <= len(content.page_labels) and (label := content.page_labels[passage.page - 1]):
        return label
    if source.page_offset is not None and passage.page > source.page_offset:
        return str(passage.page - source.page_offset)
    return None


def _identity(passage: Passage) -> str:
    parts = (passage.source_id, passage.ordinal, passage.page, passage.sheet, passage.row)
    place = "|".join(str(part) for part in (*parts, passage.question_no))
    words = "\n".join((place, *passage.heading, passage.question or "", passage.text))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:20]
