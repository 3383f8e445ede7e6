"""From the id of a source to its file on the disk: by the index's records, never by what a request says."""

import hashlib
import threading
from collections import OrderedDict, defaultdict
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import Index
from ingest.index.records import FileRecord
from ingest.models import Source

_REMEMBERED = 512  # hashes of files


class Places:
    """Finds the files of sources. Safe to use from several threads.

    Args:
        corpus: where files lie whose place the index does not know (any more).
    """

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self._lock = threading.Lock()
        self._records: tuple[Index | None, dict[str, list[FileRecord]]] = (None, {})
        self._hashes: OrderedDict[tuple[str, int, int, int], str] = OrderedDict()

    def record(self, index: Index, source_id: str, file: str | None = None) -> FileRecord:
        """Return the record of the source's file: of `file` where that is one of its own, else its main one.

        Raises:
            YorozuError: SOURCE_NOT_FOUND; SOURCE_FILE_MISSING for a source of the catalogue without a file.
        """
        source = index.source(source_id)
        records = self._of(index).get(source_id, [])
        if not records:
            raise YorozuError(ErrorCode.SOURCE_FILE_MISSING, id=source_id)
        return min(records, key=lambda record: (record.file != file, not _is_main(record, source)))

    def path(self, record: FileRecord) -> Path:
        """Return where the record's file lies, after making sure that it is the one that was ingested.

        Raises:
            YorozuError: SOURCE_FILE_MISSING, SOURCE_FILE_CHANGED.
        """
        changed = False
        for path in self._candidates(record):
            found = self._hash(path)
            if found == record.sha256:
                return path
            changed = changed or found is not None
        code = ErrorCode.SOURCE_FILE_CHANGED if changed else ErrorCode.SOURCE_FILE_MISSING
        raise YorozuError(code, id=record.source_id)

    def _of(self, index: Index) -> dict[str, list[FileRecord]]:
        with self._lock:
            held, records = self._records
            if held is not index:
                records = defaultdict(list)
                for record in index.files():
                    if record.source_id is not None and record.code is None:
                        records[record.source_id].append(record)
                self._records = (index, records)
            return records

    def _candidates(self, record: FileRecord) -> list[Path]:
        """Where it lay when it was ingested, and its place in the corpus: an index may be moved with it."""
        inside = self._corpus / record.file
        return [Path(record.path), inside] if record.path else [inside]

    def _hash(self, path: Path) -> str | None:
        """SHA-256 of a file, remembered as long as its time, size and inode stay; None without a file."""
        try:
            stat = path.stat()
            key = (str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino)
            with self._lock:
                if key in self._hashes:
                    self._hashes.move_to_end(key)
                    return self._hashes[key]
            with path.open("rb") as handle:
                found = hashlib.file_digest(handle, "sha256").hexdigest()
        except (OSError, ValueError):
            return None
        with self._lock:
            self._hashes[key] = found
            if len(self._hashes) > _REMEMBERED:
                self._hashes.popitem(last=False)
        return found


def _is_main(record: FileRecord, source: Source) -> bool:
    return record.file == source.file
