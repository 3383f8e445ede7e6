"""Publishing, killed: what is told to be published is there, and a step cut off can be taken again."""

from contextlib import closing
from pathlib import Path
from random import Random

from app.assemble import answer_service, draft_desk
from app.organiser import review
from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work
from app.organiser.models import Origin
from app.organiser.publish import publish, unpublish
from eval.faults.child import Say, run_and_kill
from eval.faults.kinds import Round, settings_in, write_consultation
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import open_index
from ingest.pipeline import ingest

_BY = "eval"
_MEETING = "measured"
_QUESTIONS = (
    "来客に渡す名札は、どう管理すればよいですか。",
    "工場の時計が遅れるときは、どう直せばよいですか。",
)


class KillPublishing:
    """One meeting of approved drafts that is published and taken back, over and over."""

    name = "publishing"

    def __init__(self, folder: Path) -> None:
        self._settings = settings_in(folder)
        write_consultation(self._settings)
        run_and_kill(self._prepare, None)
        self._out = False  # whether the last step was a publishing
        self._whole = max(run_and_kill(self._step, None).seconds, 0.1)
        self._out = True

    def round(self, chance: Random) -> Round:
        """Take the next step, killed somewhere on the way; look; take it again."""
        ended = run_and_kill(self._step, chance.uniform(0, self._whole * 1.1))
        found = Round(killed=ended.killed, acknowledged=len(ended.said))
        if ended.said:
            self._out = not self._out
            self._seen(found, self._is)
        else:
            self._seen(found, self._opens)
            again = run_and_kill(self._step, None)
            self._out = not self._out
            if len(again.said) != 1:
                found.unopened.append("the step could not be taken again")
            self._seen(found, self._is)
        return found

    def _seen(self, found: Round, look: object) -> None:
        assert callable(look)
        for line in run_and_kill(look, None).said:
            (found.lost if line.startswith("lost") else found.unopened).append(line)

    def _desk(self) -> DraftDesk:
        return draft_desk(self._settings, answer_service(self._settings), None)

    def _prepare(self, _: Say) -> None:
        ingest(self._settings, embedder=None)
        with closing(self._desk()) as desk:
            desk.questions.create_meeting(_MEETING, "計測用の相談会", held_on="2026-12-10")
            ids = []
            for text in _QUESTIONS:
                question = desk.questions.add(
                    Origin(kind="paste"), meeting_id=_MEETING, text=text, accepted_by=_BY
                )
                desk.questions.decide(question.id, version=question.version, state="chosen", by=_BY)
                ids.append(question.id)
            desk.queue.put(_MEETING, ids, by=_BY)
            work(desk, meeting_id=_MEETING)
            for draft in desk.drafts.find(_MEETING):
                review.approve(desk, draft.id, version=draft.version, by=_BY, reason="計測のため")

    def _step(self, say: Say) -> None:
        with closing(self._desk()) as desk:
            try:
                done = (unpublish if self._out else publish)(desk, _MEETING, by=_BY)
            except YorozuError as error:
                # Killed after the last of its work, before it could say so: `_is` looks whether that is true.
                if not self._out or error.code is not ErrorCode.PUBLISH_REFUSED:
                    raise
                say("done before")
                return
            say(f"done {done.generation}")

    def _opens(self, say: Say) -> None:
        """After a kill without an answer: the index opens, and no draft is gone."""
        try:
            open_index(self._settings.data_dir, None)
            with closing(self._desk()) as desk:
                drafts = desk.drafts.find(_MEETING, states=("approved", "published"))
        except YorozuError as error:
            say(f"unopened {error.code}")
            return
        if len(drafts) != len(_QUESTIONS):
            say(f"lost {len(_QUESTIONS) - len(drafts)} drafts")

    def _is(self, say: Say) -> None:
        """What was told to be done is so: in the drafts, in the corpus and in the index."""
        self._opens(say)
        wanted = "published" if self._out else "approved"
        with closing(self._desk()) as desk:
            states = {draft.state for draft in desk.drafts.find(_MEETING)}
        file = self._settings.corpus / "consultations" / f"{_MEETING}.yaml"
        index = open_index(self._settings.data_dir, None)
        indexed = any(passage.source_id == _MEETING for passage in index.passages(range(len(index))))
        if states != {wanted} or file.exists() != self._out or indexed != self._out:
            say(f"lost step: {states}, file {file.exists()}, indexed {indexed}")
