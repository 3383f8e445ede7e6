"""Where the vectors of a generation under construction go: its folder, or a server, and out of it again."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import YorozuError
from ingest.index import layout
from ingest.index.manifest import read_manifest
from ingest.index.remote_vectors import VectorSearch
from ingest.index.vector_server import VectorServer

if TYPE_CHECKING:
    from ingest.index.chroma import ChromaVectors

log = logging.getLogger(__name__)
_FIELDS = ("text", "question", "sentence")
# Names what is being written: whoever is killed meanwhile leaves it to the next to clear away.
_PENDING = "CHROMA_PENDING"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The place for one generation.

    Attributes:
        prefix: of its collections on the server; None where they go into its folder.
        search: finds them there again.
    """

    data_dir: Path
    server: VectorServer | None
    prefix: str | None
    search: VectorSearch

    @contextmanager
    def writing(self, folder: Path) -> Iterator["ChromaVectors"]:
        """The collections, open for writing.

        Raises:
            YorozuError: VECTORS_UNAVAILABLE.
        """
        from ingest.index.chroma import ChromaVectors, named_vector_failures

        if self.server is None or self.prefix is None:
            chroma = ChromaVectors.embedded(folder)
            try:
                yield chroma
            finally:
                chroma.close()
            return
        _pending(self.data_dir).write_text(self.prefix + "\n", encoding="ascii")
        with named_vector_failures():
            yield ChromaVectors.on(self.server, self.prefix)

    def keep_only(self, names: set[str]) -> None:
        """Take the vectors of all other generations off the server, before their folders go."""
        for name in layout.generations(self.data_dir):
            if name not in names:
                with suppress(YorozuError):  # a damaged one does not say where its vectors are
                    self._forget(read_manifest(layout.index_folder(self.data_dir) / name).vectors_at)
        _pending(self.data_dir).unlink(missing_ok=True)

    def forget_pending(self) -> None:
        """Take off the server what a build that failed or was killed has left there."""
        with suppress(FileNotFoundError):
            self._forget(_pending(self.data_dir).read_text(encoding="ascii").strip() or None)
            _pending(self.data_dir).unlink()

    def _forget(self, prefix: str | None) -> None:
        if prefix is None or self.server is None:
            return
        from ingest.index.chroma import ChromaVectors, named_vector_failures

        try:
            with named_vector_failures():
                ChromaVectors.on(self.server, prefix).forget(_FIELDS)
        except YorozuError as error:
            log.warning("the vectors %s stay on the server: %s", prefix, error.message)


@contextmanager
def vectors_of(data_dir: Path, server: VectorServer | None) -> Iterator[Shelf]:
    """A shelf for the generation that is being built. The writer lock must be held."""
    prefix = f"yorozu-{secrets.token_hex(8)}" if server is not None else None
    search = VectorSearch(server)
    shelf = Shelf(data_dir, server, prefix, search)
    try:
        shelf.forget_pending()
        yield shelf
    finally:
        search.close()


def _pending(data_dir: Path) -> Path:
    return layout.index_folder(data_dir) / _PENDING
