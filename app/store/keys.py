"""API keys: made, found again by what a client sends, rotated, revoked. Only hashes are stored."""

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel
from sqlalchemy import Connection, Row, insert, or_, select, update

from app.access.tokens import Token, new_token, read_token
from app.access.visitor import Scope
from app.store.access_tables import api_keys, key_secrets
from app.store.answers import AnswerStore
from app.store.audit import AuditLog
from app.store.database import now
from app.store.tolerant import if_writable
from ingest.errors import ErrorCode, YorozuError

_USE_NOTED_EVERY = timedelta(minutes=1)  # a busy portal is no reason to write at every request


class ApiKey(BaseModel):
    """A key as it may be shown: everything but its secret."""

    id: str
    name: str
    scope: Scope
    created_at: str
    expires_at: str | None = None
    revoked_at: str | None = None
    last_used_at: str | None = None

    def usable(self, at: str) -> bool:
        """Tell whether it opens anything at a time."""
        return self.revoked_at is None and not _past(self.expires_at, at)


class KeyStore:
    """Keys in the database of the answers. Safe to use from several threads and processes.

    Every method raises DATA_DIR_UNWRITABLE or STORE_DAMAGED where the database fails.
    """

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def create(self, name: str, scope: Scope, lasts: timedelta | None = None) -> tuple[ApiKey, Token]:
        """Make a key. Its token is returned here and can never be had again."""
        token, made = new_token(), now()
        key = ApiKey(
            id=token.key_id,
            name=name,
            scope=scope,
            created_at=made,
            expires_at=_after(lasts) if lasts else None,
        )
        with self._store.transaction() as connection:
            connection.execute(insert(api_keys).values(key.model_dump()))
            _add_secret(connection, token, made)
            AuditLog(self._store).note(
                "key.created", key.id, connection=connection, scope=scope.value, name=name
            )
        return key, token

    def all(self) -> list[ApiKey]:
        """Return every key, the oldest first, revoked ones included."""
        with self._store.transaction() as connection:
            rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)).all()
        return [_key(row) for row in rows]

    def any_usable(self) -> bool:
        """Tell whether anybody could come in with a key."""
        at = now()
        return any(key.usable(at) for key in self.all())

    def rotate(self, key_id: str, overlap: timedelta) -> Token:
        """Give a key a new secret; the one before works on for `overlap`. Id, scope and what it owns stay.

        Raises:
            YorozuError: KEY_NOT_FOUND for a key that is unknown or revoked.
        """
        token, until = new_token(key_id), _after(overlap)
        with self._store.transaction() as connection:
            # Writing first takes the lock: nobody revokes between the look and the write.
            old = update(key_secrets).where(
                key_secrets.c.key_id == key_id,
                or_(key_secrets.c.expires_at.is_(None), key_secrets.c.expires_at > until),
            )
            connection.execute(old.values(expires_at=until))
            if _read(connection, key_id, lock=True).revoked_at is not None:
                raise YorozuError(ErrorCode.KEY_NOT_FOUND, id=key_id)  # and what was changed is back
            _add_secret(connection, token, now())
            AuditLog(self._store).note("key.rotated", key_id, connection=connection, old_until=until)
        return token

    def revoke(self, key_id: str) -> ApiKey:
        """Close a key at once and for good.

        Raises:
            YorozuError: KEY_NOT_FOUND.
        """
        with self._store.transaction() as connection:
            mine = (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
            changed = connection.execute(update(api_keys).where(mine).values(revoked_at=now())).rowcount
            key = _read(connection, key_id)
            if changed:
                AuditLog(self._store).note("key.revoked", key_id, connection=connection)
        return key

    def find(self, text: str) -> ApiKey:
        """Return the key that `text` is the token of, and note that it was used.

        Raises:
            YorozuError: KEY_INVALID where it is none of ours, wrong or revoked; KEY_EXPIRED.
        """
        token, at = read_token(text), now()
        if token is None:
            raise YorozuError(ErrorCode.KEY_INVALID)
        secrets = select(key_secrets).where(key_secrets.c.key_id == token.key_id)
        with self._store.transaction() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == token.key_id)).one_or_none()
            # All of them are compared: which one fits shows in no time that can be measured.
            fitting = [secret for secret in connection.execute(secrets) if token.matches(secret.hash)]
        if row is None or not fitting or row.revoked_at is not None:
            raise YorozuError(ErrorCode.KEY_INVALID)
        key = _key(row)
        for end in (key.expires_at, fitting[0].expires_at):
            if _past(end, at):
                raise YorozuError(ErrorCode.KEY_EXPIRED, expired_at=end)
        self._note_use(key, at)
        return key

    def _note_use(self, key: ApiKey, at: str) -> None:
        stale = (datetime.fromisoformat(at) - _USE_NOTED_EVERY).isoformat(timespec="microseconds")
        if key.last_used_at is not None and key.last_used_at > stale:
            return
        with if_writable("the use of a key"), self._store.transaction() as connection:
            connection.execute(update(api_keys).where(api_keys.c.id == key.id).values(last_used_at=at))


def _add_secret(connection: Connection, token: Token, made: str) -> None:
    row = {"hash": token.hashed, "key_id": token.key_id, "created_at": made, "expires_at": None}
    connection.execute(insert(key_secrets).values(row))


def _read(connection: Connection, key_id: str, *, lock: bool = False) -> ApiKey:
    """A key; with `lock` nobody else changes it before the transaction ends. SQLite needs no word for it."""
    query = select(api_keys).where(api_keys.c.id == key_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise YorozuError(ErrorCode.KEY_NOT_FOUND, id=key_id)
    return _key(row)


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey.model_validate(row._asdict())


def _past(end: str | None, at: str) -> bool:
    return end is not None and end <= at


def _after(span: timedelta) -> str:
    return (datetime.now(UTC) + span).isoformat(timespec="microseconds")
