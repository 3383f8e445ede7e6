"""The organiser's words: what comes in, what is proposed, what is stored. See docs/organiser.md.

A question's way: `intake` (Incoming) → `generalise` (Generalised) → a person accepts → `QuestionStore`
(Question) → `group` (Group) → chosen, reserve or declined. Fields that may hold a name are left out of
every `repr`, so that no log and no error message shows them by accident.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["new", "chosen", "reserve", "declined"]
OriginKind = Literal["file", "paste", "mail", "chat"]
Role = Literal[
    "question",
    "number",
    "item_no",
    "company",
    "department",
    "person",
    "mail",
    "phone",
    "address",
    "size",
    "date",
    "theme",
    "answer",
    "other",
]
SpanKind = Literal[
    "company",
    "person",
    "department",
    "place",
    "product",
    "phone",
    "mail",
    "address",
    "url",
    "size",
    "code",
]


class Frozen(BaseModel):
    """Values that are handed on and never changed."""

    model_config = ConfigDict(frozen=True)


class Origin(Frozen):
    """Where a question came from. Names of files and sheets, which may name a company, are no part of it."""

    kind: OriginKind
    import_id: str | None = Field(None, description="取り込みの番号。ファイル名は原文の保存先にある")
    sheet_no: int | None = Field(None, description="シートの位置（1から）")
    row: int | None = Field(None, description="行（1から）。docx と文章では段落")
    sent_no: int | None = Field(None, description="チャットから送られた質問の受付番号")
    part: int | None = Field(None, description="一つのセルに複数の質問があるときの番号（1から）")


class KnownName(Frozen):
    """A name that the file itself tells, in a column of the same row: the sender's company, person …."""

    text: str = Field(repr=False)
    kind: SpanKind


class Column(Frozen):
    """One column of a table, and what it is taken for.

    Attributes:
        index: position in the sheet, from 0.
        name: header as written, levels joined by a space; "" where there is none.
        role: what it holds; a person may change it.
        sure: False where only the content speaks for the role: show it for confirmation first.
        why: in Japanese, for the person who confirms.
        samples: the first few values.
    """

    index: int
    name: str
    role: Role
    sure: bool = True
    why: str = ""
    samples: tuple[str, ...] = Field((), repr=False)


class ColumnPlan(Frozen):
    """How one table of a file is read; shown for confirmation and given back, changed or not, to `intake`.

    Attributes:
        sheet_no: position of the sheet among all of the file, hidden ones included, from 1; 1 for csv.
            For docx the position of the table.
        sheet: its name; None for csv.
        header_rows: rows of the header as the sheet counts them, first and last, from 1; None without one.
        columns: every column that holds anything.
        used: False where no column holds questions: the table is left out unless a person says otherwise.
    """

    sheet_no: int
    sheet: str | None = Field(None, repr=False)
    header_rows: tuple[int, int] | None = None
    columns: tuple[Column, ...] = ()
    used: bool = True

    def with_role(self, index: int, role: Role) -> "ColumnPlan":
        """The plan with one column's role changed by a person; a question column makes the table used."""
        columns = tuple(
            c.model_copy(update={"role": role, "sure": True, "why": "指定されました"})
            if c.index == index
            else c
            for c in self.columns
        )
        used = any(column.role == "question" for column in columns)
        return self.model_copy(update={"columns": columns, "used": used})

    def with_header(self, rows: tuple[int, int] | None) -> "ColumnPlan":
        """The plan with the header rows that a person names; None: the first row holds a question already."""
        return self.model_copy(update={"header_rows": rows})


class Incoming(Frozen):
    """One question as it came in. Confidential: shown to organisers only, kept in `OriginalStore`."""

    text: str = Field(repr=False)
    origin: Origin
    item_nos: tuple[int, ...] = ()
    known: tuple[KnownName, ...] = Field((), repr=False)
    theme: str | None = Field(None, repr=False, description="テーマの列に書かれていた言葉")
    received_at: str | None = Field(None, description="ISO 8601。日付の列やメールの日付から")


class Skipped(Frozen):
    """A row that was not taken, and why, in Japanese."""

    sheet_no: int
    row: int
    why: str


class IntakeResult(Frozen):
    """What one file, mail or pasted text holds.

    Attributes:
        name: of the file; confidential like the questions.
        sha256: of the file's bytes.
        plans: how its tables were read; empty for mail and pasted text.
        questions: in the file's order.
        skipped: rows left out.
        notes: remarks in Japanese (hidden sheets, formulas without value, …).
    """

    name: str = Field(repr=False)
    sha256: str
    plans: tuple[ColumnPlan, ...] = ()
    questions: tuple[Incoming, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


class Span(Frozen):
    """A stretch of the original that identifies someone, and what is to stand in its place.

    Attributes:
        start, end: offsets into the original text, in characters, end excluded.
        original: those characters.
        replacement: neutral words; the same name gets the same words within a question.
        kind: what it is.
        why: in Japanese, for the person who accepts.
        sure: False where the evidence is weak: to be looked at first.
    """

    start: int
    end: int
    original: str = Field(repr=False)
    replacement: str
    kind: SpanKind
    why: str
    sure: bool = True


class Generalised(Frozen):
    """A text with the spans to be replaced: a diff that a person accepts, in whole or span by span."""

    original: str = Field(repr=False)
    spans: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """The text with every span replaced."""
        return self.apply(self.spans)

    def apply(self, accepted: tuple[Span, ...]) -> str:
        """The text with only these spans replaced; spans in order, not overlapping."""
        out: list[str] = []
        position = 0
        for span in accepted:
            out += (self.original[position : span.start], span.replacement)
            position = span.end
        return "".join([*out, self.original[position:]])


class Question(Frozen):
    """A stored question, as everybody but the keeper of originals sees it.

    Attributes:
        id: `q_…`.
        meeting_id: None for a question from the chat that no meeting has taken up yet.
        text: generalised and accepted by a person; None until then.
        state: new, chosen (取り上げる), reserve (予備), declined (取り上げない).
        reason: why it was declined or put in reserve.
        position: its place among the chosen of the meeting, from 1; None for any other.
        theme: proposed by `group` or given by a person.
        duplicate_of: id of the question that stands for this one too.
        version: grows with every change; a change must name the version that it was made from.
    """

    id: str
    meeting_id: str | None = None
    text: str | None = None
    state: State = "new"
    reason: str | None = None
    position: int | None = None
    theme: str | None = None
    item_nos: tuple[int, ...] = ()
    origin: Origin
    duplicate_of: str | None = None
    accepted_by: str | None = None
    received_at: str
    created_at: str
    updated_at: str
    version: int = 1


class Change(Frozen):
    """One change of a stored question: by whom, when, and the changed fields before and after."""

    version: int
    changed_by: str
    changed_at: str
    before: dict[str, Any]
    after: dict[str, Any]


class Meeting(Frozen):
    """A consultation in preparation. `version` guards the order of its questions."""

    id: str
    title: str
    theme: str | None = None
    held_on: str | None = None
    created_at: str
    version: int = 1


class Group(Frozen):
    """Questions that ask the same, with the one that stands for all.

    Attributes:
        representative: id of the question that is answered.
        members: ids, the representative first.
        theme: of the cluster that the group lies in.
    """

    representative: str
    members: tuple[str, ...]
    theme: str | None = None
