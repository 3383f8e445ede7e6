"""Ours and others over the same kit, one after another, with the same embedder on the same machine."""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.settings import ServiceSettings
from eval.benchmarks.langchain_recipe import LangChainRecipe
from eval.benchmarks.ours import Ours
from eval.benchmarks.system import Entrant, System
from eval.kit import Kit
from eval.retrieval import DEPTH, KitReport, run_kit
from ingest.embedding.sentence_embedder import SentenceEmbedder

_MODULES = ("langchain_huggingface", "langchain_text_splitters", "llama_index.core", "haystack")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one system did on one kit."""

    name: str
    index_seconds: float
    report: KitReport


@dataclass(frozen=True, slots=True)
class Comparison:
    """One kit with every system's result, ours first."""

    kit: str
    documents: int
    results: tuple[Measured, ...]


def missing_modules() -> list[str]:
    """Names of the peers' modules that are not installed."""
    return [name for name in _MODULES if not _is_there(name)]


def entrants(settings: ServiceSettings, embedder: SentenceEmbedder) -> list[Entrant]:
    """Return ours and the peers; a peer's packages are imported when it is made."""
    return [
        Entrant(
            "ours",
            "all signals with their fitted weights",
            ("chromadb", "onnxruntime"),
            lambda folder: Ours(settings, embedder, folder),
        ),
        Entrant(
            "LangChain",
            "RecursiveCharacterTextSplitter (1,000 characters, 200 shared), Chroma",
            ("langchain-core", "langchain-text-splitters", "langchain-chroma"),
            lambda folder: LangChainRecipe(embedder, folder),
        ),
        Entrant(
            "LlamaIndex",
            "VectorStoreIndex with its defaults (SentenceSplitter 1,024 tokens, 200 shared; cosine)",
            ("llama-index-core",),
            lambda _: _llamaindex(embedder),
        ),
        Entrant(
            "Haystack BM25",
            "InMemoryBM25Retriever with its defaults, whole documents",
            ("haystack-ai",),
            lambda _: _haystack(None),
        ),
        Entrant(
            "Haystack hybrid",
            "DocumentSplitter (512 words, 32 shared), BM25 and embeddings, DocumentJoiner with "
            "reciprocal rank fusion",
            ("haystack-ai",),
            lambda _: _haystack(embedder),
        ),
    ]


def compare(
    kits: Sequence[Kit], systems: Sequence[Entrant], say: Callable[[str], None] = lambda _: None
) -> list[Comparison]:
    """Run every system on every kit, kit by kit."""
    comparisons = []
    for kit in kits:
        results = []
        for system in systems:
            say(f"{kit.folder.name}: {system.name}")
            results.append(measure(system, kit))
        comparisons.append(Comparison(kit.folder.name, len(kit.documents), tuple(results)))
    return comparisons


def measure(entrant: Entrant, kit: Kit) -> Measured:
    """Index the kit in a temporary folder and ask its queries."""
    with tempfile.TemporaryDirectory(prefix="yorozu-bench-") as name:
        system = entrant.make(Path(name))
        started = time.perf_counter()
        system.index(kit.documents)
        seconds = time.perf_counter() - started
        # What is loaded by the first question is not what a question costs.
        system.search(next(iter(kit.queries.values())), DEPTH)
        return Measured(entrant.name, seconds, run_kit(kit, system.search))


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # the package above it
        return False


def _llamaindex(embedder: SentenceEmbedder) -> System:
    from eval.benchmarks.llamaindex_default import LlamaIndexDefault

    return LlamaIndexDefault(embedder)


def _haystack(embedder: SentenceEmbedder | None) -> System:
    os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")  # read while haystack is imported
    from eval.benchmarks.haystack_defaults import HaystackBm25, HaystackHybrid

    return HaystackBm25() if embedder is None else HaystackHybrid(embedder)
