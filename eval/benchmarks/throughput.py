"""Pages a second from PDF files to a searchable index: the product's ingest beside LangChain's recipe."""

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from eval.benchmarks.guideline_pdf import write_guidelines
from eval.benchmarks.langchain_recipe import LangChainRecipe
from eval.benchmarks.tables import table
from ingest.embedding.base import Embedder
from ingest.embedding.convert import PASSAGE_PREFIX, QUERY_PREFIX
from ingest.pipeline import ingest
from ingest.settings import Settings

# Returns how many chunks the files became, for (files, empty folder to write to).
Ingest = Callable[[Sequence[Path], Path], int]


class IngestIncompleteError(Exception):
    """Something was left out, so that its speed says nothing."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """How fast one way of ingesting was: the seconds of each run, and the chunks that came of it."""

    name: str
    pages: int
    chunks: int
    seconds: tuple[float, ...]

    @property
    def pages_per_second(self) -> float:
        """Of the median run."""
        return self.pages / statistics.median(self.seconds)


def measure_ingest(
    ways: Sequence[tuple[str, Ingest]], pages: int, runs: int, say: Callable[[str], None] = lambda _: None
) -> list[Throughput]:
    """Make `pages` pages and ingest them each way, `runs` times in turn, each time into an empty folder."""
    seconds: dict[str, list[float]] = {name: [] for name, _ in ways}
    chunks: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="yorozu-bench-") as name:
        corpus = Path(name) / "corpus"
        corpus.mkdir()
        files = write_guidelines(corpus, pages)
        for run in range(runs):
            for way, run_ingest in ways:
                say(f"{way}: {run + 1}/{runs}")
                target = Path(name) / f"{run}-{way}"
                target.mkdir()
                started = time.perf_counter()
                chunks[way] = run_ingest(files, target)
                seconds[way].append(time.perf_counter() - started)
    return [Throughput(way, pages, chunks[way], tuple(seconds[way])) for way, _ in ways]


def product_ingest(settings: Settings, embedder: Embedder | None) -> Ingest:
    """Return the product's own pipeline: read, split, embed, all indexes, check, swap."""
    import_module("ingest.index.chroma")  # a second that is not part of ingesting

    def run(files: Sequence[Path], target: Path) -> int:
        given = {"corpus": files[0].parent, "data_dir": target, "model_dir": settings.models}
        report = ingest(settings.model_copy(update=given), embedder=embedder)
        if report.failed or report.files != len(files):
            raise IngestIncompleteError(f"{report.failed} of {len(files)} files: {report.failures}")
        return report.passages

    return run


def as_it_comes(folder: Path) -> Embeddings:
    """Return LangChain's own embeddings over the same model folder: sentence-transformers in float32.

    Without them the comparison would lend LangChain the product's 8-bit encoder.
    """
    from langchain_huggingface import HuggingFaceEmbeddings

    kept: Embeddings = HuggingFaceEmbeddings(
        model_name=str(folder),
        model_kwargs={"local_files_only": True},
        encode_kwargs={"prompt": PASSAGE_PREFIX},
        query_encode_kwargs={"prompt": QUERY_PREFIX},
    )
    kept.embed_query("確認")  # loading is not part of ingesting
    return kept


def langchain_ingest(embedder: Embeddings) -> Ingest:
    """Return LangChain's plain recipe: pypdf's text of each page, split, embedded, into Chroma."""
    from pypdf import PdfReader

    for module in ("langchain_chroma", "langchain_text_splitters"):
        import_module(module)  # seconds that are not part of ingesting

    def run(files: Sequence[Path], target: Path) -> int:
        documents = [
            Document(page_content=page.extract_text(), metadata={"source": file.name, "page": number})
            for file in files
            for number, page in enumerate(PdfReader(file).pages, start=1)
        ]
        return LangChainRecipe(embedder, target).add(documents)

    return run


def ingest_section(results: Sequence[Throughput], circumstances: str) -> str:
    """Return the section of docs/benchmarks.md."""
    ours = results[0]
    rows = (
        (
            result.name,
            f"{result.chunks:,}",
            " / ".join(f"{s:.1f}" for s in result.seconds),
            f"{result.pages_per_second:.1f}",
            f"{result.pages_per_second / ours.pages_per_second:.2f}",
        )
        for result in results
    )
    reading = (
        f"{ours.pages:,} pages of made-up Japanese guidelines (PDF), from the files to a searchable index on "
        "disk, embedding\nincluded; each run starts from nothing, the model is loaded beforehand. Pages a "
        "second are of the median run."
    )
    figures = table(("", "chunks", "seconds", "pages/s", "ratio to ours"), rows)
    return f"## Ingest\n\n{circumstances}\n\n{reading}\n\n{figures}"
