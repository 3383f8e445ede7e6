"""A desk around a stand-in for the answering side, and a worker process that can be killed."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr

from app.answering.ids import new_id
from app.answering.models import Answer, SearchHit, SearchResult
from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work
from app.organiser.models import Origin
from app.settings import ServiceSettings
from ingest.errors import ErrorCode, YorozuError
from ingest.models import Source
from tests.fakes.answer_service import SOURCE, answered

MEETING = "m1"
QUOTE = "自社のリスクを把握し、その大きさに見合った規程にします。"


class FakeDrafter:
    """Answers everything with one verified sentence; what holds 無い has no source, what holds 壊れ fails."""

    def __init__(self, seconds: float = 0.0, problem: YorozuError | None = None) -> None:
        self._seconds = seconds
        self._problem = problem
        self.asked: list[str] = []
        self.known = [SOURCE]
        self.prepared: list[str] = []

    def answer(self, question: str, *, engine: str | None = None) -> Answer:  # noqa: ARG002 - see Drafter
        if self._problem is not None:
            raise self._problem
        self.asked.append(question)
        time.sleep(self._seconds)
        if "壊れ" in question:
            raise RuntimeError(question)
        if "長すぎ" in question:
            raise YorozuError(ErrorCode.QUESTION_TOO_LONG, length=9, limit=1)
        if "無い" in question:
            return Answer(id=new_id(), status="insufficient_evidence", question=question, text="")
        whole = answered(question)
        return whole.model_copy(
            update={
                "text": f"質問内容：{question}\n\n回答：\n{QUOTE}[1]\n\n出典\n[1] x",
                "statements": whole.statements[:1],
                "citations": whole.citations[:1],
                "cautions": [],
                "confidence": 0.95,
            }
        )

    def prepare(self, questions: Sequence[str]) -> None:
        self.prepared += questions

    def search(self, query: str, k: int) -> SearchResult:
        hit = SearchHit(
            rank=1, score=1.0, source_id=SOURCE.id, file="f", title=SOURCE.title, question_no=8,
            text="記録は三年残します。",
        )  # fmt: skip
        return SearchResult(query=query, results=[hit][:k])

    def sources(self) -> list[Source]:
        return self.known


def desk_in(folder: Path, drafter: FakeDrafter | None = None, url: str | None = None) -> DraftDesk:
    """A desk on the data directory `folder`/var or the server at `url`, with the corpus `folder`/corpus."""
    (folder / "corpus" / "consultations").mkdir(parents=True, exist_ok=True)
    settings = ServiceSettings(
        corpus=folder / "corpus", data_dir=folder / "var", database=SecretStr(url) if url else None
    )
    return DraftDesk.open(settings, drafter or FakeDrafter(), lambda: "gen-1")


def with_questions(desk: DraftDesk, texts: list[str]) -> list[str]:
    """A meeting with these questions chosen and handed in; their ids."""
    desk.questions.create_meeting(MEETING, "第2回 よろず相談会", held_on="2026-12-10")
    ids = []
    for row, text in enumerate(texts, 1):
        question = desk.questions.add(
            Origin(kind="file", sheet_no=1, row=row), meeting_id=MEETING, text=text, accepted_by="t"
        )
        desk.questions.decide(question.id, version=1, state="chosen", by="t")
        ids.append(question.id)
    desk.queue.put(MEETING, ids, by="t")
    return ids


if __name__ == "__main__":
    opened = desk_in(Path(sys.argv[1]), FakeDrafter(0.002), sys.argv[2] if len(sys.argv) > 2 else None)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    work(opened, workers=2)
