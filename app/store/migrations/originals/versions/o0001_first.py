"""The tables of the originals, as they were when the history began.

A file that an earlier version made has these tables, or some of them, already.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "o0001", None
branch_labels = depends_on = None
_GROWING = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make what is missing."""
    _imports()
    _openings()
    _originals()
    _secrets()
    _sent_words()


def downgrade() -> None:
    """There is nothing before this but an empty database."""
    raise RuntimeError("the first revision cannot be taken back")


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("plans", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )


def _openings() -> None:
    op.create_table(
        "openings",
        sa.Column("number", _GROWING, autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("opened_by", sa.String(length=128), nullable=False),
        sa.Column("opened_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )


def _originals() -> None:
    op.create_table(
        "originals",
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("incoming", sa.JSON(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("question_id"),
        if_not_exists=True,
    )


def _secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        if_not_exists=True,
    )


def _sent_words() -> None:
    op.create_table(
        "sent_words",
        sa.Column("sent_id", sa.String(length=64), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("sent_id"),
        if_not_exists=True,
    )
