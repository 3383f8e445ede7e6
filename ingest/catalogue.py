"""The catalogue of documents that can be cited: corpus/sources.yaml, checked entry by entry."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Annotated, Any
from urllib.parse import urldefrag

from pydantic import AfterValidator, StringConstraints, ValidationError

from ingest.checked import Entry, HttpsUrl, PartialDate, Text, first_fault
from ingest.errors import ErrorCode, YorozuError
from ingest.models import Source, SourceKind
from ingest.safe_yaml import YamlRefusedError, load_yaml

CATALOGUE_NAME = "sources.yaml"
MAX_BYTES = 2_000_000
# Files of these folders belong to the source whose id is their name.
_LINKED_FOLDERS = ("documents", "consultations")


def _inside_corpus(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or "\\" in value or ":" in value or not path.name or ".." in path.parts:
        raise ValueError("corpus フォルダーの中の場所を documents/名前.pdf の形で書いてください")
    return _same_path(value)


def _same_path(value: str) -> str:
    # macOS stores が as か + ゛; the same name has to be found again.
    return unicodedata.normalize("NFC", PurePosixPath(value.replace("\\", "/")).as_posix())


def _source_id(value: str) -> str:
    if re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,79}", value) is None:
        raise ValueError("id は半角の英小文字・数字・_ . - で書いてください（80文字まで）")
    return value


Id = Annotated[Text, AfterValidator(_source_id)]


class _SourceEntry(Entry):
    id: Id
    title: Text
    kind: SourceKind = "guideline"
    work: Text | None = None
    publisher: Text | None = None
    edition: Text | None = None
    published: PartialDate | None = None
    url: HttpsUrl | None = None
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$")] | None = None
    file: Annotated[Text, AfterValidator(_inside_corpus)] | None = None
    page_offset: int | None = None
    supersedes: Id | None = None
    licence: Text | None = None
    note: Text | None = None
    as_of: PartialDate | None = None
    # About fetching only; not part of the source that is cited.
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    fetch: bool = True


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every document that can be cited, by id, in the order of the file.

    Attributes:
        sources: id -> source.
        checksums: id -> SHA-256 (hex) that the fetched file must have, where the catalogue names one.
        links_only: ids of pages that are pointed at but never fetched (`fetch: false`).
    """

    sources: dict[str, Source] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)
    links_only: frozenset[str] = frozenset()

    def get(self, source_id: str) -> Source | None:
        """Return the source with this id, or None."""
        return self.sources.get(source_id)

    def by_url(self, url: str) -> Source | None:
        """Return the first source at this address (#fragment aside), or None."""
        wanted = urldefrag(url.strip()).url
        return next((s for s in self.sources.values() if s.url and urldefrag(s.url).url == wanted), None)

    def replaced_by(self, source_id: str) -> Source | None:
        """Return the newest edition that replaces this one, directly or over others; None if none does."""
        successors = {s.supersedes: s for s in self.sources.values() if s.supersedes}
        newest = successors.get(source_id)
        while newest is not None and newest.id in successors:
            newest = successors[newest.id]
        return newest

    def for_file(self, relpath: str) -> Source | None:
        """Return the source of a file; `relpath` is relative to the corpus.

        A source's own `file:` goes first; else documents/<id>.<ext> and consultations/<id>.<ext> are <id>'s.
        """
        wanted = _same_path(relpath)
        named = next((s for s in self.sources.values() if s.file == wanted), None)
        if named is not None:
            return named
        path = PurePosixPath(wanted)
        return self.sources.get(path.stem) if path.parent.as_posix() in _LINKED_FOLDERS else None


def load_catalogue(path: Path) -> Catalogue:
    """Read sources.yaml; a missing file is an empty catalogue.

    Raises:
        YorozuError: CATALOGUE_INVALID, its reason naming the entry and the field.
    """
    if not path.exists():
        return Catalogue()
    try:
        entries = [_entry(given, place) for place, given in enumerate(_listed(path), start=1)]
        _check_together(entries)
    except _FaultError as fault:
        raise YorozuError(ErrorCode.CATALOGUE_INVALID, path=str(path), reason=str(fault)) from fault
    return Catalogue(
        sources={e.id: Source(**e.model_dump(exclude={"sha256", "fetch"})) for e in entries},
        checksums={e.id: e.sha256 for e in entries if e.sha256},
        links_only=frozenset(e.id for e in entries if not e.fetch),
    )


class _FaultError(ValueError):
    """What is wrong with the catalogue, in Japanese."""


def _listed(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _FaultError(f"大きすぎます（上限 {MAX_BYTES // 1_000_000} MB）")
        data = load_yaml(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _FaultError("UTF-8 で保存されていません") from error
    except OSError as error:
        raise _FaultError("開けません") from error
    except YamlRefusedError as error:
        raise _FaultError(str(error)) from error
    if data is None:
        return []
    if not isinstance(data, dict) or set(data) != {"sources"}:
        raise _FaultError("最上位の項目は sources だけにしてください")
    listed = data["sources"]
    if listed is not None and not isinstance(listed, list):
        raise _FaultError("sources は一覧（- で始まる行）で書いてください")
    return listed or []


def _entry(given: Any, place: int) -> _SourceEntry:
    name = f"{place}番目の資料"
    if not isinstance(given, dict):
        raise _FaultError(f"{name}: 「項目: 値」の形ではありません")
    if isinstance(given.get("id"), str):
        name = f"資料 {given['id']}"
    try:
        return _SourceEntry.model_validate(given)
    except ValidationError as error:
        place_in_entry, reason = first_fault(error)
        raise _FaultError(f"{name} の {place_in_entry}: {reason}") from error


def _check_together(entries: list[_SourceEntry]) -> None:
    known: dict[str, _SourceEntry] = {}
    files: dict[str, str] = {}
    for entry in entries:
        if entry.id in known:
            raise _FaultError(f"資料 {entry.id}: 同じ id が2回あります")
        known[entry.id] = entry
        if entry.file and files.setdefault(entry.file, entry.id) != entry.id:
            raise _FaultError(f"資料 {entry.id} の file: 資料 {files[entry.file]} と同じファイルです")
    successors: dict[str, str] = {}
    for entry in entries:
        if entry.supersedes is None:
            continue
        older = known.get(entry.supersedes)
        if older is None:
            raise _FaultError(f"資料 {entry.id} の supersedes: 資料 {entry.supersedes} がありません")
        if entry.work is None or entry.work != older.work:
            raise _FaultError(f"資料 {entry.id} の supersedes: 資料 {older.id} と work が同じではありません")
        if successors.setdefault(older.id, entry.id) != entry.id:
            both = f"資料 {successors[older.id]} と資料 {entry.id}"
            raise _FaultError(f"{both} の supersedes: どちらも資料 {older.id} の次の版になっています")
    _check_no_cycle(known)


def _check_no_cycle(known: dict[str, _SourceEntry]) -> None:
    for start in known.values():
        seen = {start.id}
        older = start.supersedes
        while older is not None:
            if older in seen:
                raise _FaultError(f"資料 {start.id} の supersedes: 版の前後関係が輪になっています")
            seen.add(older)
            older = known[older].supersedes
