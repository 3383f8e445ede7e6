"""Sessions: who is logged in, by a random token of which only a hash is stored."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select, update

from app.access.tokens import hashed
from app.access.visitor import Visitor
from app.store.answers import AnswerStore
from app.store.audit import AuditLog
from app.store.database import now
from app.store.people import Person
from app.store.people_tables import people, sessions
from app.store.tolerant import if_writable

_SEEN_EVERY = timedelta(minutes=1)  # a page that polls is no reason to write at every request
KNOWN_DEVICE = timedelta(days=30)


class SessionStore:
    """Sessions in the database of the answers. Safe to use from several threads and processes.

    Args:
        store: whose database it is.
        lasts: how long a session lasts at most.
        idle: how long it lasts while nothing is done.

    Every method raises DATA_DIR_UNWRITABLE or STORE_DAMAGED where the database fails.
    """

    def __init__(self, store: AnswerStore, *, lasts: timedelta, idle: timedelta) -> None:
        self._store = store
        self._lasts = lasts
        self._idle = idle

    def open(self, person: Person, device: str, way: str) -> str:
        """Log a person in and return the token for their cookie, which can never be had again.

        Args:
            person: who it is.
            device: the random value that their browser keeps.
            way: "account" or "oidc", for the audit log.
        """
        token, at = secrets.token_urlsafe(32), now()
        row = {
            "hash": hashed(token),
            "person_id": person.id,
            "device": hashed(device),
            "created_at": at,
            "seen_at": at,
            "expires_at": _from_now(self._lasts),
        }
        seen_as_them = self._store.seen_by(Visitor(person_id=person.id, scope=person.scope))
        with self._store.transaction() as connection:
            connection.execute(delete(sessions).where(sessions.c.created_at < _from_now(-KNOWN_DEVICE)))
            connection.execute(insert(sessions).values(row))
            connection.execute(update(people).where(people.c.id == person.id).values(last_login_at=at))
            AuditLog(seen_as_them).note("login.succeeded", person.id, connection=connection, way=way)
        return token

    def find(self, token: str) -> Person | None:
        """Return who is logged in with a token, and note that they are there; None where nobody is."""
        mine = sessions.c.hash == hashed(token)
        good = (
            mine,
            sessions.c.closed_at.is_(None),
            sessions.c.expires_at > now(),
            sessions.c.seen_at > _from_now(-self._idle),
            people.c.disabled_at.is_(None),
        )
        query = select(people, sessions.c.seen_at).join(sessions, sessions.c.person_id == people.c.id)
        with self._store.transaction() as connection:
            row = connection.execute(query.where(*good)).one_or_none()
        if row is None:
            return None
        if row.seen_at < _from_now(-_SEEN_EVERY):
            with if_writable("the use of a session"), self._store.transaction() as connection:
                connection.execute(update(sessions).where(mine).values(seen_at=now()))
        return Person.model_validate(row._asdict())

    def close(self, token: str) -> None:
        """Log out: the token is worth nothing from now on, wherever it is kept."""
        mine = (sessions.c.hash == hashed(token)) & sessions.c.closed_at.is_(None)
        with self._store.transaction() as connection:
            person_id = connection.execute(select(sessions.c.person_id).where(mine)).scalar_one_or_none()
            if person_id is None:
                return
            connection.execute(update(sessions).where(mine).values(closed_at=now()))
            seen_as_them = self._store.seen_by(Visitor(person_id=person_id))
            AuditLog(seen_as_them).note("logout", person_id, connection=connection)

    def knows(self, person_id: str, device: str) -> bool:
        """Tell whether a person has logged in with this browser lately."""
        mine = (sessions.c.person_id == person_id, sessions.c.device == hashed(device))
        recent = sessions.c.created_at > _from_now(-KNOWN_DEVICE)
        with self._store.transaction() as connection:
            return connection.execute(select(sessions.c.hash).where(*mine, recent)).first() is not None


def _from_now(span: timedelta) -> str:
    return (datetime.now(UTC) + span).isoformat(timespec="microseconds")
