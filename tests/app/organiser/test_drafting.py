import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest

from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work
from app.store.draft_jobs import MOST_ATTEMPTS, DraftQueue
from app.store.place import Place
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.drafting import MEETING, FakeDrafter, desk_in, with_questions

ROOT = Path(__file__).resolve().parents[3]


def test_each_question_gets_one_draft_with_its_triage(desk: DraftDesk) -> None:
    ids = with_questions(desk, ["規程はどう作りますか", "根拠の無い質問ですか"])
    assert work(desk) == 2
    first, second = desk.drafts.find(MEETING)
    assert [first.question_id, second.question_id] == ids
    assert (first.triage.needs, second.triage.needs) == ("ready", "no_source")
    assert second.triage.why
    assert [line.support for line in first.lines] == ["verified"]
    assert second.content.text == ""
    assert desk.queue.progress(MEETING).done == 2
    assert work(desk) == 0


def test_one_failing_question_does_not_cost_the_others(desk: DraftDesk) -> None:
    ids = with_questions(desk, ["壊れますか", "長すぎますか", "規程はどう作りますか"])
    work(desk)
    assert desk.queue.failures(MEETING) == {ids[0]: "draft_failed", ids[1]: "question_too_long"}
    assert [d.question_id for d in desk.drafts.find(MEETING)] == [ids[2]]


def test_without_an_index_the_questions_stay(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, FakeDrafter(problem=YorozuError(ErrorCode.INDEX_MISSING)))
    with_questions(desk, ["規程はどう作りますか"])
    for _ in range(5):
        with pytest.raises(YorozuError):
            work(desk)
    assert desk.queue.progress(MEETING).queued == 1
    desk.close()


def test_it_stops_after_the_question_at_hand(desk: DraftDesk) -> None:
    with_questions(desk, ["一ですか", "二ですか"])
    stop = Event()
    work(desk, told=stop.set, stop=stop)
    assert (desk.queue.progress(MEETING).done, desk.queue.progress(MEETING).queued) == (1, 1)


def test_a_worker_taken_for_dead_writes_nothing(desk: DraftDesk) -> None:
    with_questions(desk, ["規程はどう作りますか"])
    late = DraftQueue(desk.drafts, lease_seconds=-1).claim(worker="elsewhere:1:a")
    assert late is not None
    assert work(desk) == 1
    draft = desk.drafts.find(MEETING)[0]
    assert not desk.queue.finish(late, draft.answer, draft.content, draft.lines, draft.triage)
    assert len(desk.drafts.history(draft.id)) == 1


def test_a_question_that_kills_its_worker_is_given_up(desk: DraftDesk) -> None:
    ids = with_questions(desk, ["規程はどう作りますか"])
    queue = DraftQueue(desk.drafts, lease_seconds=-1)
    for _ in range(MOST_ATTEMPTS):
        assert queue.claim(worker="elsewhere:1:a")
    assert queue.claim(worker="elsewhere:1:a") is None
    assert queue.failures(MEETING) == {ids[0]: "draft_failed"}


def test_a_redo_proposes_anew_and_spares_what_is_approved(desk: DraftDesk) -> None:
    ids = with_questions(desk, ["一ですか", "二ですか"])
    work(desk)
    first, second = desk.drafts.find(MEETING)
    approved = {"state": "approved"}
    desk.drafts.change(first.id, version=1, action="approve", by="t", values=approved)
    assert desk.queue.put(MEETING, ids, by="t", redo=True) == 1
    assert work(desk) == 1
    assert desk.drafts.get(first.id).version == 2
    assert desk.drafts.get(second.id).version == 2
    assert [change.action for change in desk.drafts.history(second.id)] == ["propose", "propose"]


def test_several_workers_share_the_questions_and_each_is_drafted_once(tmp_path: Path, place: Place) -> None:
    drafter = FakeDrafter(0.001)
    desk = desk_in(tmp_path, drafter, place.url)
    ids = with_questions(desk, [f"質問{n}ですか" for n in range(60)])
    told: list[None] = []
    assert work(desk, workers=3, told=lambda: told.append(None)) == len(told) == 60
    assert sorted(drafter.asked) == sorted(drafter.prepared)
    drafts = desk.drafts.find(MEETING)
    assert sorted(draft.question_id for draft in drafts) == sorted(ids)
    assert all(len(desk.drafts.history(draft.id)) == 1 for draft in drafts)
    desk.close()


def test_what_stops_one_worker_stops_all_and_no_question_is_lost(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, FakeDrafter(problem=YorozuError(ErrorCode.INDEX_MISSING)))
    with_questions(desk, [f"質問{n}ですか" for n in range(20)])
    with pytest.raises(YorozuError):
        work(desk, workers=3)
    assert desk.queue.progress(MEETING).queued == 20
    desk.close()


@pytest.mark.slow
def test_killed_at_random_moments_each_question_is_drafted_once(tmp_path: Path, place: Place) -> None:
    desk = desk_in(tmp_path, url=place.url)
    ids = with_questions(desk, [f"質問{n}ですか" for n in range(1500)])
    moments = random.Random(7)
    command = [
        sys.executable,
        "-m",
        "tests.fakes.drafting",
        str(tmp_path),
        *([place.url] if place.url else []),
    ]
    for _ in range(20):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            time.sleep(moments.uniform(0.0, 0.15))
            os.kill(child.pid, signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL
    left = desk.queue.progress(MEETING)
    assert left.failed == 0
    assert 0 < left.done < len(ids)  # it was cut off while there was work to do
    work(desk, workers=2)
    drafts = desk.drafts.find(MEETING)
    assert sorted(draft.question_id for draft in drafts) == sorted(ids)
    assert desk.queue.progress(MEETING).done == len(ids)
    assert all(len(desk.drafts.history(draft.id)) == 1 for draft in drafts)
    desk.close()


def test_only_questions_that_are_new_in_the_queue_are_counted(desk: DraftDesk) -> None:
    ids = with_questions(desk, ["一ですか", "二ですか"])
    assert desk.queue.put(MEETING, ids, by="t") == 0
    work(desk)
    assert desk.queue.put(MEETING, ids, by="t", redo=True) == 2
