"""What a search system is to the benchmarks, and what all of them share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eval.kit import KitDocument

# A document is found through its best chunk; long ones hold many, so more chunks than documents are asked
# for. The same two numbers as in eval.kit_index, so that nobody is asked for more than we are.
_FIRST_ASK = 2
_WIDER = 4


class System(Protocol):
    """A way to index documents and to find them again."""

    def index(self, documents: Sequence[KitDocument]) -> None:
        """Split, embed and store `documents`; called once."""

    def search(self, query: str, k: int) -> list[str]:
        """Return the ids of up to `k` documents, best first."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A system that takes part.

    Attributes:
        name: as it stands in the tables.
        recipe: what it does, in one line.
        packages: distributions whose versions matter.
        make: opens it, with everything imported, on an empty folder that it may write to.
    """

    name: str
    recipe: str
    packages: tuple[str, ...]
    make: Callable[[Path], System]


def document_text(document: KitDocument) -> str:
    """The text that every system is given: the title, if there is one, on a line of its own above."""
    return f"{document.title}\n{document.text}" if document.title.strip() else document.text


def best_documents(chunks: Callable[[int], Sequence[str]], k: int) -> list[str]:
    """Return up to `k` documents, each ranked where its best chunk is.

    Args:
        chunks: returns the document ids of the best n chunks, best first; fewer when there are no more.
        k: how many documents are wanted.
    """
    ask = k * _FIRST_ASK
    while True:
        found = chunks(ask)
        documents = list(dict.fromkeys(found))
        if len(documents) >= k or len(found) < ask:
            return documents[:k]
        ask *= _WIDER
