"""A password that somebody changes themselves: all their sessions end but the one that they do it in."""

import secrets

from sqlalchemy import delete, update

from app.access.tokens import hashed
from app.access.visitor import Visitor
from app.store.answers import AnswerStore
from app.store.audit import AuditLog
from app.store.database import now
from app.store.people import Person
from app.store.people_tables import passwords, sessions
from ingest.errors import ErrorCode, YorozuError


def set_own_password(
    store: AnswerStore, person: Person, hashed_password: str, *, session: str, device: str
) -> str:
    """Keep a new password's hash and return a new token for the session, in one go or not at all.

    The session goes on as long as it would have; its old token is worth nothing any more.

    Args:
        store: whose database it is.
        person: with an account.
        hashed_password: what is kept.
        session: its present token.
        device: the random value that the browser keeps.

    Raises:
        YorozuError: SESSION_EXPIRED where the session has ended meanwhile, by another change of the password
            or because the person was disabled; DATA_DIR_UNWRITABLE, STORE_DAMAGED.
    """
    token, at = secrets.token_urlsafe(32), now()
    mine = sessions.c.person_id == person.id
    this = mine & (sessions.c.hash == hashed(session)) & sessions.c.closed_at.is_(None)
    renewed = {"hash": hashed(token), "device": hashed(device), "seen_at": at}
    seen_as_them = store.seen_by(Visitor(person_id=person.id, scope=person.scope))
    with store.transaction() as connection:
        # The password's row comes first, as in `PeopleStore.set_password`: of two changes at once one waits
        # here, and finds its session gone afterwards.
        own = passwords.c.person_id == person.id
        connection.execute(update(passwords).where(own).values(hash=hashed_password, changed_at=at))
        if not connection.execute(update(sessions).where(this).values(renewed)).rowcount:
            raise YorozuError(ErrorCode.SESSION_EXPIRED)
        connection.execute(delete(sessions).where(mine, sessions.c.hash != renewed["hash"]))
        AuditLog(seen_as_them).note("account.password", person.id, connection=connection, way="own")
    return token
