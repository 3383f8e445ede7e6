"""Tables of drafts, of the queue that makes them, and of everything that was done to them.

`draft_changes` and `draft_comments` are only ever added to. Moments are ISO 8601 in UTC.
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
from app.store.question_tables import meetings, questions
from app.store.schema import metadata

draft_jobs = Table(
    "draft_jobs",
    metadata,
    Column("id", GROWING, primary_key=True, autoincrement=True),
    Column("meeting_id", String(64), ForeignKey(meetings.c.id), nullable=False),
    Column("question_id", String(64), ForeignKey(questions.c.id), nullable=False, unique=True),
    Column("state", String(16), nullable=False),  # queued, running, done, failed
    # Every claim raises it: who still holds an older number writes nothing.
    Column("attempt", Integer, nullable=False),
    Column("worker", String(128)),
    Column("lease_until", String(40)),
    Column("error", Text),  # a stable code
    Column("asked_by", String(128), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Index("ix_draft_jobs_meeting_state", "meeting_id", "state"),
    Index("ix_draft_jobs_waiting", "state", "attempt", "id"),  # the order in which they are claimed
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("meeting_id", String(64), ForeignKey(meetings.c.id), nullable=False),
    Column("question_id", String(64), ForeignKey(questions.c.id), nullable=False, unique=True),
    Column("question", Text, nullable=False),
    Column("answer", JSON, nullable=False),  # answering.models.Answer, as proposed
    Column("content", JSON, nullable=False),  # draft_models.Content, as it stands
    Column("lines", JSON, nullable=False),
    Column("triage", JSON, nullable=False),
    Column("needs", String(16), nullable=False),  # the triage's own, to filter by
    Column("state", String(16), nullable=False),
    Column("reason", Text),
    Column("approved_by", String(128)),
    Column("approved_at", String(40)),
    Column("published_at", String(40)),
    Column("published_no", Integer),
    Column("created_at", String(40), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_drafts_meeting_state", "meeting_id", "state"),
)

draft_changes = Table(
    "draft_changes",
    metadata,
    Column("number", GROWING, primary_key=True, autoincrement=True),
    Column("draft_id", String(64), ForeignKey("drafts.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),  # that the change led to
    Column("action", String(32), nullable=False),
    Column("changed_by", String(128), nullable=False),
    Column("changed_at", String(40), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    UniqueConstraint("draft_id", "version", name="uq_draft_changes_version"),
    sqlite_autoincrement=True,
)

draft_comments = Table(
    "draft_comments",
    metadata,
    Column("number", GROWING, primary_key=True, autoincrement=True),
    Column("draft_id", String(64), ForeignKey("drafts.id"), nullable=False, index=True),
    Column("written_by", String(128), nullable=False),
    Column("written_at", String(40), nullable=False),
    Column("text", Text, nullable=False),
    sqlite_autoincrement=True,
)
