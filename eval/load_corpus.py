"""A corpus of a wanted size around the shipped one: its consultation, and made-up guidelines beside it."""

import shutil
from pathlib import Path

from eval.benchmarks.guideline_pdf import PAGES_PER_FILE, page_text
from ingest.embedding.load import load_embedder
from ingest.index.reader import open_index
from ingest.pipeline import ingest
from ingest.settings import Settings

_PASSAGES_A_PAGE = 2.0  # what a made-up page is split into


def prepare(folder: Path, corpus: Path, passages: int) -> int:
    """Make and ingest a corpus of `passages` passages or somewhat more in `folder`; return how many it has.

    What `folder` holds already is kept: a second call embeds nothing.
    """
    target = folder / "corpus"
    shutil.copytree(corpus, target, dirs_exist_ok=True)
    settings = Settings.load(corpus=target, data_dir=folder / "var")
    embedder = load_embedder(settings)
    pages = int(passages / _PASSAGES_A_PAGE) if passages else 0
    _write_guidelines(target / "documents", pages)
    ingest(settings, embedder=embedder)
    index = open_index(settings.data_dir, embedder.name if embedder else None)
    return len(index)


def _write_guidelines(folder: Path, pages: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, pages, PAGES_PER_FILE):
        path = folder / f"guideline-{start // PAGES_PER_FILE + 1:04}.md"
        path.write_text("\n".join(map(_page, range(start, min(start + PAGES_PER_FILE, pages)))), "utf-8")


def _page(page: int) -> str:
    heading, sentences = page_text(page)
    return f"## {heading}\n\n{''.join(sentences)}\n"
