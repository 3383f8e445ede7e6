"""The two databases of the service: people's work, and apart from it the originals with the names in them."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData

# These add their tables to the one description of the database.
import app.store.access_tables
import app.store.conversation_schema
import app.store.draft_tables
import app.store.people_tables
import app.store.question_tables  # noqa: F401
from app.store.original_tables import original_metadata
from app.store.schema import metadata

_MIGRATIONS = Path(__file__).with_name("migrations")


@dataclass(frozen=True, slots=True)
class Part:
    """A database with a schema and its history.

    Attributes:
        label: what people call it.
        file: its SQLite file.
        tables: how it is now.
        revisions: every step of its history, the oldest first. Written down, so that opening a store needs
            not read the migrations; a test compares.
        schema: its schema on a server, None for the role's own.
        private: only the owner may read its file.
    """

    label: str
    file: str
    tables: MetaData
    revisions: tuple[str, ...]
    folder: Path
    schema: str | None = None
    private: bool = False

    @property
    def newest(self) -> str:
        """The revision that this version of the program works with."""
        return self.revisions[-1]


STORE = Part("store", "store.sqlite", metadata, ("s0001", "s0002"), _MIGRATIONS / "store")
ORIGINALS = Part(
    "originals",
    "originals.sqlite",
    original_metadata,
    ("o0001",),
    _MIGRATIONS / "originals",
    schema="yorozu_originals",
    private=True,
)
PARTS = (STORE, ORIGINALS)
