"""Tables of people who log in. Portable types only."""

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from app.store.schema import metadata

_TIME = String(40)  # ISO 8601 in UTC: text sorts as time does

# Whoever has an account here (issuer "local") or came from an OpenID Connect provider. Nobody is deleted: the
# audit log goes on naming them.
people = Table(
    "people",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("issuer", String(400), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("name", String(200), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("created_at", _TIME, nullable=False),
    Column("last_login_at", _TIME),
    Column("disabled_at", _TIME),
    UniqueConstraint("issuer", "subject", name="people_by_subject"),
)

passwords = Table(
    "passwords",
    metadata,
    Column("person_id", String(64), ForeignKey(people.c.id), primary_key=True),
    Column("hash", String(200), nullable=False),  # argon2id, its parameters and salt included
    Column("changed_at", _TIME, nullable=False),
)

# Who is logged in, by a hash of what their cookie holds.
sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person_id", String(64), ForeignKey(people.c.id), nullable=False, index=True),
    Column("device", String(64), nullable=False),  # hash of the browser's own cookie
    Column("created_at", _TIME, nullable=False),
    Column("seen_at", _TIME, nullable=False),
    Column("expires_at", _TIME, nullable=False),
    Column("closed_at", _TIME),
)

# Who has been sent to the provider and is not back yet.
pending_logins = Table(
    "pending_logins",
    metadata,
    Column("state", String(64), primary_key=True),  # a hash
    Column("browser", String(64), nullable=False),  # a hash
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("after", String(400), nullable=False),
    Column("created_at", _TIME, nullable=False),
)
