"""A stand-in for the answering side: answers are queued or made up, and every call is recorded."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from threading import Event

from app.answering.filters import Filters
from app.answering.ids import new_id
from app.answering.models import (
    Answer,
    Caution,
    Citation,
    Missing,
    ReferenceLine,
    Related,
    SearchHit,
    SearchResult,
    Statement,
)
from app.answering.progress import Citations, Progress, StatementReady
from ingest.errors import ErrorCode, YorozuError
from ingest.models import Source

SOURCE = Source(id="gidai1", title="よろず相談会 議題１", kind="consultation", publisher="自工会／部工会")


def answered(question: str = "規程はどう作りますか", **changed: object) -> Answer:
    """An answer of two sentences with two citations, a caution, a reference and a related question."""
    answer = Answer(
        id=new_id(),
        status="answered",
        question=question,
        text=f"質問内容：{question}\n回答：\n自社のリスクを把握します。[1]\nひな形を使えます。[1][2]",
        statements=[
            Statement(
                text="自社のリスクを把握し、その大きさに見合った規程にします。",
                citations=[1],
                support="verified",
            ),
            Statement(text="ひな形を使えます。", citations=[1, 2], support="partial"),
        ],
        citations=[
            Citation(
                n=1,
                source_id="gidai1",
                kind="consultation",
                title="よろず相談会 議題１",
                publisher="自工会／部工会",
                question_no=7,
                question="専任者がいなくて整備が進みません。",
                item_nos=[17, 18],
                quote="自社のリスクを把握し、その大きさに見合った規程にします。",
                as_of="2023-10",
            ),
            Citation(
                n=2,
                source_id="ipa_sme_v3.1",
                kind="guideline",
                title="中小企業の情報セキュリティ対策ガイドライン",
                publisher="IPA",
                edition="第3.1版",
                page=56,
                page_end=60,
                page_label="P54",
                heading=["第2部 実践編", "3 本格的に取り組む"],
                quote="付録のひな形を使えます。",
                url="https://www.ipa.go.jp/security/guide/sme/about.html",
            ),
        ],
        references=[
            ReferenceLine(
                label="■IPA：中小企業の情報セキュリティ対策ガイドライン 第3.1版 P54～64",
                url="https://www.ipa.go.jp/security/guide/sme/about.html",
            )
        ],
        cautions=[Caution(code="older_edition", message="第4.0版が公開されています。", citation=2)],
        related=[Related(source_id="gidai1", question_no=4, question="社内体制はどう整えますか")],
        confidence=0.9,
        generation="g1",
        created_at="2026-11-23T12:00:00+00:00",
    )
    return answer.model_copy(update=changed)


def insufficient(question: str = "社食の献立は") -> Answer:
    """An answer that says that there is none."""
    return Answer(
        id=new_id(),
        status="insufficient_evidence",
        question=question,
        text=f"質問内容：{question}\n回答：手元の資料には見つかりませんでした。",
        missing=Missing(
            message="手元の資料には、この質問に答えられる記載が見つかりませんでした。",
            looked_for=["社食", "献立"],
            ask="よろず相談会の事務局にお問い合わせください。",
        ),
        related=[Related(source_id="gidai1", question_no=2, question="持出し物の制限はどこまで必要ですか")],
    )


@dataclass
class FakeAnswerService:
    """Hands out `queue` in order (an exception is raised), then answers of its own.

    `gate` holds answers back while it is not set; `warm_problems` are raised by `warm`, one a call.
    """

    queue: list[Answer | Exception] = field(default_factory=list)
    warm_problems: list[Exception] = field(default_factory=list)
    asked: list[tuple[str, str | None, str | None, Filters | None]] = field(default_factory=list)
    gate: Event = field(default_factory=Event)
    between: Callable[[Progress | Answer], object] = lambda _: None
    streams_ended: Event = field(default_factory=Event)
    limit: int = 2000
    closed: bool = False

    def __post_init__(self) -> None:
        self.gate.set()

    def answer(
        self,
        question: str,
        *,
        engine: str | None = None,
        conversation_id: str | None = None,
        filters: Filters | None = None,
    ) -> Answer:
        self.asked.append((question, engine, conversation_id, filters))
        self.gate.wait(10)
        self._check(question)
        if not self.queue:
            return answered(question)
        following = self.queue.pop(0)
        if isinstance(following, Exception):
            raise following
        return following

    def stream(
        self,
        question: str,
        *,
        engine: str | None = None,
        conversation_id: str | None = None,
        filters: Filters | None = None,
    ) -> Generator[Progress | Answer]:
        """The steps of an answer. `between` is called before each, and may wait or raise."""
        answer = self.answer(question, engine=engine, conversation_id=conversation_id, filters=filters)
        steps: list[Progress | Answer] = [Citations(tuple(answer.citations))]
        steps += [StatementReady(statement) for statement in answer.statements]
        steps.append(answer)
        try:
            for step in steps:
                self.between(step)
                yield step
        finally:
            self.streams_ended.set()

    def prepare(self, questions: Sequence[str]) -> None:
        """Nothing to make ready."""

    def search(self, query: str, k: int, filters: Filters | None = None) -> SearchResult:
        self._check(query)
        if filters is not None and not filters.allow(SOURCE):
            return SearchResult(query=query, results=[])
        hits = [
            SearchHit(
                rank=rank, score=1 / rank, source_id="gidai1", file="a.txt", title="議題１", text="一節"
            )
            for rank in range(1, k + 1)
        ]
        return SearchResult(query=query, results=hits)

    def sources(self) -> list[Source]:
        return [SOURCE]

    def source(self, source_id: str) -> Source:
        if source_id != SOURCE.id:
            raise YorozuError(ErrorCode.SOURCE_NOT_FOUND, id=source_id)
        return SOURCE

    def generation(self) -> str:
        return "g1"

    def close(self) -> None:
        self.closed = True

    def warm(self) -> None:
        if self.warm_problems:
            raise self.warm_problems.pop(0)

    def _check(self, question: str) -> None:
        if not question.strip():
            raise YorozuError(ErrorCode.QUESTION_EMPTY)
        if len(question) > self.limit:
            raise YorozuError(ErrorCode.QUESTION_TOO_LONG, length=len(question), limit=self.limit)
