"""Several workers look for the next question to draft: an index in the order in which they claim."""

from alembic import op

revision, down_revision = "s0002", "s0001"
branch_labels = depends_on = None
_INDEX = "ix_draft_jobs_waiting"


def upgrade() -> None:
    """Make the index."""
    op.create_index(_INDEX, "draft_jobs", ["state", "attempt", "id"])


def downgrade() -> None:
    """Drop it; the questions stay in the queue."""
    op.drop_index(_INDEX, "draft_jobs")
