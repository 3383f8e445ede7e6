"""The table of conversations. Portable types only."""

from sqlalchemy import JSON, Column, String, Table

from app.store.database import GROWING
from app.store.schema import metadata

turns = Table(
    "conversation_turns",
    metadata,
    # Grows with every turn and is never used twice: the order, whatever the clock does.
    Column("number", GROWING, primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), nullable=False, index=True),
    Column("body", JSON, nullable=False),
    sqlite_autoincrement=True,
)
