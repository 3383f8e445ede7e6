"""The answer as everybody sees it: CLI, HTTP and the store hold this one object."""

from typing import Literal

from pydantic import BaseModel, Field

Status = Literal["answered", "insufficient_evidence"]
Support = Literal["verified", "partial", "unsupported"]
Engine = Literal["extractive", "llm"]
CautionCode = Literal[
    "dated_deadline",
    "older_edition",
    "dated_edition",
    "sources_disagree",
    "partial",
    "weak_evidence",
    "unknown_item",
    "degraded",
]


class Statement(BaseModel):
    """One sentence (文) with the numbers of its citations and the verdict of the verification."""

    text: str
    citations: list[int]
    support: Support


class Citation(BaseModel):
    """A passage that a statement stands in (引用): where, and the passage's own words."""

    n: int
    source_id: str
    kind: Literal["consultation", "guideline", "appendix", "web"]
    title: str
    publisher: str | None = None
    edition: str | None = None
    file: str | None = None
    question_no: int | None = None
    question: str | None = Field(None, description="質問・回答のときは、その質問")
    item_nos: list[int] = []
    page: int | None = None
    page_end: int | None = None
    page_label: str | None = None
    heading: list[str] = []
    sheet: str | None = None
    row: int | None = None
    quote: str
    url: str | None = None
    as_of: str | None = None


class ReferenceLine(BaseModel):
    """One line under 参考資料."""

    label: str
    url: str | None = None


class Caution(BaseModel):
    """What the reader must know before acting (注意)."""

    code: CautionCode
    message: str
    citation: int | None = None


class Related(BaseModel):
    """A past question nearby."""

    source_id: str
    question_no: int
    question: str


class Missing(BaseModel):
    """What was looked for and not found, and where to ask."""

    message: str
    looked_for: list[str] = []
    ask: str


class Timings(BaseModel):
    """Milliseconds spent in each step."""

    retrieve: float = 0.0
    compose: float = 0.0
    verify: float = 0.0
    total: float = 0.0


class Answer(BaseModel):
    """A whole answer; for `insufficient_evidence`, statements and citations are empty, `missing` is set."""

    id: str
    status: Status
    question: str
    asked_as: str | None = Field(
        None, description="会話の続きとして読んだとき、どういうご質問として回答したか。画面に示してください"
    )
    conversation_id: str | None = Field(
        None, description="会話のID。続けて質問するときに添えます。知っている人は会話を続けられます"
    )
    text: str
    statements: list[Statement] = []
    citations: list[Citation] = []
    references: list[ReferenceLine] = []
    cautions: list[Caution] = []
    related: list[Related] = []
    missing: Missing | None = None
    confidence: float = 0.0
    engine: Engine = "extractive"
    model: str | None = None
    generation: str | None = None
    created_at: str | None = None
    timings_ms: Timings = Timings()


class SearchHit(BaseModel):
    """One row of a search."""

    rank: int
    score: float
    source_id: str
    file: str
    title: str
    page: int | None = None
    page_end: int | None = None
    page_label: str | None = None
    question_no: int | None = None
    question: str | None = None
    item_nos: list[int] = []
    heading: list[str] = []
    url: str | None = None
    text: str


class SearchResult(BaseModel):
    """What a search returns."""

    query: str
    results: list[SearchHit]
