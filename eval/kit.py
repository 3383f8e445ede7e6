"""Reads a retrieval kit: documents (or PDF files), queries and which of them belong together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from eval.lines import LineError, json_objects, read_lines, text_field
from ingest.errors import ErrorCode, YorozuError

_QRELS_HEADER = ["query_id", "doc_id", "relevance"]
_PAGE_ID = re.compile(r"(?P<file>.+)#p(?P<page>[1-9]\d*)")


@dataclass(frozen=True, slots=True)
class KitDocument:
    """One line of corpus.jsonl."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit that has been checked: every id that qrels.tsv names exists.

    Exactly one of `documents` and `files` is filled. `qrels` maps query id to {document id: relevance ≥ 0};
    with `files`, document ids are `FILE#pN` (path under files/, page of the file from 1).
    """

    folder: Path
    documents: tuple[KitDocument, ...]
    files: tuple[str, ...]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]

    @property
    def untitled(self) -> "Kit":
        """The same documents without their titles."""
        return replace(self, documents=tuple(replace(document, title="") for document in self.documents))

    @property
    def by_title(self) -> "Kit":
        """Each title as a query for the text that it stood above."""
        titles = {document.id: document.title for document in self.documents if document.title}
        return replace(self.untitled, queries=titles, qrels={name: {name: 1} for name in titles})

    @property
    def files_dir(self) -> Path:
        """Where the PDF files lie."""
        return self.folder / "files"


def read_kit(folder: Path) -> Kit:
    """Read and check the kit in `folder`.

    Raises:
        YorozuError: KIT_INVALID with the file, the line and what is wrong there.
    """
    try:
        return _read(folder)
    except LineError as error:
        raise YorozuError(ErrorCode.KIT_INVALID, path=str(folder), reason=str(error)) from error


def split_page_id(doc_id: str) -> tuple[str, int] | None:
    """Return (file, page) of a `FILE#pN` id, None if it has another form."""
    match = _PAGE_ID.fullmatch(doc_id)
    return (match["file"], int(match["page"])) if match else None


def _read(folder: Path) -> Kit:
    if not folder.is_dir():
        raise LineError("フォルダーがありません")
    documents, files = _documents(folder)
    queries = _queries(folder / "queries.jsonl")
    qrels = _qrels(folder / "qrels.tsv", queries, {doc.id for doc in documents}, set(files))
    return Kit(folder, documents, files, queries, qrels)


def _documents(folder: Path) -> tuple[tuple[KitDocument, ...], tuple[str, ...]]:
    corpus, files_dir = folder / "corpus.jsonl", folder / "files"
    if files_dir.is_dir():
        if corpus.exists():
            raise LineError("corpus.jsonl と files/ の両方があります。どちらかにしてください")
        found = (p for p in files_dir.rglob("*") if p.is_file() and p.suffix.lower() == ".pdf")
        names = tuple(sorted(p.relative_to(files_dir).as_posix() for p in found))
        if not names:
            raise LineError("files/ に PDF がありません")
        return (), names
    documents: dict[str, KitDocument] = {}
    for number, record in json_objects(corpus):
        place = f"{corpus.name} {number}行目"
        doc_id = text_field(place, record, "id")
        if doc_id in documents:
            raise LineError(f"{place}: id {doc_id} が重複しています")
        title = text_field(place, {"title": "", **record}, "title", blank_ok=True)
        documents[doc_id] = KitDocument(doc_id, title, text_field(place, record, "text"))
    if not documents:
        raise LineError(f"{corpus.name} が空です")
    return tuple(documents.values()), ()


def _queries(path: Path) -> dict[str, str]:
    queries: dict[str, str] = {}
    for number, record in json_objects(path):
        place = f"{path.name} {number}行目"
        query_id = text_field(place, record, "id")
        if query_id in queries:
            raise LineError(f"{place}: id {query_id} が重複しています")
        queries[query_id] = text_field(place, record, "text")
    if not queries:
        raise LineError(f"{path.name} が空です")
    return queries


def _qrels(
    path: Path, queries: Mapping[str, str], documents: set[str], files: set[str]
) -> dict[str, dict[str, int]]:
    lines = read_lines(path)
    if lines[0].rstrip("\r").split("\t") != _QRELS_HEADER:
        raise LineError(
            f"{path.name} 1行目: 見出しが query_id, doc_id, relevance（タブ区切り）ではありません"
        )
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        place = f"{path.name} {number}行目"
        query_id, doc_id, relevance = _qrel(place, line.rstrip("\r").split("\t"))
        if query_id not in queries:
            raise LineError(f"{place}: 質問 {query_id} は queries.jsonl にありません")
        if not _known(doc_id, documents, files):
            raise LineError(f"{place}: 文書 {doc_id} はありません")
        if doc_id in qrels.setdefault(query_id, {}):
            raise LineError(f"{place}: {query_id} と {doc_id} の組が重複しています")
        qrels[query_id][doc_id] = relevance
    if not any(grade > 0 for grades in qrels.values() for grade in grades.values()):
        raise LineError(f"{path.name} に正解（relevance が1以上）が一つもありません")
    return qrels


def _qrel(place: str, cells: list[str]) -> tuple[str, str, int]:
    if len(cells) != len(_QRELS_HEADER):
        raise LineError(f"{place}: 列が3つではありません")
    query_id, doc_id, relevance = (cell.strip() for cell in cells)
    if not (relevance.isascii() and relevance.isdigit()):
        raise LineError(f"{place}: relevance が0以上の整数ではありません")
    return query_id, doc_id, int(relevance)


def _known(doc_id: str, documents: set[str], files: set[str]) -> bool:
    if not files:
        return doc_id in documents
    parts = split_page_id(doc_id)
    return parts is not None and parts[0] in files
