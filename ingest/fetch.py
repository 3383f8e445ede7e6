"""`yorozu fetch`: bring what the catalogue names into corpus/documents, whole, checked and recorded."""

import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from ingest.catalogue import Catalogue
from ingest.errors import ErrorCode, YorozuError
from ingest.fetch_http import Downloader, Got, Limits, Progress
from ingest.fetch_part import drop_part
from ingest.fetch_record import RECORD_NAME, Fetched, load_record, save_record, sha256_of
from ingest.fetch_types import EXTENSIONS, wrong_type
from ingest.models import Source

DOCUMENTS = "documents"
_PARTS = ".partial"  # a folder that ingest does not look into

Status = Literal["fetched", "unchanged", "failed"]
FetchProgress = Callable[[str, int, int | None], None]  # source id, bytes so far, bytes in all if known


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """What became of one source. `file` is relative to the corpus; `bytes` is the size of the file."""

    source_id: str
    url: str
    status: Status
    file: str | None = None
    bytes: int = 0
    error: YorozuError | None = None

    @property
    def line(self) -> str:
        """One Japanese line for the user."""
        if self.error is not None:
            return f"失敗 {self.source_id}: {self.error.message}"
        word = "取得" if self.status == "fetched" else "変更なし"
        return f"{word} {self.source_id}: {self.file}（{self.bytes:,} バイト）"


def fetchable(catalogue: Catalogue) -> list[Source]:
    """Return the sources that `fetch` would download: a URL, a document media type, not `fetch: false`."""
    return [
        s
        for s in catalogue.sources.values()
        if s.url and s.media_type in EXTENSIONS and s.id not in catalogue.links_only
    ]


def fetch_all(
    catalogue: Catalogue,
    corpus: Path,
    *,
    limits: Limits | None = None,
    loopback: ssl.SSLContext | None = None,
    progress: FetchProgress | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[FetchOutcome]:
    """Download every fetchable source; one that fails does not stop the others.

    Args:
        catalogue: what there is to fetch.
        corpus: its `documents/` receives the files and `fetched.json`.
        limits: time, size and number of tries.
        loopback: for tests only: allows https servers of this machine, trusted through this context.
        progress: called while bytes come in.
        now: the clock of the record.

    Returns:
        One outcome for each fetchable source, in the order of the catalogue.
    """
    with Downloader(limits or Limits(), loopback) as downloader:
        job = _Job(catalogue, corpus, downloader, progress, now)
        return [job.run(source) for source in fetchable(catalogue)]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One source on its way: where from, where to, and what it has to be."""

    source_id: str
    url: str
    media_type: str
    file: str  # relative to the corpus
    target: Path
    part: Path
    pinned: str | None  # SHA-256 that the catalogue demands


@dataclass(frozen=True, slots=True)
class _Job:
    catalogue: Catalogue
    corpus: Path
    downloader: Downloader
    progress: FetchProgress | None
    now: Callable[[], datetime]

    def run(self, source: Source) -> FetchOutcome:
        wanted = self._wanted(source)
        try:
            return self._fetch(wanted)
        except YorozuError as error:
            return FetchOutcome(source.id, wanted.url, "failed", error=error)
        except OSError:
            unwritable = YorozuError(ErrorCode.DATA_DIR_UNWRITABLE, path=str(self.corpus / DOCUMENTS))
            return FetchOutcome(source.id, wanted.url, "failed", error=unwritable)

    def _wanted(self, source: Source) -> _Wanted:
        assert source.url is not None
        assert source.media_type is not None
        file = source.file or f"{DOCUMENTS}/{source.id}{EXTENSIONS[source.media_type]}"
        part = self.corpus / DOCUMENTS / _PARTS / f"{source.id}.part"
        pinned = self.catalogue.checksums.get(source.id)
        return _Wanted(source.id, source.url, source.media_type, file, self.corpus / file, part, pinned)

    def _fetch(self, wanted: _Wanted) -> FetchOutcome:
        known = load_record(self._record_path).get(wanted.source_id)
        if wanted.target.is_file():
            here = sha256_of(wanted.target)
            if _is_settled(wanted, here, known):
                size = wanted.target.stat().st_size
                return FetchOutcome(wanted.source_id, wanted.url, "unchanged", wanted.file, size)
            # Bytes that are not the recorded ones are damaged: fetched anew, without asking for changes.
            known = known if known and (known.url, known.sha256) == (wanted.url, here) else None
        else:
            known = None
        wanted.part.parent.mkdir(parents=True, exist_ok=True)
        wanted.target.parent.mkdir(parents=True, exist_ok=True)
        got = self.downloader.download(wanted.url, wanted.part, known, self._progress_of(wanted))
        entry = self._settle(wanted, got, known)
        same = known is not None and entry.sha256 == known.sha256
        status: Status = "unchanged" if same else "fetched"
        return FetchOutcome(wanted.source_id, wanted.url, status, wanted.file, entry.size)

    def _settle(self, wanted: _Wanted, got: Got, known: Fetched | None) -> Fetched:
        """Check what was got, record it and put it under its name; return the record."""
        stamp = self.now().astimezone(UTC).isoformat(timespec="seconds")
        if known is not None and not got.changed:
            if wanted.pinned not in {None, known.sha256}:
                raise YorozuError(ErrorCode.FETCH_CHECKSUM, url=wanted.url)
            entry = replace(known, checked_at=stamp)
            self._save(wanted.source_id, entry)
            return entry
        entry = Fetched(
            url=wanted.url,
            final_url=got.final_url,
            file=wanted.file,
            sha256=_checked(wanted),
            size=wanted.part.stat().st_size,
            fetched_at=stamp,
            checked_at=stamp,
            etag=got.etag,
            last_modified=got.last_modified,
        )
        if known is not None and known.sha256 == entry.sha256:
            entry = replace(entry, fetched_at=known.fetched_at)
        with wanted.part.open("rb") as file:
            os.fsync(file.fileno())
        # The record first: a file without a record would count as put there by hand and never be renewed.
        self._save(wanted.source_id, entry)
        wanted.part.replace(wanted.target)
        drop_part(wanted.part)
        return entry

    @property
    def _record_path(self) -> Path:
        return self.corpus / DOCUMENTS / RECORD_NAME

    def _save(self, source_id: str, entry: Fetched) -> None:
        save_record(self._record_path, load_record(self._record_path) | {source_id: entry})

    def _progress_of(self, wanted: _Wanted) -> Progress | None:
        report = self.progress
        if report is None:
            return None
        return lambda done, total: report(wanted.source_id, done, total)


def _is_settled(wanted: _Wanted, here: str, known: Fetched | None) -> bool:
    """Say whether the file that is here (SHA-256 `here`) stays without asking the server."""
    if wanted.pinned == here:
        return True
    if known is not None:
        return False
    # Somebody put it there by hand: never overwritten, but it must be what the catalogue pins.
    if wanted.pinned is not None:
        raise YorozuError(ErrorCode.FETCH_CHECKSUM, url=wanted.url)
    return True


def _checked(wanted: _Wanted) -> str:
    """Return the SHA-256 of the part file if it is what the catalogue says; else throw it away."""
    found = wrong_type(wanted.part, wanted.media_type)
    checksum = sha256_of(wanted.part)
    if found is None and wanted.pinned in {None, checksum}:
        return checksum
    drop_part(wanted.part)
    if found is not None:
        detail = {"url": wanted.url, "expected": wanted.media_type, "found": found}
        raise YorozuError(ErrorCode.FETCH_WRONG_TYPE, **detail)
    raise YorozuError(ErrorCode.FETCH_CHECKSUM, url=wanted.url)
