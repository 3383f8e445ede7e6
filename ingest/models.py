"""What travels from a file to the index: source, block, qa, passage. Words as in docs/words.md."""

from dataclasses import dataclass, field
from typing import Literal

SourceKind = Literal["consultation", "guideline", "appendix", "web"]
BlockKind = Literal["heading", "paragraph", "list_item", "table_row"]


@dataclass(frozen=True, slots=True)
class Source:
    """A document that can be cited (資料), as the catalogue or the file itself describes it."""

    id: str
    title: str
    kind: SourceKind = "guideline"
    work: str | None = None  # editions of one document share it
    publisher: str | None = None
    edition: str | None = None
    published: str | None = None  # ISO date, or as much of it as is known ("2023-04")
    url: str | None = None
    media_type: str | None = None
    file: str | None = None  # path relative to the corpus, "/" between parts, when it is there
    page_offset: int | None = None  # printed page = page of the file - page_offset
    supersedes: str | None = None  # id of the edition that this one replaces
    licence: str | None = None
    note: str | None = None
    as_of: str | None = None  # what date its statements speak from


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item or table row of a file, in reading order.

    `text` is the file's own words (see ingest.text.normalise.clean), so that a quote can be found again;
    what helps finding but is not written there (column names) stands in `columns`.
    """

    kind: BlockKind
    text: str
    page: int | None = None  # page of the file, from 1; None where the format has no pages
    level: int = 0  # heading depth, 1 = top; 0 for anything else
    columns: tuple[str, ...] = ()  # column names of a table row
    sheet: str | None = None
    row: int | None = None  # row of the sheet, from 1


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry under an answer's 参考資料."""

    label: str  # as printed: "■IPA：中小企業の… 第3.1版 P54～64"; "" for a bare URL
    url: str | None = None
    source: str | None = None  # id in the catalogue, when known
    pages: str | None = None  # as printed: "P54～64"


@dataclass(frozen=True, slots=True)
class Qa:
    """One numbered question with its answer."""

    question_no: int
    question: str  # one line, without the marker
    answer: str  # lines joined to sentences; list items and paragraphs on lines of their own
    item_nos: tuple[int, ...] = ()
    references: tuple[Reference, ...] = ()
    wordings: tuple[str, ...] = ()  # other ways to ask the same; for finding it, never shown as its words
    label: str = ""  # the number as printed: "質問⑲", "問1-2"
    heading: tuple[str, ...] = ()
    page: int | None = None  # where the question starts
    page_end: int | None = None


@dataclass(frozen=True, slots=True)
class Consultation:
    """One meeting (相談会), or the Q&A part of a document."""

    id: str
    title: str
    qas: tuple[Qa, ...]
    theme: str | None = None
    held_on: str | None = None
    as_of: str | None = None
    status: str = "原文"  # 原文 (verbatim) or 要約 (restated)
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PageProblem:
    """A page that could not be read as text, and why (a code of the closed error list)."""

    page: int
    code: str


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a reader gets out of one file."""

    blocks: tuple[Block, ...] = ()
    consultation: Consultation | None = None
    title: str | None = None
    pages: tuple[str, ...] = ()  # PDF, pptx: the text of each page, whole; what quotes are checked against
    page_labels: tuple[str | None, ...] = ()  # printed number of each page, where it is printed
    problems: tuple[PageProblem, ...] = ()
    notes: tuple[str, ...] = field(default=())  # Japanese remarks for the ingest report


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is indexed and cited (一節): a text that stands in the source, and where."""

    id: str  # content hash: same source, place and words give the same id
    source_id: str
    file: str
    text: str  # the source's own words
    ordinal: int  # position within the source, from 0
    question: str | None = None  # the question that this text answers, for a qa
    question_no: int | None = None
    item_nos: tuple[int, ...] = ()
    page: int | None = None
    page_end: int | None = None
    page_label: str | None = None
    heading: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    sheet: str | None = None
    row: int | None = None
    references: tuple[Reference, ...] = ()  # what the answer of a qa refers the reader to
    wordings: tuple[str, ...] = ()  # other ways to ask the question; searched, never quoted
