"""Logins under way: what the provider's answer is checked against. Each is good once, and not for long."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select

from app.access.tokens import hashed
from app.store.answers import AnswerStore
from app.store.database import now
from app.store.people_tables import pending_logins

LASTS = timedelta(minutes=10)  # time to type a password and a second factor


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """What belongs to one login: `nonce` comes back in the token, `verifier` proves that the code is ours."""

    nonce: str
    verifier: str
    after: str  # where to go afterwards, a path of ours


class PendingLogins:
    """In the database of the answers, so that any process can take the answer.

    Every method raises DATA_DIR_UNWRITABLE or STORE_DAMAGED where the database fails.
    """

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def add(self, state: str, browser: str, login: PendingLogin) -> None:
        """Keep a login under its state, for one browser."""
        row = {
            "state": hashed(state),
            "browser": hashed(browser),
            "nonce": login.nonce,
            "verifier": login.verifier,
            "after": login.after,
            "created_at": now(),
        }
        with self._store.transaction() as connection:
            connection.execute(delete(pending_logins).where(pending_logins.c.created_at < _oldest()))
            connection.execute(insert(pending_logins).values(row))

    def take(self, state: str, browser: str) -> PendingLogin | None:
        """Return a login and forget it; None where there is none for this browser."""
        mine = (pending_logins.c.state == hashed(state)) & (pending_logins.c.browser == hashed(browser))
        with self._store.transaction() as connection:
            row = connection.execute(select(pending_logins).where(mine)).one_or_none()
            # Of two that come at once only one deletes it, and only that one goes on.
            if not connection.execute(delete(pending_logins).where(mine)).rowcount or row is None:
                return None
        if row.created_at < _oldest():
            return None
        return PendingLogin(row.nonce, row.verifier, row.after)


def _oldest() -> str:
    return (datetime.now(UTC) - LASTS).isoformat(timespec="microseconds")
