"""Turns a kit into an index of its own, and passages that were found back into the kit's document ids."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.answering.models import SearchHit, SearchResult
from eval.kit import Kit, KitDocument
from eval.retrieval import Search
from ingest.chunks import CountTokens
from ingest.models import Block, FileContent, Passage, Source
from ingest.passages import split_file

# A document is found through its best passage; long ones hold many, so more passages than documents
# are asked for.
_FIRST_ASK = 2
_WIDER = 4


class Indexer(Protocol):
    """The two ways into an index, bound to an embedder by whoever runs the kit."""

    def build(self, data_dir: Path, sources: Sequence[Source], passages: Sequence[Passage]) -> None:
        """Build an index of `passages` in `data_dir`."""

    def ingest(self, data_dir: Path, corpus: Path) -> None:
        """Read every file of the folder `corpus`, split and index it in `data_dir`."""

    def count_tokens(self, text: str) -> int:
        """Length of a text in the embedder's tokens."""


@contextmanager
def indexed(kit: Kit, indexer: Indexer) -> Iterator[Path]:
    """Index the kit in a temporary folder, yield that folder as data directory, and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="yorozu-kit-") as name:
        data_dir = Path(name)
        if kit.files:
            indexer.ingest(data_dir, kit.files_dir)
        else:
            parts = list(kit_parts(kit, indexer.count_tokens))
            indexer.build(data_dir, [p.source for p in parts], [q for p in parts for q in p.passages])
        yield data_dir


@dataclass(frozen=True, slots=True)
class KitPart:
    """One document of a kit as source and passages; the source's id is the document's id."""

    source: Source
    passages: tuple[Passage, ...]


def kit_parts(kit: Kit, count_tokens: CountTokens) -> Iterator[KitPart]:
    """Yield the documents of corpus.jsonl, split like any other text."""
    for document in kit.documents:
        source = Source(id=document.id, title=document.title or document.id, kind="web", file=document.id)
        passages = split_file(_content(document), source, document.id, count_tokens)
        yield KitPart(source, tuple(passages))


def document_search(kit: Kit, search: Callable[[str, int], SearchResult]) -> Search:
    """Return a search for documents on top of one for passages: each ranks where its best passage does."""
    to_id = _page_id if kit.files else _document_id

    def documents(query: str, k: int) -> list[str]:
        ask = k * _FIRST_ASK
        while True:
            hits = search(query, ask).results
            found = list(dict.fromkeys(doc for hit in hits if (doc := to_id(hit)) is not None))
            if len(found) >= k or len(hits) < ask:
                return found[:k]
            ask *= _WIDER

    return documents


def _document_id(hit: SearchHit) -> str:
    return hit.source_id


def _page_id(hit: SearchHit) -> str | None:
    return None if hit.page is None else f"{hit.file}#p{hit.page}"


def _content(document: KitDocument) -> FileContent:
    blocks = [Block("heading", document.title, level=1)] if document.title.strip() else []
    blocks += [Block("paragraph", line) for line in document.text.splitlines() if line.strip()]
    return FileContent(blocks=tuple(blocks), title=document.title or None)
