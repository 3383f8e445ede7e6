"""Whoever guesses is slowed down, and the owner is not kept out by it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from app.access.account_login import TRIES, AccountLogin
from app.access.passwords import Passwords
from app.access.redis_link import Limits
from app.access.visitor import Scope
from app.store.answers import AnswerStore
from app.store.audit import AuditLog
from app.store.people import PeopleStore, Person
from app.store.sessions import SessionStore
from ingest.errors import ErrorCode, YorozuError

PASSWORD = "correct horse battery"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    store = AnswerStore.open(tmp_path)
    PeopleStore(store).create_account("sato", Scope.READER, CHEAP.hash(PASSWORD))
    yield store
    store.close()


@pytest.fixture
def sessions(store: AnswerStore) -> SessionStore:
    return SessionStore(store, lasts=timedelta(hours=12), idle=timedelta(hours=4))


@pytest.fixture
def login(store: AnswerStore, sessions: SessionStore, clock: Clock) -> AccountLogin:
    return AccountLogin(store, sessions, CHEAP, limits=Limits(clock=clock))


def _try(
    login: AccountLogin, password: str, *, name: str = "sato", device: str = "", address: str = "10.0.0.1"
) -> Person | ErrorCode:
    try:
        return login.check(name, password, device=device, address=address)
    except YorozuError as error:
        return error.code


def _guess_until_limited(login: AccountLogin, **whence: str) -> int:
    tries = 0
    while _try(login, "wrong", **whence) is ErrorCode.LOGIN_FAILED:
        tries += 1
    return tries


def test_the_right_password_costs_nothing(login: AccountLogin) -> None:
    assert all(isinstance(_try(login, PASSWORD), Person) for _ in range(TRIES * 3))


def test_wrong_ones_are_few_and_the_wait_is_short(login: AccountLogin, clock: Clock) -> None:
    assert _guess_until_limited(login) == TRIES
    assert _try(login, PASSWORD) is ErrorCode.LOGIN_LIMITED
    clock.now += 361
    assert isinstance(_try(login, PASSWORD), Person)


def test_a_failure_is_noted_without_what_was_typed(login: AccountLogin, store: AnswerStore) -> None:
    _try(login, "wrong")
    _try(login, "wrong", name="my password")
    person = PeopleStore(store).all()[0]
    lines = AuditLog(store).newest(2)
    assert [(line.action, line.subject) for line in lines] == [
        ("login.failed", None),
        ("login.failed", person.id),
    ]
    assert "my password" not in str(lines)


def test_a_name_that_does_not_exist_is_counted_the_same(login: AccountLogin) -> None:
    assert _guess_until_limited(login, name="nobody") == TRIES


def test_an_attack_does_not_keep_the_owner_out(
    login: AccountLogin, sessions: SessionStore, store: AnswerStore
) -> None:
    owner = PeopleStore(store).all()[0]
    sessions.open(owner, "the owner's browser", "account")
    # From the owner's own address, and from so many others that the name as a whole is limited.
    for number in range(12):
        _guess_until_limited(login, address=f"10.0.1.{number}")
    _guess_until_limited(login)
    assert _try(login, PASSWORD, address="10.0.9.9") is ErrorCode.LOGIN_LIMITED
    assert isinstance(_try(login, PASSWORD, device="the owner's browser"), Person)
    # The way in that is left open is the owner's browser's alone, and it is limited as well.
    assert _try(login, PASSWORD, device="another") is ErrorCode.LOGIN_LIMITED
    assert _guess_until_limited(login, device="the owner's browser") == TRIES


def test_one_address_cannot_shut_a_name_for_others(login: AccountLogin) -> None:
    _guess_until_limited(login, address="10.0.0.66")
    assert isinstance(_try(login, PASSWORD, address="10.0.0.2"), Person)


def test_one_address_cannot_try_all_names(login: AccountLogin) -> None:
    codes = [_try(login, "wrong", name=f"n{number}") for number in range(110)]
    assert codes.count(ErrorCode.LOGIN_FAILED) == 100


def test_a_wrong_name_takes_as_long_as_a_wrong_password(
    login: AccountLogin, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, stored: str, password: str) -> bool:
        computed.append(stored.split("$")[3])  # the parameters
        return verify(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    _try(login, "wrong")
    _try(login, "wrong", name="nobody")
    _try(login, "x" * 10_000)
    assert computed == ["m=8,t=1,p=1"] * 3


def test_a_hash_is_made_anew_when_parameters_rise(store: AnswerStore, sessions: SessionStore) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    sessions.open(PeopleStore(store).all()[0], "d", "account")
    assert isinstance(_try(AccountLogin(store, sessions, stronger), PASSWORD), Person)
    found = PeopleStore(store).with_password("sato")
    assert found is not None
    assert "m=16,t=2" in found[1]
    assert sessions.knows(found[0].id, "d")  # nobody was logged out
