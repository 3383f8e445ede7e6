"""People: accounts of one department, and those who came from an OpenID Connect provider."""

import secrets
import unicodedata

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.access.visitor import Scope
from app.store.answers import AnswerStore
from app.store.audit import AuditLog
from app.store.database import insert_into, now
from app.store.people_tables import passwords, people, sessions
from ingest.errors import ErrorCode, YorozuError

LOCAL = "local"  # the issuer of accounts; a provider's is an address


class Person(BaseModel):
    """Somebody who can log in, as they may be shown."""

    id: str
    issuer: str
    subject: str
    name: str
    scope: Scope
    created_at: str
    last_login_at: str | None = None
    disabled_at: str | None = None

    @property
    def local(self) -> bool:
        """Whether it is an account of this service."""
        return self.issuer == LOCAL


class PeopleStore:
    """People in the database of the answers. Safe to use from several threads and processes.

    Every method raises DATA_DIR_UNWRITABLE or STORE_DAMAGED where the database fails.
    """

    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def create_account(self, name: str, scope: Scope, hashed: str) -> Person:
        """Make an account under a name, with the hash of its password.

        Raises:
            YorozuError: ACCOUNT_EXISTS.
        """
        person = _new(LOCAL, login_name(name), name, scope)
        secret = {"person_id": person.id, "hash": hashed, "changed_at": person.created_at}
        try:
            with self._store.transaction() as connection:
                connection.execute(insert(people).values(person.model_dump()))
                connection.execute(insert(passwords).values(secret))
                self._note("account.created", person.id, connection, scope=scope.value)
        except IntegrityError as error:
            raise YorozuError(ErrorCode.ACCOUNT_EXISTS, name=name) from error
        return person

    def meet(self, issuer: str, subject: str, name: str, scope: Scope) -> Person:
        """Return the person whom a provider vouches for, with the name and scope that it says today.

        Raises:
            YorozuError: LOGIN_NOT_ALLOWED where they were disabled here.
        """
        mine = and_(people.c.issuer == issuer, people.c.subject == subject)
        said = {"name": name, "scope": scope.value}
        fresh = _new(issuer, subject, name, scope)
        with self._store.transaction() as connection:
            # Of two first logins at once one is new, and the other one meets the same person.
            insertion = insert_into(connection, people).values(fresh.model_dump())
            insertion = insertion.on_conflict_do_nothing().returning(people.c.id)
            if connection.execute(insertion).first() is not None:
                self._note("person.met", fresh.id, connection, scope=scope.value)
                return fresh
            connection.execute(update(people).where(mine).values(said))
            row = connection.execute(select(people).where(mine)).one()
        person = _person(row)
        if person.disabled_at is not None:
            raise YorozuError(ErrorCode.LOGIN_NOT_ALLOWED)
        return person

    def with_password(self, name: str) -> tuple[Person, str] | None:
        """Return the account of a name with the hash of its password; None where nobody may log in by it."""
        return self._with_password(and_(people.c.issuer == LOCAL, people.c.subject == login_name(name)))

    def by_id_with_password(self, person_id: str) -> tuple[Person, str] | None:
        """Return an account with the hash of its password; None where there is none or it is disabled."""
        return self._with_password(people.c.id == person_id)

    def all(self) -> list[Person]:
        """Return everybody, whoever came first, first; disabled people included."""
        with self._store.transaction() as connection:
            rows = connection.execute(select(people).order_by(people.c.created_at, people.c.id)).all()
        return [_person(row) for row in rows]

    def any_account(self) -> bool:
        """Tell whether anybody could log in with a password."""
        query = select(people.c.id).join(passwords, passwords.c.person_id == people.c.id)
        with self._store.transaction() as connection:
            return connection.execute(query.where(people.c.disabled_at.is_(None))).first() is not None

    def set_password(self, name: str, hashed: str, *, told: bool = True) -> Person:
        """Give an account another password and end its sessions.

        Args:
            name: of the account.
            hashed: the new hash.
            told: whether a person wanted it; not where the same password is hashed by better parameters.

        Raises:
            YorozuError: ACCOUNT_NOT_FOUND.
        """
        with self._store.transaction() as connection:
            person = self._read(connection, name)
            mine = passwords.c.person_id == person.id
            if not connection.execute(update(passwords).where(mine).values(hash=hashed)).rowcount:
                raise YorozuError(ErrorCode.ACCOUNT_NOT_FOUND, name=name)
            if told:
                connection.execute(update(passwords).where(mine).values(changed_at=now()))
                connection.execute(delete(sessions).where(sessions.c.person_id == person.id))
                self._note("account.password", person.id, connection)
        return person

    def change(self, name: str, *, scope: Scope | None = None, disabled: bool | None = None) -> Person:
        """Change what a person may do. Disabling ends their sessions at once.

        Args:
            name: login name of an account, or the id of anybody.
            scope: the new one; a person of a provider gets the provider's again at the next login.
            disabled: whether they may not log in any more.

        Raises:
            YorozuError: ACCOUNT_NOT_FOUND.
        """
        values: dict[str, str | None] = {} if scope is None else {"scope": scope.value}
        if disabled is not None:
            values["disabled_at"] = now() if disabled else None
        with self._store.transaction() as connection:
            person = self._read(connection, name)
            mine = people.c.id == person.id
            connection.execute(update(people).where(mine).values(values))
            if disabled:
                connection.execute(delete(sessions).where(sessions.c.person_id == person.id))
            done = "changed" if disabled is None else "disabled" if disabled else "enabled"
            self._note(f"account.{done}", person.id, connection, **({"scope": scope.value} if scope else {}))
            return self._read(connection, person.id)

    def _with_password(self, mine: ColumnElement[bool]) -> tuple[Person, str] | None:
        query = select(people, passwords.c.hash).join(passwords, passwords.c.person_id == people.c.id)
        with self._store.transaction() as connection:
            row = connection.execute(query.where(mine, people.c.disabled_at.is_(None))).one_or_none()
        return None if row is None else (_person(row), str(row.hash))

    def _read(self, connection: Connection, name: str) -> Person:
        local = and_(people.c.issuer == LOCAL, people.c.subject == login_name(name))
        row = connection.execute(select(people).where((people.c.id == name) | local)).one_or_none()
        if row is None:
            raise YorozuError(ErrorCode.ACCOUNT_NOT_FOUND, name=name)
        return _person(row)

    def _note(self, action: str, subject: str, connection: Connection, **detail: str) -> None:
        AuditLog(self._store).note(action, subject, connection=connection, **detail)


def login_name(name: str) -> str:
    """What a name is compared by: full-width letters, capitals and blanks make no difference."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())[:255]


def _new(issuer: str, subject: str, name: str, scope: Scope) -> Person:
    made = "usr_" + secrets.token_hex(8)
    return Person(id=made, issuer=issuer, subject=subject, name=name, scope=scope, created_at=now())


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person.model_validate(row._asdict())
