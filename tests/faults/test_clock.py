"""A clock that jumps: nothing is lost or done twice, and what depends on the day says so."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.access.buckets import Buckets
from app.access.visitor import Scope
from app.answering.llm.usage import DailyLimits, DailyUsage
from app.doctor.examine import examine
from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work
from app.settings import ServiceSettings
from app.store import draft_jobs, sessions
from app.store.answers import AnswerStore
from app.store.draft_jobs import DraftQueue
from app.store.people import PeopleStore
from app.store.sessions import SessionStore
from ingest.errors import ErrorCode
from ingest.index.reader import open_index
from ingest.pipeline import ingest
from tests.fakes.answer_service import answered
from tests.fakes.clock import JumpingClock
from tests.fakes.drafting import MEETING, desk_in, with_questions

YEAR = timedelta(days=365)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DraftDesk]:
    opened = desk_in(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> JumpingClock:
    jumping = JumpingClock()
    for module in (draft_jobs, sessions):
        monkeypatch.setattr(module, "datetime", jumping)
        monkeypatch.setattr(module, "now", jumping.text)
    return jumping


def test_a_jump_forward_frees_a_claim_and_each_question_is_drafted_once(
    desk: DraftDesk, clock: JumpingClock
) -> None:
    with_questions(desk, ["規程はどう作りますか"])
    late = desk.queue.claim(worker="elsewhere:1:a")
    assert late is not None
    clock.jump(YEAR)
    assert work(desk) == 1
    (draft,) = desk.drafts.find(MEETING)
    assert not desk.queue.finish(late, draft.answer, draft.content, draft.lines, draft.triage)
    assert len(desk.drafts.history(draft.id)) == 1


def test_a_jump_back_does_not_keep_the_question_of_a_dead_worker(
    desk: DraftDesk, clock: JumpingClock
) -> None:
    with_questions(desk, ["規程はどう作りますか"])
    here = draft_jobs.worker_name().partition(":")[0]
    assert desk.queue.claim(worker=f"{here}:999999999:a") is not None  # no process has this number
    clock.jump(-YEAR)
    assert work(desk) == 1


def test_a_jump_back_leaves_a_worker_that_lives_its_claim(desk: DraftDesk, clock: JumpingClock) -> None:
    with_questions(desk, ["規程はどう作りますか"])
    mine = desk.queue.claim(worker=draft_jobs.worker_name())
    assert mine is not None
    clock.jump(-YEAR)
    assert DraftQueue(desk.drafts).claim(worker="elsewhere:1:b") is None
    assert desk.queue.progress(MEETING).running == 1


def test_a_jump_forward_ends_a_login_and_a_jump_back_does_not(tmp_path: Path, clock: JumpingClock) -> None:
    with closing(AnswerStore.open(tmp_path)) as store:
        person = PeopleStore(store).create_account("sato", Scope.READER, "hash")
        mine = SessionStore(store, lasts=timedelta(hours=12), idle=timedelta(hours=4))
        token = mine.open(person, "device", "account")
        clock.jump(-YEAR)
        assert mine.find(token) is not None
        clock.jump(2 * YEAR)
        assert mine.find(token) is None
        assert mine.find(mine.open(person, "device", "account")) is not None


def test_answers_from_the_future_stay_and_doctor_names_the_clock(settings: ServiceSettings) -> None:
    future = (datetime.now(UTC) + YEAR).isoformat(timespec="seconds")
    with closing(AnswerStore.open(settings.data_dir)) as store:
        answer = answered(created_at=future)
        store.save(answer)
        store.save(answered())
        assert store.get(answer.id) == answer
    finding = next(finding for finding in examine(settings) if finding.what == "時計")
    assert finding.code is ErrorCode.SETTING_INVALID
    assert "NTP" in finding.says


def test_generations_go_by_their_number_not_by_their_time(settings: ServiceSettings) -> None:
    before = open_index(settings.data_dir, None).generation
    (settings.corpus / "more.txt").write_text("規程を見直します。", encoding="utf-8")
    after = ingest(settings, embedder=None).generation
    assert (before, after) == ("gen-000001", "gen-000002")
    assert open_index(settings.data_dir, None).generation == after


def test_limits_by_the_minute_do_not_look_at_the_clock_on_the_wall() -> None:
    steady = [100.0]
    buckets = Buckets(60, burst=1, clock=lambda: steady[0])
    assert buckets.take("a") == 0.0
    assert buckets.take("a") > 0.0  # whatever the wall says, only steady time fills it
    steady[0] += 1.0
    assert buckets.take("a") == 0.0


def test_tokens_are_counted_by_the_day_that_the_clock_says(tmp_path: Path) -> None:
    day = [datetime(2026, 11, 25, tzinfo=UTC).date()]
    usage = DailyUsage(tmp_path, DailyLimits(tokens=100), today=lambda: day[0])
    usage.add(60, 40)
    day[0] -= timedelta(days=1)
    assert usage.today() == (0, 0)
    day[0] += timedelta(days=1)
    assert usage.today() == (60, 40)
