"""Measures how long a serving process takes to publish a meeting, and to answer from it afterwards.

Run as `python -m eval.publishing`; see docs/drafts.md.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from app.answering.service import AnswerService
from app.assemble import answer_service, draft_desk, shared_embedder
from app.organiser import review
from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work
from app.organiser.models import Origin
from app.organiser.publish import publish, unpublish
from app.settings import ServiceSettings
from eval.machine import cpu_seconds, machine
from eval.question_set import read_questions
from ingest.pipeline import ingest

_QUESTIONS = Path(__file__).parent / "questions" / "own.jsonl"
_MEETING = "measured"
_BY = "eval"


def approved(desk: DraftDesk, wanted: int) -> list[str]:
    """A meeting with `wanted` approved answers, or as many as the corpus gives; their questions."""
    desk.questions.create_meeting(_MEETING, "計測用の相談会", held_on="2026-12-10")
    ids = []
    for asked in [q for q in read_questions(_QUESTIONS) if q.expect == "answer"][: 2 * wanted]:
        question = desk.questions.add(
            Origin(kind="paste"), meeting_id=_MEETING, text=asked.question, accepted_by=_BY
        )
        desk.questions.decide(question.id, version=question.version, state="chosen", by=_BY)
        ids.append(question.id)
    desk.queue.put(_MEETING, ids, by=_BY)
    work(desk, meeting_id=_MEETING)
    drafts = [draft for draft in desk.drafts.find(_MEETING) if draft.content.text][:wanted]
    for draft in drafts:
        review.approve(desk, draft.id, version=draft.version, by=_BY, reason="計測のため")
    return [draft.question for draft in drafts]


def measure(desk: DraftDesk, service: AnswerService, questions: int) -> dict[str, Any]:
    """Publish, ask, and take it out again; seconds of each."""
    asked = approved(desk, questions)
    started = time.perf_counter(), cpu_seconds()
    publish(desk, _MEETING, by=_BY)
    published = time.perf_counter(), cpu_seconds()
    answer = service.answer(asked[0])
    answered = time.perf_counter()
    unpublish(desk, _MEETING, by=_BY)
    return {
        "questions": len(asked),
        "publish_seconds": round(published[0] - started[0], 2),
        "publish_cpu_seconds": round(published[1] - started[1], 2),
        "first_answer_seconds": round(answered - published[0], 2),
        "unpublish_seconds": round(time.perf_counter() - answered, 2),
        "answered_from_it": any(citation.source_id == _MEETING for citation in answer.citations),
    }


def main() -> None:
    """Read the arguments, measure on a copy of the corpus, print."""
    parser = argparse.ArgumentParser(prog="python -m eval.publishing", description=__doc__)
    parser.add_argument("-n", type=int, default=10, help="questions of the meeting (default 10)")
    given = parser.parse_args()
    base = ServiceSettings.load()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(shutil.copytree(base.corpus, Path(folder) / "corpus"))
        moved = {"data_dir": Path(folder) / "var", "model_dir": base.models, "corpus": corpus}
        settings = base.model_copy(update=moved)
        embedder = shared_embedder(settings)
        ingest(settings, embedder=embedder)
        with (
            closing(answer_service(settings, embedder=embedder)) as service,
            closing(draft_desk(settings, service, embedder)) as desk,
        ):
            service.warm()
            found = measure(desk, service, given.n)
    print(
        json.dumps(found | {"load": round(os.getloadavg()[0], 1), "machine": machine()}, ensure_ascii=False)
    )


if __name__ == "__main__":
    main()
