"""What a draft is: an answer in the making, with what a person must know before it is shown."""

from typing import Any, Literal

from pydantic import Field

from app.answering.models import Answer, Caution, Citation, ReferenceLine, Support
from app.organiser.models import Frozen

DraftState = Literal["proposed", "edited", "approved", "rejected", "published"]
Needs = Literal["ready", "check", "no_source"]


class Triage(Frozen):
    """Whether a draft can be approved after a glance, and if not, why, in Japanese."""

    needs: Needs = Field(
        description="ready: 確認のみ / check: 担当者の検討が必要 / no_source: 根拠が見つからない"
    )
    why: tuple[str, ...] = ()


class CheckedLine(Frozen):
    """One sentence or heading of a draft's text.

    Attributes:
        text: without its marks.
        citations: numbers of the citations that it names.
        support: None for a heading, which claims nothing.
        message: why it is not supported, in Japanese; "" where it is.
        nowhere: numbers, dates and names that stand in none of its passages, as far as the check tells.
    """

    text: str
    citations: tuple[int, ...] = ()
    support: Support | None = None
    message: str = ""
    nowhere: tuple[str, ...] = ()

    @property
    def heading(self) -> bool:
        """Whether it only announces what follows."""
        return self.support is None


class Content(Frozen):
    """What of a draft can be edited: its text, with [n] marks, and the citations that the marks name."""

    text: str
    citations: tuple[Citation, ...] = ()
    note: str = Field("", description="当日の口頭での補足。公開時に回答の後ろに付く")


class Draft(Frozen):
    """A stored draft.

    Attributes:
        id: `drf_…`; one for a question.
        question: the generalised words that were answered.
        answer: as it was proposed; an edit does not change it.
        content: as it stands now.
        lines: the content's text, checked sentence by sentence.
        version: grows with every change; a change must name the version that it was made from.
    """

    id: str
    meeting_id: str
    question_id: str
    question: str
    answer: Answer
    content: Content
    lines: tuple[CheckedLine, ...] = ()
    triage: Triage
    state: DraftState = "proposed"
    reason: str | None = Field(None, description="差し戻しや、出典のない文を承認した理由")
    approved_by: str | None = None
    approved_at: str | None = None
    published_at: str | None = None
    published_no: int | None = Field(None, description="公開した相談会での質問番号")
    created_at: str
    updated_at: str
    version: int = 1

    @property
    def cautions(self) -> list[Caution]:
        """What the reader must know before acting."""
        return self.answer.cautions

    @property
    def references(self) -> list[ReferenceLine]:
        """The lines under 参考資料."""
        return self.answer.references

    @property
    def unsupported(self) -> tuple[CheckedLine, ...]:
        """Sentences that their citations do not bear out."""
        return tuple(line for line in self.lines if line.support not in (None, "verified"))


class DraftChange(Frozen):
    """One entry of a draft's history: by whom, when, what kind, and the changed fields before and after."""

    version: int
    action: str
    changed_by: str
    changed_at: str
    before: dict[str, Any]
    after: dict[str, Any]


class Comment(Frozen):
    """A remark on a draft."""

    number: int
    written_by: str
    written_at: str
    text: str


class Progress(Frozen):
    """How far the drafting of a meeting is: counts of questions."""

    queued: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """All questions that were handed in."""
        return self.queued + self.running + self.done + self.failed

    @property
    def over(self) -> bool:
        """Whether nothing is waiting or being worked on."""
        return self.queued + self.running == 0


class Job(Frozen):
    """One question handed to a worker. `attempt` and `worker` together are its claim."""

    id: int
    meeting_id: str
    question_id: str
    text: str = Field(repr=False)
    attempt: int
    worker: str
