import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from app.access.tokens import Token, new_token, read_token
from app.access.visitor import Scope, Visitor
from app.store.access_tables import audit
from app.store.answers import FILE_NAME, AnswerStore
from app.store.audit import AuditLog
from app.store.keys import KeyStore
from ingest.errors import ErrorCode, YorozuError


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore.open(tmp_path)


@pytest.fixture
def keys(store: AnswerStore) -> KeyStore:
    return KeyStore(store)


def _refusal(keys: KeyStore, text: str) -> ErrorCode:
    with pytest.raises(YorozuError) as caught:
        keys.find(text)
    return caught.value.code


def test_a_token_is_read_back_and_nothing_like_it_is() -> None:
    token = new_token()
    assert read_token(str(token)) == token
    assert token.secret not in repr(token)
    for text in ("", "yz_", str(token)[:-1], str(token) + "a", str(token).upper(), " " + str(token)):
        assert read_token(text) is None
    assert len({new_token().secret for _ in range(100)}) == 100


def test_a_key_is_found_by_its_token_and_only_its_hash_is_kept(keys: KeyStore, tmp_path: Path) -> None:
    key, token = keys.create("ポータル", Scope.ORGANISER)
    found = keys.find(str(token))
    assert (found.id, found.name, found.scope) == (key.id, "ポータル", Scope.ORGANISER)
    with sqlite3.connect(tmp_path / FILE_NAME) as database:
        everything = "\n".join(database.iterdump())
    database.close()
    assert token.hashed in everything
    assert token.secret not in everything


def test_what_is_no_good_key(keys: KeyStore) -> None:
    key, token = keys.create("a", Scope.READER)
    other, of_other = keys.create("b", Scope.READER)
    assert _refusal(keys, "yz_nonsense") is ErrorCode.KEY_INVALID
    assert _refusal(keys, str(Token("0" * 12, token.secret))) is ErrorCode.KEY_INVALID
    assert _refusal(keys, str(Token(key.id, of_other.secret))) is ErrorCode.KEY_INVALID
    keys.revoke(other.id)
    assert _refusal(keys, str(of_other)) is ErrorCode.KEY_INVALID


def test_a_key_ends_with_its_time_and_only_its_holder_hears_that(keys: KeyStore) -> None:
    key, token = keys.create("a", Scope.READER, timedelta(seconds=-1))
    assert _refusal(keys, str(token)) is ErrorCode.KEY_EXPIRED
    assert _refusal(keys, str(Token(key.id, new_token().secret))) is ErrorCode.KEY_INVALID
    _, lasting = keys.create("b", Scope.READER, timedelta(days=1))
    assert keys.find(str(lasting)).name == "b"


def test_after_a_rotation_both_secrets_work_until_the_old_one_ends(keys: KeyStore) -> None:
    key, old = keys.create("a", Scope.READER)
    new = keys.rotate(key.id, timedelta(hours=1))
    assert keys.find(str(old)).id == keys.find(str(new)).id == key.id
    newest = keys.rotate(key.id, timedelta(0))
    assert _refusal(keys, str(old)) is ErrorCode.KEY_EXPIRED
    assert _refusal(keys, str(new)) is ErrorCode.KEY_EXPIRED
    assert keys.find(str(newest)).id == key.id


def test_a_later_rotation_never_gives_an_old_secret_more_time(keys: KeyStore) -> None:
    key, old = keys.create("a", Scope.READER)
    keys.rotate(key.id, timedelta(0))
    keys.rotate(key.id, timedelta(days=30))
    assert _refusal(keys, str(old)) is ErrorCode.KEY_EXPIRED


def test_unknown_and_revoked_keys_are_not_rotated(keys: KeyStore) -> None:
    key, token = keys.create("a", Scope.READER)
    keys.revoke(key.id)
    for one in (key.id, "nope"):
        with pytest.raises(YorozuError) as caught:
            keys.rotate(one, timedelta(days=1))
        assert caught.value.code is ErrorCode.KEY_NOT_FOUND
    assert _refusal(keys, str(token)) is ErrorCode.KEY_INVALID
    with pytest.raises(YorozuError):
        keys.revoke("nope")


def test_the_last_use_is_noted_once_a_minute(keys: KeyStore) -> None:
    key, token = keys.create("a", Scope.READER)
    assert keys.all()[0].last_used_at is None
    keys.find(str(token))
    first = keys.all()[0].last_used_at
    assert first is not None
    keys.find(str(token))
    assert keys.all()[0].last_used_at == first
    assert key.last_used_at is None


def test_whether_anybody_could_come_in(keys: KeyStore) -> None:
    assert not keys.any_usable()
    keys.create("over", Scope.READER, timedelta(seconds=-1))
    assert not keys.any_usable()
    key, _ = keys.create("good", Scope.READER)
    assert keys.any_usable()
    keys.revoke(key.id)
    assert not keys.any_usable()


def test_who_did_what_is_noted_once_for_each_thing(keys: KeyStore, store: AnswerStore) -> None:
    key, _ = keys.create("a", Scope.READER)
    keys.rotate(key.id, timedelta(0))
    keys.revoke(key.id)
    keys.revoke(key.id)
    AuditLog(store.seen_by(Visitor(key_id="k1", scope=Scope.ORGANISER))).note(
        "draft.approved", "d1", version=2
    )
    AuditLog(store.seen_by(Visitor())).note("answer.asked", "ans_1")
    lines = AuditLog(store).newest(10)
    assert [(line.who, line.action, line.subject) for line in lines] == [
        ("anonymous", "answer.asked", "ans_1"),
        ("k1", "draft.approved", "d1"),
        ("local", "key.revoked", key.id),
        ("local", "key.rotated", key.id),
        ("local", "key.created", key.id),
    ]
    assert [line.number for line in AuditLog(store).newest(2, before=lines[1].number)] == [3, 2]


def test_no_line_of_the_audit_log_can_be_changed_or_lost(keys: KeyStore, store: AnswerStore) -> None:
    keys.create("a", Scope.READER)
    for change in (update(audit).values(who="x"), delete(audit)):
        with pytest.raises(IntegrityError, match="append-only"), store.transaction() as connection:
            connection.execute(change)
    assert [line.who for line in AuditLog(store).newest(10)] == ["local"]
