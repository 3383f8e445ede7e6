"""What each signal of the search is worth: all of them, each left out, each alone, over one index."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.answering.retrieve import Retriever, load_weights
from app.answering.signals import SIGNALS, Signal
from app.answering.understand import understand
from eval.benchmarks.ours import QUERY_LIMIT
from eval.benchmarks.system import best_documents
from eval.benchmarks.tables import MEASURES
from eval.indexer import ProductIndexer
from eval.kit import Kit
from eval.kit_index import indexed
from eval.metrics import mean
from eval.retrieval import KitReport, run_kit
from ingest.index.reader import Index, open_index
from ingest.models import Passage
from ingest.text.words import Tokenizer

Weights = dict[Signal, float]
Kind = Literal["all", "without", "alone"]


@dataclass(frozen=True, slots=True)
class Variant:
    """One choice of weights: all signals, all without one, or one alone."""

    kind: Kind
    signal: Signal | None
    weights: Weights

    @property
    def label(self) -> str:
        """As it stands in the table."""
        return self.kind if self.signal is None else f"{self.kind} {self.signal}"


@dataclass(frozen=True, slots=True)
class Ablation:
    """One kit under every choice of weights, all signals first."""

    kit: str
    documents: int
    results: tuple[tuple[Variant, KitReport], ...]

    def best_part(self, measure: str) -> tuple[str, float]:
        """Return the signal that is best alone, and how good."""
        alone = [(v.signal or "", mean(r.scores[measure])) for v, r in self.results if v.kind == "alone"]
        return max(alone, key=lambda part: part[1])

    def together(self, measure: str) -> float:
        """Return how good all signals are together."""
        return mean(self.results[0][1].scores[measure])

    def worse_than_a_part(self) -> list[str]:
        """Return the measures by which some signal alone is better than all together."""
        return [m for m in MEASURES if self.together(m) < self.best_part(m)[1]]


def variants(fitted: Mapping[Signal, float]) -> list[Variant]:
    """Return every choice of weights, `fitted` first."""
    everything = dict(fitted)
    without = [Variant("without", s, {**everything, s: 0.0}) for s in SIGNALS]
    alone = [Variant("alone", s, {other: float(other == s) for other in SIGNALS}) for s in SIGNALS]
    return [Variant("all", None, everything), *without, *alone]


def ablate(
    kits: Sequence[Kit], indexer: ProductIndexer, say: Callable[[str], None] = lambda _: None
) -> list[Ablation]:
    """Measure every kit, each indexed once for all choices of weights."""
    choices = variants(load_weights())
    embedder, tokenizer = indexer.embedder, Tokenizer()
    done = []
    for kit in kits:
        say(f"{kit.folder.name}: index")
        with indexed(kit, indexer) as folder:
            index = open_index(folder, embedder.name if embedder is not None else None)
            retrievers = [Retriever(tokenizer, embedder, weights=choice.weights) for choice in choices]
            rankings = Rankings(kit, index, tokenizer, retrievers)
            say(f"{kit.folder.name}: {len(choices)} × {len(kit.queries)}")
            results = []
            for number, choice in enumerate(choices):
                results.append((choice, run_kit(kit, rankings.search_of(number))))
            index.close()
        done.append(Ablation(kit.folder.name, len(kit.documents), tuple(results)))
    return done


class Rankings:
    """Documents for a query under every choice of weights; the signals are computed once a query."""

    def __init__(self, kit: Kit, index: Index, tokenizer: Tokenizer, retrievers: Sequence[Retriever]) -> None:
        self._kit = kit
        self._index = index
        self._tokenizer = tokenizer
        self._retrievers = retrievers
        self._known: dict[tuple[str, int], list[list[str]]] = {}

    def search_of(self, number: int) -> Callable[[str, int], list[str]]:
        """Return the search of retriever `number`."""

        def search(query: str, k: int) -> list[str]:
            if (query, k) not in self._known:
                self._known[query, k] = self._rank(query, k)
            return self._known[query, k][number]

        return search

    def _rank(self, query: str, k: int) -> list[list[str]]:
        asked = understand(query, self._tokenizer, limit=QUERY_LIMIT)
        # Weights come after the signals, so that any retriever's will do.
        signals = self._retrievers[0].signals(self._index, asked.text)

        def documents(retriever: Retriever) -> list[str]:
            def chunks(n: int) -> list[str]:
                found = retriever.for_part(self._index, asked, asked.text, n, whole=signals).candidates
                return [self._document(candidate.passage) for candidate in found]

            return best_documents(chunks, k)

        return [documents(retriever) for retriever in self._retrievers]

    def _document(self, passage: Passage) -> str:
        return f"{passage.file}#p{passage.page}" if self._kit.files else passage.source_id
