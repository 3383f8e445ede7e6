"""Where people's work is kept: files in the data directory, or a PostgreSQL server."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """One machine keeps files in `data_dir`; several share a server.

    Attributes:
        data_dir: of the SQLite files, where there is no server.
        url: of the server; holds a password.
        originals_url: of the database of the originals, for a role of its own; by default they lie in a
            schema of their own beside everything else.
    """

    data_dir: Path
    url: str | None = field(default=None, repr=False)
    originals_url: str | None = field(default=None, repr=False)

    @property
    def kind(self) -> str:
        """What keeps it, as people call it."""
        return "SQLite" if self.url is None else "PostgreSQL"


Where = Path | Place  # a folder alone means SQLite there


def placed(where: Where) -> Place:
    """Return the place."""
    return Place(where) if isinstance(where, Path) else where
