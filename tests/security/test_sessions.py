"""How sessions and secrets begin and end."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.access.passwords import new_password
from app.access.tokens import new_token
from app.access.visitor import Scope
from app.store.answers import AnswerStore
from app.store.keys import KeyStore
from app.store.own_password import set_own_password
from app.store.people import PeopleStore
from app.store.sessions import SessionStore
from ingest.errors import ErrorCode, YorozuError

NAME = "佐藤 花子"
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    opened = AnswerStore.open(tmp_path / "var", kept=1)
    yield opened
    opened.close()


def test_nobody_is_in_a_new_store(store: AnswerStore) -> None:
    assert PeopleStore(store).all() == []
    assert KeyStore(store).all() == []


@pytest.mark.parametrize(
    ("lasts", "idle", "goes_on"), [(HOUR, HOUR, True), (-HOUR, HOUR, False), (HOUR, -HOUR, False)]
)
def test_a_session_ends_with_its_time_and_with_idleness(
    store: AnswerStore, lasts: timedelta, idle: timedelta, *, goes_on: bool
) -> None:
    person = PeopleStore(store).create_account(NAME, Scope.READER, "hash")
    sessions = SessionStore(store, lasts=lasts, idle=idle)
    assert (sessions.find(sessions.open(person, "device", "account")) is not None) is goes_on


def test_a_new_password_ends_every_session_of_that_person_alone(store: AnswerStore) -> None:
    people, sessions = PeopleStore(store), SessionStore(store, lasts=HOUR, idle=HOUR)
    mine, other = (people.create_account(name, Scope.READER, "hash") for name in (NAME, "田中"))
    tokens = [sessions.open(mine, device, "account") for device in ("a", "b")]
    others = sessions.open(other, "c", "account")
    people.set_password(NAME, "another")
    assert [sessions.find(token) for token in tokens] == [None, None]
    assert sessions.find(others) is not None


def test_secrets_are_long_and_never_the_same(store: AnswerStore) -> None:
    person = PeopleStore(store).create_account(NAME, Scope.READER, "hash")
    sessions = SessionStore(store, lasts=HOUR, idle=HOUR)
    made = [
        [sessions.open(person, "device", "account") for _ in range(50)],
        [new_token().secret for _ in range(50)],
        [new_password() for _ in range(50)],
    ]
    for secrets, shortest in zip(made, (43, 43, 23), strict=True):  # 256, 256 and 133 bits
        assert len(set(secrets)) == 50
        assert min(map(len, secrets)) >= shortest


def test_a_session_that_ended_meanwhile_changes_no_password(store: AnswerStore) -> None:
    """Of two changes at once the second finds its session gone."""
    people, sessions = PeopleStore(store), SessionStore(store, lasts=HOUR, idle=HOUR)
    person = people.create_account(NAME, Scope.READER, "first")
    ours, theirs = (sessions.open(person, device, "account") for device in ("a", "b"))
    renewed = set_own_password(store, person, "second", session=ours, device="a")
    for gone in (ours, theirs):
        with pytest.raises(YorozuError) as caught:
            set_own_password(store, person, "third", session=gone, device="b")
        assert caught.value.code is ErrorCode.SESSION_EXPIRED
    assert sessions.find(renewed) is not None
    found = people.by_id_with_password(person.id)
    assert found is not None
    assert found[1] == "second"


def test_nobody_changes_a_password_with_another_s_session(store: AnswerStore) -> None:
    people, sessions = PeopleStore(store), SessionStore(store, lasts=HOUR, idle=HOUR)
    mine, other = (people.create_account(name, Scope.READER, "first") for name in (NAME, "田中"))
    token = sessions.open(other, "a", "account")
    with pytest.raises(YorozuError):
        set_own_password(store, mine, "second", session=token, device="a")
    assert sessions.find(token) is not None
