"""Tables of the organiser's work. Nothing in them identifies a company or a person.

What came in word for word lies in a database of its own, see `originals.py`; no query joins the two.
Portable types only, so that another database can take SQLite's place. Moments are ISO 8601 in UTC.
"""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from app.store.database import GROWING
from app.store.schema import metadata

meetings = Table(
    "meetings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("theme", Text),
    Column("held_on", String(10)),  # ISO date
    Column("created_at", String(40), nullable=False),
    Column("version", Integer, nullable=False),  # of the order of its chosen questions
)

questions = Table(
    "questions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("meeting_id", String(64), ForeignKey("meetings.id")),  # NULL: from the chat, in no meeting yet
    Column("text", Text),  # generalised and accepted; NULL until a person has accepted it
    Column("state", String(16), nullable=False),  # new, chosen, reserve, declined
    Column("reason", Text),
    Column("position", Integer),  # among the chosen ones, from 1
    Column("theme", Text),
    Column("item_nos", JSON, nullable=False),
    Column("origin", JSON, nullable=False),  # models.Origin: places and numbers, no names
    # Keyed hash of the original words, so that the same file twice does not double. Without the key, which
    # lies with the originals, nobody can try out company names against it.
    Column("fingerprint", String(64)),
    Column("duplicate_of", String(64), ForeignKey("questions.id")),
    Column("accepted_by", String(128)),
    Column("received_at", String(40), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("meeting_id", "fingerprint", name="uq_questions_fingerprint"),
    Index("ix_questions_meeting_state", "meeting_id", "state", "position"),
)

question_changes = Table(
    "question_changes",
    metadata,
    Column("number", GROWING, primary_key=True, autoincrement=True),
    Column("question_id", String(64), ForeignKey("questions.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),  # that the change led to
    Column("changed_by", String(128), nullable=False),
    Column("changed_at", String(40), nullable=False),
    Column("before", JSON, nullable=False),  # the changed columns as they were
    Column("after", JSON, nullable=False),  # and as they are now
    UniqueConstraint("question_id", "version", name="uq_question_changes_version"),
    sqlite_autoincrement=True,
)
