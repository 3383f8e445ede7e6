"""Tables of the store. Portable types only, so that another database can take SQLite's place."""

from sqlalchemy import JSON, BigInteger, Column, Integer, MetaData, String, Table, Text

metadata = MetaData()

answers = Table(
    "answers",
    metadata,
    # Grows with every answer and is never used twice: what "the oldest" is, whatever the clock does.
    Column("number", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("question", Text, nullable=False),
    Column("created_at", String(40), nullable=False),  # ISO 8601
    Column("generation", String(128)),
    Column("body", JSON, nullable=False),
    sqlite_autoincrement=True,
)
