"""Tables of who may do what: keys, who made what, the audit log, repeated requests. Portable types only."""

from sqlalchemy import JSON, Column, Connection, ForeignKey, String, Table, Text, event

from app.store.audit_guard import guard_audit
from app.store.database import GROWING
from app.store.schema import metadata

_TIME = String(40)  # ISO 8601 in UTC: text sorts as time does

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("created_at", _TIME, nullable=False),
    Column("expires_at", _TIME),
    Column("revoked_at", _TIME),
    Column("last_used_at", _TIME),
)

# A key has one secret, and two for the while after a rotation.
key_secrets = Table(
    "key_secrets",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("key_id", String(64), ForeignKey(api_keys.c.id), nullable=False, index=True),
    Column("created_at", _TIME, nullable=False),
    Column("expires_at", _TIME),
)

# Answers and conversations by the key that made them; what is not here was made by an anonymous visitor.
owned = Table(
    "owned",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("owner", String(64), nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("number", GROWING, primary_key=True, autoincrement=True),
    Column("at", _TIME, nullable=False),
    Column("who", String(64), nullable=False),
    Column("action", String(64), nullable=False, index=True),
    Column("subject", String(200)),
    Column("detail", JSON, nullable=False),
    sqlite_autoincrement=True,
)

# What an Idempotency-Key stood for when it came first.
repeats = Table(
    "repeats",
    metadata,
    Column("owner", String(100), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("result_id", String(100), nullable=False),
    Column("created_at", _TIME, nullable=False),
)

# What an organiser's change returned, under an Idempotency-Key.
kept_results = Table(
    "kept_results",
    metadata,
    Column("owner", String(100), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("result_id", Text, nullable=False),  # the result itself, as JSON
    Column("created_at", _TIME, nullable=False),
)


@event.listens_for(audit, "after_create")
def _guard(_: Table, connection: Connection, **__: object) -> None:
    guard_audit(connection)
