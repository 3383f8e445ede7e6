"""Indexes a kit the way the product indexes a corpus."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.embedding.base import Embedder
from ingest.index.build import build_index
from ingest.models import Passage, Source
from ingest.pipeline import ingest
from ingest.settings import Settings


@dataclass(frozen=True, slots=True)
class ProductIndexer:
    """The `eval.kit_index.Indexer` of the product; without an embedder the index holds words alone."""

    settings: Settings
    embedder: Embedder | None

    def build(self, data_dir: Path, sources: Sequence[Source], passages: Sequence[Passage]) -> None:
        """Build an index of `passages` in `data_dir`."""
        build_index(data_dir, sources, passages, self.embedder)

    def ingest(self, data_dir: Path, corpus: Path) -> None:
        """Read, split and index every file of `corpus` in `data_dir`; unreadable files are left out."""
        settings = self.settings.model_copy(update={"data_dir": data_dir, "corpus": corpus})
        ingest(settings, embedder=self.embedder, progress=True)

    def count_tokens(self, text: str) -> int:
        """Length of a text in the embedder's tokens, or in characters without one."""
        return self.embedder.count_tokens(text) if self.embedder else len(text)
