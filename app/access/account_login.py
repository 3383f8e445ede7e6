"""Logging in with a name and a password: slowed down for whoever guesses, and for nobody else.

Only failures count. A browser that its owner has logged in with before is counted by itself, so that nobody
else's failures keep the owner out. For a browser that is new, one address gets a few tries a name; the limits
over all addresses and over all names are so high that it takes many addresses, or many names, to reach them.
"""

import math
import threading

from app.access.buckets import Buckets
from app.access.passwords import LONGEST, Passwords, check_password
from app.access.redis_link import Limits
from app.access.visitor import Visitor
from app.store.answers import AnswerStore
from app.store.audit import AuditLog
from app.store.own_password import set_own_password
from app.store.people import PeopleStore, Person, login_name
from app.store.sessions import SessionStore
from ingest.errors import ErrorCode, YorozuError

_HOUR = 60.0
TRIES = 5  # wrong ones at once; afterwards one every six minutes
_AT_ONCE = 2  # each takes 64 MiB and a core while it is computed


class AccountLogin:
    """One a service. Safe to use from several threads."""

    def __init__(
        self,
        store: AnswerStore,
        sessions: SessionStore,
        passwords: Passwords,
        *,
        limits: Limits | None = None,
    ) -> None:
        limits = limits or Limits()
        self._store = store
        self._people = PeopleStore(store)
        self._audit = AuditLog(store)
        self._sessions = sessions
        self._passwords = passwords
        self._computing = threading.BoundedSemaphore(_AT_ONCE)
        self._devices = limits.buckets("device", 10 / _HOUR, burst=TRIES)
        self._pairs = limits.buckets("pair", 10 / _HOUR, burst=TRIES)
        self._names = limits.buckets("name", 100 / _HOUR, burst=50)
        self._addresses = limits.buckets("tries", 600 / _HOUR, burst=100)

    def check(self, name: str, password: str, *, device: str, address: str) -> Person:
        """Return whose name and password these are.

        Args:
            name: as it was typed.
            password: as it was typed.
            device: what the browser's own cookie holds, "" for a new one.
            address: where the request comes from.

        Raises:
            YorozuError: LOGIN_FAILED, whatever of both is wrong; LOGIN_LIMITED, DATA_DIR_UNWRITABLE ….
        """
        found = self._people.with_password(name)
        if not self._fits(found, login_name(name), password, device=device, address=address) or found is None:
            # The name is not noted: sometimes it is a password, typed into the wrong field.
            self._audit.note("login.failed", found[0].id if found else None, way="account")
            raise YorozuError(ErrorCode.LOGIN_FAILED)
        if self._passwords.outdated(found[1]):
            self._people.set_password(name, self._passwords.hash(password), told=False)
        return found[0]

    def change_password(
        self, person: Person, session: str, change: tuple[str, str], *, device: str, address: str
    ) -> str:
        """Give somebody who is logged in the password that they want, and return their new session's token.

        Wrong guesses at the present one count like those of logging in, in the same buckets: whoever sits
        down at somebody's browser finds out no more than at the login page.

        Args:
            person: with an account here.
            session: token of the session that they do it in; all others end.
            change: the present password and the new one, as they were typed.
            device: what the browser's own cookie holds.
            address: where the request comes from.

        Raises:
            YorozuError: PASSWORD_WEAK, PASSWORD_WRONG, LOGIN_LIMITED, SESSION_EXPIRED ….
        """
        current, new = change
        check_password(new, person.name)
        found = self._people.by_id_with_password(person.id)
        if not self._fits(found, person.subject, current, device=device, address=address):
            seen_as_them = self._store.seen_by(Visitor(person_id=person.id, scope=person.scope))
            AuditLog(seen_as_them).note("account.password_refused", person.id)
            raise YorozuError(ErrorCode.PASSWORD_WRONG)
        with self._computing:
            hashed = self._passwords.hash(new)
        return set_own_password(self._store, person, hashed, session=session, device=device)

    def _fits(
        self, found: tuple[Person, str] | None, name: str, password: str, *, device: str, address: str
    ) -> bool:
        """Compare a password with an account's, which costs a try where they differ."""
        # Asked for a name that does not exist as well: the time it takes says nothing.
        known = self._sessions.knows(found[0].id if found else "", device)
        taken = self._take(name, device if known else None, address)
        with self._computing:
            stored = found[1] if found is not None and len(password) <= LONGEST else None
            fits = self._passwords.fits(password[:LONGEST], stored)
        if fits:
            for buckets, key in taken:
                buckets.put_back(key)
        return fits

    def _take(self, name: str, device: str | None, address: str) -> list[tuple[Buckets, str]]:
        """Take a try from every bucket that it counts in; those before an empty one get theirs back."""
        if device is not None:
            wanted = [(self._devices, f"{name} {device}")]
        else:
            pair = f"{address} {name}"
            wanted = [(self._pairs, pair), (self._addresses, address), (self._names, name)]
        taken: list[tuple[Buckets, str]] = []
        for buckets, key in wanted:
            if wait := buckets.take(key):
                for earlier, earlier_key in taken:
                    earlier.put_back(earlier_key)
                raise YorozuError(ErrorCode.LOGIN_LIMITED, seconds=math.ceil(wait))
            taken.append((buckets, key))
        return taken
