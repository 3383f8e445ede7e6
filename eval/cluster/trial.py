"""The trial: load while the corpus changes and each process is killed; then look for what was lost."""

import itertools
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import func, select

from app.store.answers import AnswerStore
from app.store.draft_tables import draft_changes, draft_jobs, drafts
from app.store.feedback import FeedbackStore
from app.store.questions import QuestionStore
from app.store.schema import sent_questions
from eval.cluster.cluster import Cluster
from eval.cluster.load import MEETING, Client, Notes, Organiser
from ingest.errors import YorozuError

_DOWN_SECONDS = 2.0  # until an orchestrator would have started it again
_DRAIN_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how hard.

    Attributes:
        seconds: of load.
        ingests: of other editions, spread over it.
        kills: of each process.
        clients: that send at once.
        pause: seconds between two requests of one, on average.
    """

    seconds: float
    ingests: int = 10
    kills: int = 2
    clients: int = 4
    pause: float = 0.3


@dataclass(slots=True)
class Outcome:
    """What came of it. `lost` names each thing that was acknowledged and is not there."""

    notes: Notes
    lost: list[str] = field(default_factory=list)
    drafted: int = 0
    twice: int = 0
    seconds: float = 0.0

    @property
    def fine(self) -> bool:
        """Whether nothing was mixed, lost, done twice, or left without a clean answer."""
        return not (self.lost or self.twice or self.notes.mixed or self.notes.broken)


def run(cluster: Cluster, plan: Plan, say: Callable[[str], None]) -> Outcome:
    """Do all of it on a cluster that has started."""
    notes, stop = Notes(), threading.Event()
    with closing(QuestionStore.open(cluster.place)) as questions:
        questions.create_meeting(MEETING, "試験用の相談会")
        threads: list[threading.Thread] = [
            Client(cluster.base, cluster.key, notes, stop, seed, plan.pause) for seed in range(plan.clients)
        ]
        threads.append(Organiser(questions, notes, stop, max(2.0, plan.seconds / 100)))
        started = time.monotonic()
        for thread in threads:
            thread.start()
        _disturb(cluster, plan, started, say)
        stop.set()
        for thread in threads:
            thread.join(60)
        outcome = Outcome(notes, seconds=time.monotonic() - started)
        say("load ended; waiting for the drafts")
        _drain(cluster, notes)
        _look_for_losses(cluster, outcome)
    return outcome


def _disturb(cluster: Cluster, plan: Plan, started: float, say: Callable[[str], None]) -> None:
    """Ingests in one thread, kills in this one, each at its time; the load goes on to the end."""

    def ingests() -> None:
        for number in range(plan.ingests):
            _wait_until(started + plan.seconds * (number + 0.5) / plan.ingests)
            cluster.ingest(number + 2)
            say(f"edition {number + 2} ingested")

    ingesting = threading.Thread(target=ingests, daemon=True)
    ingesting.start()
    victims = list(itertools.chain.from_iterable([cluster.members] * plan.kills))
    for number, victim in enumerate(victims):
        _wait_until(started + plan.seconds * (number + 0.7) / (len(victims) + 0.7))
        victim.kill()
        say(f"{victim.name} killed")
        time.sleep(_DOWN_SECONDS)
        victim.start()
    _wait_until(started + plan.seconds)
    ingesting.join()


def _wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _drain(cluster: Cluster, notes: Notes) -> None:
    """Hand in what was chosen last and wait until everything is drafted."""
    headers = {"Authorization": f"Bearer {cluster.key}"}
    address = f"{cluster.base}/api/v1/meetings/{MEETING}"
    until = time.monotonic() + _DRAIN_SECONDS
    handed = False
    while time.monotonic() < until:
        try:
            if not handed:
                asked = {"by": "試験"}
                handed = httpx.post(f"{address}/drafts", json=asked, headers=headers, timeout=60).is_success
            found = httpx.get(address, headers=headers, timeout=60)
        except httpx.HTTPError:
            found = None
        if handed and found is not None and found.is_success:
            progress = found.json()["progress"]
            if progress["done"] + progress["failed"] >= len(notes.questions) and not progress["running"]:
                return
        time.sleep(0.5)


def _look_for_losses(cluster: Cluster, outcome: Outcome) -> None:
    """Read the database itself: every acknowledged thing must be in it as it was acknowledged."""
    notes = outcome.notes
    with closing(AnswerStore.open(cluster.place)) as store:
        feedback = FeedbackStore(store)
        for answer_id, text in notes.answers.items():
            try:
                if store.get(answer_id).text != text:
                    outcome.lost.append(f"answer {answer_id} changed")
            except YorozuError:
                outcome.lost.append(f"answer {answer_id}")
        outcome.lost += [f"feedback {one}" for one in notes.verdicts if feedback.get(one) is None]
        with store.transaction() as connection:
            sent = set(connection.execute(select(sent_questions.c.id)).scalars())
            numbers = list(connection.execute(select(sent_questions.c.number)).scalars())
            made: Any = connection.execute(select(drafts.c.question_id, drafts.c.id)).all()
            changes = connection.execute(
                select(func.count()).select_from(draft_changes).where(draft_changes.c.action == "propose")
            ).scalar_one()
            failed = connection.execute(
                select(draft_jobs.c.question_id).where(draft_jobs.c.state == "failed")
            ).scalars()
            outcome.lost += [f"draft of {one}: failed" for one in failed]
    outcome.lost += [f"sent question {one}" for one in notes.sent if one not in sent]
    outcome.twice += len(numbers) - len(set(numbers))
    drafted = {row.question_id for row in made}
    outcome.lost += [f"draft of {one}" for one in notes.questions if one not in drafted]
    outcome.drafted = len(drafted)
    outcome.twice += changes - len(drafted)
