"""Drafting, killed: every question that was taken in is there, is drafted once, and edits stay."""

import secrets
from contextlib import closing
from pathlib import Path
from random import Random

from app.assemble import answer_service, draft_desk
from app.organiser import review
from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work
from app.organiser.models import Origin
from eval.faults.child import Ended, Say, run_and_kill
from eval.faults.kinds import Round, settings_in, write_consultation
from ingest.errors import YorozuError
from ingest.pipeline import ingest

_BY = "eval"
_BATCH = 4  # questions that are handed in together
_LONGEST = 1.5  # seconds until the kill, at most


class KillDrafting:
    """Hands in questions, drafts and edits them, in one process after another."""

    name = "drafting"

    def __init__(self, folder: Path) -> None:
        self._settings = settings_in(folder)
        write_consultation(self._settings)
        self._meeting = ""
        self._rounds = 0
        run_and_kill(self._ingest, None)

    def round(self, chance: Random) -> Round:
        """One meeting: taken in, drafted and edited until the kill; then looked at and finished."""
        self._meeting = f"m{self._rounds}"
        self._rounds += 1
        ended = run_and_kill(self._work, chance.uniform(0, _LONGEST))
        found = Round(killed=ended.killed, acknowledged=len(ended.said))
        # Looked at in a process of its own: drafting loads what must not be there when this one forks.
        seen = run_and_kill(lambda say: self._look(say, ended), None)
        for line in seen.said:
            (found.lost if line.startswith("lost") else found.unopened).append(line)
        return found

    def _desk(self) -> DraftDesk:
        """The desk with the real answering side."""
        return draft_desk(self._settings, answer_service(self._settings), None)

    def _ingest(self, say: Say) -> None:
        say(ingest(self._settings, embedder=None).generation)

    def _work(self, say: Say) -> None:
        with closing(self._desk()) as desk:
            desk.questions.create_meeting(self._meeting, "計測用の相談会", held_on="2026-12-10")
            say(f"meeting {self._meeting}")
            while True:
                ids = []
                for _ in range(_BATCH):
                    text = f"来客に渡す名札{secrets.token_hex(3)}は、どう管理すればよいですか。"
                    question = desk.questions.add(
                        Origin(kind="paste"), meeting_id=self._meeting, text=text, accepted_by=_BY
                    )
                    say(f"question {question.id}")
                    desk.questions.decide(question.id, version=question.version, state="chosen", by=_BY)
                    ids.append(question.id)
                desk.queue.put(self._meeting, ids, by=_BY)
                say("queued " + " ".join(ids))
                work(desk, meeting_id=self._meeting, workers=2)
                self._edit(desk, say)

    def _edit(self, desk: DraftDesk, say: Say) -> None:
        for draft in desk.drafts.find(self._meeting, states=("proposed",)):
            note = secrets.token_hex(4)
            edited = review.edit(desk, draft.id, version=draft.version, by=_BY, note=note)
            say(f"noted {draft.id} {note}")
            review.approve(desk, draft.id, version=edited.version, by=_BY, reason="計測のため")
            say(f"approved {draft.id}")

    def _look(self, say: Say, ended: Ended) -> None:
        """Compare what was acknowledged with what is there; then finish, each question drafted once."""
        with closing(self._desk()) as desk:
            try:
                self._compare(desk, say, ended)
            except YorozuError as error:
                say(f"unopened {error.code}")

    def _compare(self, desk: DraftDesk, say: Say, ended: Ended) -> None:
        told = [line.split(" ") for line in ended.said]
        there = {q.id for q in desk.questions.of_meeting(self._meeting)} if told else set()
        asked = {one for kind, *rest in told if kind == "queued" for one in rest}
        for kind, *rest in told:
            if kind == "question" and rest[0] not in there:
                say(f"lost question {rest[0]}")
            elif kind == "noted" and desk.drafts.get(rest[0]).content.note != rest[1]:
                say(f"lost note {rest[0]}")
            elif kind == "approved" and desk.drafts.get(rest[0]).state != "approved":
                say(f"lost approval {rest[0]}")
        work(desk, meeting_id=self._meeting)
        drafts = desk.drafts.find(self._meeting)
        for missing in asked - {draft.question_id for draft in drafts}:
            say(f"lost queued {missing}")
        if desk.queue.failures(self._meeting) or not desk.queue.progress(self._meeting).over:
            say(f"unopened queue {desk.queue.progress(self._meeting)}")
        for draft in drafts:
            if [change.action for change in desk.drafts.history(draft.id)].count("propose") != 1:
                say(f"unopened drafted twice {draft.id}")
