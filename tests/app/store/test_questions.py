from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.organiser.models import Origin, Question, State
from app.store.place import Place
from app.store.questions import QuestionStore
from ingest.errors import ErrorCode, YorozuError

CHAT = Origin(kind="chat")


@pytest.fixture
def store(place: Place) -> Iterator[QuestionStore]:
    store = QuestionStore.open(place)
    store.create_meeting("m1", "第2回 よろず相談会", theme="体制づくり", held_on="2026-12-01")
    yield store
    store.close()


def _refused(code: ErrorCode) -> "pytest.RaisesExc[YorozuError]":
    return pytest.raises(YorozuError, check=lambda error: error.code is code)


def _added(store: QuestionStore, text: str, meeting: str | None = "m1") -> Question:
    return store.add(CHAT, meeting_id=meeting, text=text, fingerprint=text, accepted_by="事務局")


def test_a_question_is_read_back_as_it_was_added(store: QuestionStore) -> None:
    question = store.add(Origin(kind="file", sheet_no=2, row=7, part=1), meeting_id="m1", item_nos=[17, 18])
    assert store.get(question.id) == question
    assert question.text is None
    assert question.state == "new"


def test_the_same_words_are_taken_once_a_meeting(store: QuestionStore) -> None:
    first = _added(store, "あ")
    with _refused(ErrorCode.QUESTION_DUPLICATE) as caught:
        _added(store, "あ")
    assert caught.value.detail["id"] == first.id
    store.create_meeting("m2", "第3回")
    _added(store, "あ", "m2")
    _added(store, "あ", None)
    _added(store, "あ", None)  # two people ask the chat the same


def test_what_is_not_there_is_named(store: QuestionStore) -> None:
    with _refused(ErrorCode.QUESTION_NOT_FOUND):
        store.get("q_nope")
    with _refused(ErrorCode.MEETING_NOT_FOUND):
        _added(store, "あ", "m9")
    with _refused(ErrorCode.MEETING_EXISTS):
        store.create_meeting("m1", "もう一度")


def test_the_second_of_two_editors_is_told_by_whom_and_nothing_is_lost(store: QuestionStore) -> None:
    question = _added(store, "もとの文")
    store.accept(question.id, version=1, text="Aの文", by="青木")
    with _refused(ErrorCode.EDIT_CONFLICT) as caught:
        store.accept(question.id, version=1, text="Bの文", by="馬場")
    assert "青木" in caught.value.message
    assert store.get(question.id).text == "Aの文"
    (change,) = store.history(question.id)
    assert (change.before["text"], change.after["text"], change.version) == ("もとの文", "Aの文", 2)


def test_a_question_of_the_chat_enters_a_meeting_before_it_is_chosen(store: QuestionStore) -> None:
    question = _added(store, "あ", None)
    with _refused(ErrorCode.CHANGE_INVALID):
        store.decide(question.id, version=1, state="chosen", by="青木")
    taken = store.take_up(question.id, version=1, meeting_id="m1", by="青木")
    assert store.decide(question.id, version=taken.version, state="chosen", by="青木").position == 1
    store.create_meeting("m2", "第3回")
    with _refused(ErrorCode.CHANGE_INVALID):
        store.take_up(question.id, version=3, meeting_id="m2", by="青木")
    twin = _added(store, "あ", None)
    with _refused(ErrorCode.QUESTION_DUPLICATE):
        store.take_up(twin.id, version=1, meeting_id="m1", by="青木")


def test_declining_takes_a_reason(store: QuestionStore) -> None:
    question = _added(store, "あ")
    with _refused(ErrorCode.CHANGE_INVALID):
        store.decide(question.id, version=1, state="declined", by="青木", reason=" ")
    declined = store.decide(question.id, version=1, state="declined", by="青木", reason="テーマ外のため")
    assert (declined.state, declined.reason, declined.position) == ("declined", "テーマ外のため", None)


def test_the_order_is_guarded_by_the_meeting_s_version(store: QuestionStore) -> None:
    ids = [_added(store, text).id for text in "あいう"]
    for one in ids:
        store.decide(one, version=1, state="chosen", by="青木")
    version = store.meeting("m1").version
    store.order("m1", ids[::-1], version=version)
    assert [q.id for q in store.of_meeting("m1", states=["chosen"])] == ids[::-1]
    with _refused(ErrorCode.EDIT_CONFLICT):
        store.order("m1", ids, version=version)
    with _refused(ErrorCode.CHANGE_INVALID):
        store.order("m1", ids[:2], version=version + 1)
    assert [q.position for q in store.of_meeting("m1")] == [1, 2, 3]
    store.decide(ids[0], version=2, state="reserve", by="青木")
    assert [q.id for q in store.of_meeting("m1")] == [ids[2], ids[1], ids[0]]


def test_a_duplicate_points_at_one_that_stands_for_itself(store: QuestionStore) -> None:
    first, second = _added(store, "あ"), _added(store, "い")
    store.describe(second.id, version=1, theme="体制", duplicate_of=first.id, by="青木")
    with _refused(ErrorCode.CHANGE_INVALID):
        store.describe(first.id, version=1, theme=None, duplicate_of=second.id, by="青木")
    with _refused(ErrorCode.CHANGE_INVALID):
        store.describe(first.id, version=1, theme=None, duplicate_of=first.id, by="青木")


def test_eight_threads_choose_and_every_place_is_given_once(store: QuestionStore, place: Place) -> None:
    ids = [_added(store, str(n)).id for n in range(24)]
    other = QuestionStore.open(place)
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda n: (store, other)[n % 2].decide(ids[n], version=1, state="chosen", by="青木"),
                range(24),
            )
        )
    other.close()
    assert sorted(q.position or 0 for q in store.of_meeting("m1")) == list(range(1, 25))


STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(["read", "text", "chosen", "reserve"])), max_size=20
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_whatever_the_interleaving_every_accepted_change_is_in_the_history(
    steps: list[tuple[int, str]],
) -> None:
    with TemporaryDirectory() as folder:
        store = QuestionStore.open(Path(folder))
        store.create_meeting("m1", "相談会")
        question = _added(store, "もとの文")
        seen = [question, question]
        accepted: list[object] = []
        for number, (person, step) in enumerate(steps):
            mine = seen[person]
            current = store.get(question.id)
            refused = None
            try:
                if step == "read":
                    seen[person] = current
                elif step == "text":
                    seen[person] = store.accept(
                        mine.id, version=mine.version, text=f"文{number}", by=str(person)
                    )
                    accepted.append(f"文{number}")
                else:
                    state: State = "chosen" if step == "chosen" else "reserve"
                    seen[person] = store.decide(mine.id, version=mine.version, state=state, by=str(person))
                    accepted.append(state)
            except YorozuError as error:
                refused = error.code
            stale = step != "read" and mine.version != current.version
            assert refused is (ErrorCode.EDIT_CONFLICT if stale else None)
            assert not stale or store.get(question.id) == current
        history = store.history(question.id)
        assert [change.after.get("text", change.after.get("state")) for change in history] == accepted
        store.close()
