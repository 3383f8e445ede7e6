"""What several processes do at once comes out as one: the same on a file and on a server."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest

from app.access.visitor import Scope, Visitor
from app.answering.conversation.turns import Turn
from app.store.access_tables import kept_results
from app.store.answers import AnswerStore
from app.store.conversations import ConversationStore
from app.store.feedback import FeedbackStore
from app.store.keys import KeyStore
from app.store.logins import PendingLogin, PendingLogins
from app.store.originals import OriginalStore
from app.store.own_password import set_own_password
from app.store.people import PeopleStore
from app.store.place import Place
from app.store.repeats import Repeatable, Repeats
from app.store.review import ReviewStore
from app.store.said import SaidStore
from app.store.sent_questions import SentQuestions
from app.store.sessions import SessionStore
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.answer_service import answered, insufficient

T = TypeVar("T")
AT_ONCE = 8


@pytest.fixture
def stores(place: Place) -> Iterator[list[AnswerStore]]:
    """One store a process: each has connections of its own."""
    opened = [AnswerStore.open(place) for _ in range(AT_ONCE)]
    yield opened
    for store in opened:
        store.close()


def _at_once(act: Callable[[int], T]) -> list[T | YorozuError]:
    """What `act` returns, or raises of the closed list, for eight that begin together."""
    ready = Barrier(AT_ONCE)

    def one(n: int) -> T | YorozuError:
        ready.wait()
        try:
            return act(n)
        except YorozuError as error:
            return error

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_every_answer_has_its_number_and_the_newest_stay(place: Place) -> None:
    stores = [AnswerStore.open(place, kept=AT_ONCE * 10) for _ in range(AT_ONCE)]
    made = [[answered(f"質問{n}-{m}") for m in range(20)] for n in range(AT_ONCE)]

    def save(n: int) -> None:
        for answer in made[n]:
            stores[n].save(answer)

    assert _at_once(save) == [None] * AT_ONCE
    last = answered("最後")
    stores[0].save(last)
    assert ReviewStore(stores[0]).counts().answers == AT_ONCE * 10
    assert stores[1].get(last.id) == last
    for store in stores:
        store.close()


def test_of_verdicts_on_one_answer_one_stays(stores: list[AnswerStore]) -> None:
    answer = answered()
    stores[0].save(answer)
    kept = _at_once(lambda n: FeedbackStore(stores[n]).save(answer.id, "wrong", f"理由{n}"))
    assert not [one for one in kept if isinstance(one, YorozuError)]
    assert FeedbackStore(stores[0]).get(answer.id) in kept
    with pytest.raises(YorozuError) as caught:
        FeedbackStore(stores[0]).save("ans_none", "wrong", None)
    assert caught.value.code is ErrorCode.ANSWER_NOT_FOUND
    assert FeedbackStore(stores[0]).get("ans_none") is None


def test_a_conversation_belongs_to_whoever_was_first(stores: list[AnswerStore]) -> None:
    seen = [store.seen_by(Visitor(key_id=f"k{n}", scope=Scope.READER)) for n, store in enumerate(stores)]
    _at_once(lambda n: seen[n].own("conversation-1"))
    assert sum(view.mine("conversation-1") is not None for view in seen) == 1


def test_somebody_new_who_logs_in_twice_is_one_person(stores: list[AnswerStore]) -> None:
    met = _at_once(lambda n: PeopleStore(stores[n]).meet("https://idp", "42", "山田", Scope.READER))
    assert len({one.id for one in met if not isinstance(one, YorozuError)}) == 1
    assert len(PeopleStore(stores[0]).all()) == 1


def test_an_account_name_is_given_once(stores: list[AnswerStore]) -> None:
    made = _at_once(lambda n: PeopleStore(stores[n]).create_account("佐藤", Scope.ADMIN, "hash"))
    assert Counter(getattr(one, "code", "made") for one in made) == {
        "made": 1,
        ErrorCode.ACCOUNT_EXISTS: AT_ONCE - 1,
    }


def test_of_passwords_that_one_person_sets_at_once_one_counts(stores: list[AnswerStore]) -> None:
    """The others find their sessions ended, and none waits for another in a circle."""
    person = PeopleStore(stores[0]).create_account("佐藤", Scope.READER, "hash")
    sessions = SessionStore(stores[0], lasts=timedelta(hours=1), idle=timedelta(minutes=5))
    tokens = [sessions.open(person, f"device{n}", "account") for n in range(AT_ONCE)]
    done = _at_once(
        lambda n: set_own_password(stores[n], person, f"hash{n}", session=tokens[n], device=f"device{n}")
    )
    (winner,) = [n for n, one in enumerate(done) if isinstance(one, str)]
    assert {one.code for one in done if isinstance(one, YorozuError)} == {ErrorCode.SESSION_EXPIRED}
    found = PeopleStore(stores[0]).by_id_with_password(person.id)
    assert found is not None
    assert found[1] == f"hash{winner}"


def test_a_login_under_way_is_good_once(stores: list[AnswerStore]) -> None:
    PendingLogins(stores[0]).add("state", "browser", PendingLogin("n", "v", "/"))
    taken = _at_once(lambda n: PendingLogins(stores[n]).take("state", "browser"))
    assert sum(one is not None for one in taken) == 1


def test_of_one_request_sent_eight_times_one_result_counts(stores: list[AnswerStore]) -> None:
    request = Repeatable("k1", "0123456789abcdef", "f" * 64)
    for results in (_at_once(lambda n: Repeats(stores[n]).keep(request, f"r{n}")),
                    _at_once(lambda n: Repeats(stores[n], kept_results).keep(request, f"r{n}"))):  # fmt: skip
        assert len(set(results)) == 1


def test_a_key_that_was_revoked_is_not_rotated_back_to_life(stores: list[AnswerStore]) -> None:
    for _ in range(5):
        key, _token = KeyStore(stores[0]).create("a", Scope.READER)

        def act(n: int, key_id: str = key.id) -> object:
            keys = KeyStore(stores[n])
            return keys.revoke(key_id) if n == 0 else keys.rotate(key_id, timedelta(0))

        done = _at_once(act)
        assert all(getattr(one, "code", ErrorCode.KEY_NOT_FOUND) is ErrorCode.KEY_NOT_FOUND for one in done)
        after = [one for one in KeyStore(stores[0]).all() if one.id == key.id]
        assert after[0].revoked_at is not None


def test_sent_questions_get_numbers_of_their_own_and_are_taken_once(
    stores: list[AnswerStore], place: Place
) -> None:
    originals = OriginalStore.open(place)
    inbox = [SentQuestions(store, originals) for store in stores]
    sent = _at_once(lambda n: inbox[n].save(f"質問{n}"))
    numbers = [one.number for one in sent if not isinstance(one, YorozuError)]
    assert len(set(numbers)) == AT_ONCE
    first = sent[0]
    assert not isinstance(first, YorozuError)
    taken = _at_once(lambda n: inbox[n].take_known(first.id))
    assert sum(one is None for one in taken) == 1
    assert first.id not in {one.id for one in inbox[0].waiting()}
    originals.close()


def test_the_key_of_the_fingerprints_is_made_once(place: Place) -> None:
    opened = _at_once(lambda _: OriginalStore.open(place))
    prints = {one.fingerprint("同じ質問") for one in opened if isinstance(one, OriginalStore)}
    assert len(prints) == 1
    for one in opened:
        assert isinstance(one, OriginalStore)
        one.close()


def test_turns_sessions_and_what_was_said(stores: list[AnswerStore]) -> None:
    turn = Turn(question="問", topic="問")
    conversations = [ConversationStore(store, kept=50) for store in stores]
    assert _at_once(lambda n: conversations[n].add("c1", turn)) == [None] * AT_ONCE
    assert list(conversations[0].turns("c1"))[-1] == turn
    _at_once(lambda n: SaidStore(stores[n]).keep("回答", f"c{n}"))
    assert SaidStore(stores[0]).conversation_of(" 回答 ") in {f"c{n}" for n in range(AT_ONCE)}
    person = PeopleStore(stores[0]).create_account("鈴木", Scope.READER, "hash")
    sessions = [SessionStore(s, lasts=timedelta(hours=1), idle=timedelta(minutes=5)) for s in stores]
    tokens = _at_once(lambda n: sessions[n].open(person, f"device{n}", "account"))
    assert all(isinstance(token, str) and sessions[1].find(token) for token in tokens)
    PeopleStore(stores[0]).change("鈴木", disabled=True)
    assert not any(isinstance(token, str) and sessions[1].find(token) for token in tokens)


def test_unanswered_questions_are_found_by_what_the_answer_says(stores: list[AnswerStore]) -> None:
    stores[0].save(answered("答えのある質問"))
    stores[0].save(insufficient("答えのない質問"))
    assert [one.question for one in ReviewStore(stores[1]).unanswered(10)] == ["答えのない質問"]
