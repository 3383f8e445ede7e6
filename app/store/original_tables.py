"""Tables of what came in word for word. They have a database file of their own and share nothing."""

from sqlalchemy import (
    JSON,
    Column,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from app.store.database import GROWING

original_metadata = MetaData()

secrets = Table(
    "secrets",
    original_metadata,
    Column("name", String(32), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

imports = Table(
    "imports",
    original_metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("plans", JSON, nullable=False),  # how its tables were read: list of models.ColumnPlan
    Column("content", LargeBinary),  # the file itself, so that answers can be written back into it
    Column("created_at", String(40), nullable=False),
)

originals = Table(
    "originals",
    original_metadata,
    Column("question_id", String(64), primary_key=True),
    Column("incoming", JSON, nullable=False),  # models.Incoming
    Column("spans", JSON, nullable=False),  # what is proposed to be replaced: list of models.Span
    Column("created_at", String(40), nullable=False),
)

sent_words = Table(  # what readers sent from the chat, until it becomes a question of a meeting
    "sent_words",
    original_metadata,
    Column("sent_id", String(64), primary_key=True),
    Column("question", Text, nullable=False),
    Column("note", Text),
    Column("created_at", String(40), nullable=False),
)

openings = Table(  # who looked at an original, and when
    "openings",
    original_metadata,
    Column("number", GROWING, primary_key=True, autoincrement=True),
    Column("subject", String(64), nullable=False),  # question or import
    Column("opened_by", String(128), nullable=False),
    Column("opened_at", String(40), nullable=False),
    sqlite_autoincrement=True,
)
