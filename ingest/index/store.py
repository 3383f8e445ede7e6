"""passages.sqlite: rows to passages, sources, file records, page texts; written once, then only read."""

import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest.index.records import Contents, FileRecord, dump, load_file_record, load_passage, load_source
from ingest.models import Passage, Source

NAME = "passages.sqlite"
_SCHEMA = """
CREATE TABLE passages (row INTEGER PRIMARY KEY, id TEXT NOT NULL, file TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE item_nos (item_no INTEGER NOT NULL, row INTEGER NOT NULL,
                       PRIMARY KEY (item_no, row)) WITHOUT ROWID;
CREATE TABLE qas (source_id TEXT NOT NULL, question_no INTEGER NOT NULL, row INTEGER NOT NULL,
                  PRIMARY KEY (source_id, question_no, row)) WITHOUT ROWID;
CREATE TABLE sources (id TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE files (file TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE pages (file TEXT NOT NULL, page INTEGER NOT NULL, text BLOB NOT NULL, PRIMARY KEY (file, page));
CREATE TABLE embedded (key BLOB PRIMARY KEY) WITHOUT ROWID;
"""
_AFTER = "CREATE INDEX passages_of_file ON passages (file);"


def write_store(folder: Path, contents: Contents, embedded: Iterable[bytes]) -> None:
    """Write `contents` and the keys of its embedded texts (see EmbeddingCache) to `folder`."""
    connection = sqlite3.connect(folder / NAME, isolation_level=None)
    try:
        # Nobody reads a generation before it is complete and synced, so no journal is needed.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")
        rows = list(enumerate(contents.passages))
        fill = connection.executemany
        fill("INSERT INTO passages VALUES (?, ?, ?, ?)", ((r, p.id, p.file, dump(p)) for r, p in rows))
        fill("INSERT OR IGNORE INTO item_nos VALUES (?, ?)", ((n, r) for r, p in rows for n in p.item_nos))
        questions = ((p.source_id, p.question_no, r) for r, p in rows if p.question_no is not None)
        fill("INSERT INTO qas VALUES (?, ?, ?)", questions)
        fill("INSERT INTO sources VALUES (?, ?)", ((s.id, dump(s)) for s in contents.sources.values()))
        fill("INSERT INTO files VALUES (?, ?)", ((f.file, dump(f)) for f in contents.files))
        pages = ((file, page, _bytes(text)) for (file, page), text in contents.pages.items())
        fill("INSERT INTO pages VALUES (?, ?, ?)", pages)
        fill("INSERT OR IGNORE INTO embedded VALUES (?)", ((key,) for key in embedded))
        connection.execute("COMMIT")
        connection.execute(_AFTER)
    finally:
        connection.close()


class Store:
    """Reads a finished passages.sqlite; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        path = (folder / NAME).resolve().as_uri()
        # immutable: no locks, no side files; a generation never changes once it has its name.
        connection = sqlite3.connect(f"{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        weakref.finalize(self, connection.close)
        self._connection = connection
        self._lock = threading.Lock()

    def count(self) -> int:
        """Number of passages."""
        return int(self._all("SELECT count(*) FROM passages")[0][0])

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of `rows`, in that order. KeyError for a row that does not exist."""
        found: dict[int, Passage] = {}
        for part in _parts(list(dict.fromkeys(rows))):
            marks = ",".join("?" * len(part))
            query = f"SELECT row, body FROM passages WHERE row IN ({marks})"  # noqa: S608 - marks only
            found.update((row, load_passage(body)) for row, body in self._all(query, part))
        return [found[row] for row in rows]

    def passages_of_file(self, file: str) -> list[Passage]:
        """All passages of one file, in order."""
        query = "SELECT body FROM passages WHERE file = ? ORDER BY row"
        return [load_passage(body) for (body,) in self._all(query, (file,))]

    def passage_ids(self) -> set[str]:
        """The ids of all passages."""
        return {id_ for (id_,) in self._all("SELECT id FROM passages")}

    def rows_for_items(self, item_nos: Iterable[int]) -> list[int]:
        """Rows that carry one of `item_nos`, ascending."""
        query = "SELECT row FROM item_nos WHERE item_no = ?"
        return sorted({row for number in set(item_nos) for (row,) in self._all(query, (number,))})

    def rows_for_qa(self, source_id: str, question_no: int) -> list[int]:
        """Rows of one Q&A, in order."""
        query = "SELECT row FROM qas WHERE source_id = ? AND question_no = ? ORDER BY row"
        return [row for (row,) in self._all(query, (source_id, question_no))]

    def item_nos(self) -> set[int]:
        """All item numbers that some passage carries."""
        return {number for (number,) in self._all("SELECT DISTINCT item_no FROM item_nos")}

    def sources(self) -> dict[str, Source]:
        """All sources by id, also the ones of the catalogue whose file is not here."""
        return {
            id_: load_source(body) for id_, body in self._all("SELECT id, body FROM sources ORDER BY rowid")
        }

    def files(self) -> list[FileRecord]:
        """All files, in the order of their paths."""
        return [load_file_record(body) for (body,) in self._all("SELECT body FROM files ORDER BY file")]

    def page_text(self, file: str, page: int) -> str | None:
        """The whole text of a page (from 1); None where the file has no such page."""
        found = self._all("SELECT text FROM pages WHERE file = ? AND page = ?", (file, page))
        return _text(found[0][0]) if found else None

    def pages_of_file(self, file: str) -> dict[int, str]:
        """The texts of all pages of a file, empty for a format without pages."""
        return {
            page: _text(body)
            for page, body in self._all("SELECT page, text FROM pages WHERE file = ?", (file,))
        }

    def embedded(self) -> list[bytes]:
        """Keys of the texts whose vectors this generation uses."""
        return [key for (key,) in self._all("SELECT key FROM embedded")]

    def _all(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock:
            return self._connection.execute(query, tuple(values)).fetchall()


def _parts(rows: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(rows), 500):
        yield rows[start : start + 500]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
