"""A document's way into the index: scan, read what changed, split, embed, build, check, swap."""

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from tqdm import tqdm

from ingest.catalogue import CATALOGUE_NAME, Catalogue, load_catalogue
from ingest.documents import (
    Document,
    digest,
    give_sources,
    leave_out_repeats,
    lend_wordings,
    meet,
    restated_and_verbatim,
    shape_of_passages,
    warnings_of,
)
from ingest.embedding.base import Embedder
from ingest.errors import ErrorCode, YorozuError
from ingest.index.build import build_generation
from ingest.index.lock import writer_lock
from ingest.index.manifest import NO_EMBEDDER
from ingest.index.reader import Index, open_index
from ingest.index.records import Contents, FileRecord
from ingest.index.travel import export_generation
from ingest.models import FileContent, Passage, Source
from ingest.passages import split_file
from ingest.readers.parallel import read_each
from ingest.scan import scan
from ingest.settings import Settings

CountTokens = Callable[[str], int]
Hear = Callable[[str, int, int], object]

_STAGES = {
    "read": "読み取り",
    "embed": "埋め込み",
    "words": "単語",
}


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did. `embedded` and `deleted` are of this run, the other counts of the whole index."""

    files: int
    failed: int
    qas: int
    passages: int
    embedded: int  # texts whose vector had to be computed
    deleted: int  # passages of the generation before that are no longer there
    generation: str
    failures: list[tuple[str, str, str]] = field(default_factory=list)  # file, code, message
    warnings: list[str] = field(default_factory=list)


def ingest(
    settings: Settings,
    paths: Sequence[Path] | None = None,
    *,
    embedder: Embedder | None,
    progress: bool = False,
    rebuild: bool = False,
    hear: Hear | None = None,
) -> IngestReport:
    """Bring the index up to date with the corpus.

    Args:
        settings: where corpus and data are, and the limits of reading.
        paths: see `ingest.scan.scan`; None for the corpus.
        embedder: None builds an index of words alone.
        progress: show bars, if stderr is a terminal.
        rebuild: read every file again and build a generation even if nothing changed.
        hear: is told the stage ("read", "embed", "words"), how much of it is done and of how much.

    Raises:
        YorozuError: CORPUS_MISSING, CATALOGUE_INVALID, INDEX_LOCKED, DATA_DIR_UNWRITABLE. A file that
            cannot be read does not raise: it stands in the report, and everything else goes in.
    """
    report = _ingest(settings, paths, embedder, progress=progress, rebuild=rebuild, hear=hear)
    if settings.generations is not None:
        export_generation(settings.data_dir, settings.generations)
    return report


def _ingest(
    settings: Settings,
    paths: Sequence[Path] | None,
    embedder: Embedder | None,
    *,
    progress: bool,
    rebuild: bool,
    hear: Hear | None,
) -> IngestReport:
    files = scan(settings.corpus, paths)
    catalogue = load_catalogue(settings.corpus / CATALOGUE_NAME)
    name = embedder.name if embedder else NO_EMBEDDER
    shape = shape_of_passages(name, settings.read_seconds)
    # Vectors that move to a server or back are another generation of the same passages.
    kept_as = name if settings.chroma is None or embedder is None else f"{name} on a server"
    with writer_lock(settings.data_dir), ExitStack() as stack:
        bars = stack.enter_context(_Bars(shown=progress, hear=hear))
        before = _generation_before(settings.data_dir)
        records = {r.file: r for r in before.files()} if before and not rebuild else {}
        documents = [
            meet(file, catalogue.for_file(file.file), records.get(file.file), shape, settings.max_file_mb)
            for file in files
        ]
        made_before = {source.id: source for source in before.sources()} if before else {}
        _read([d for d in documents if d.known is None and d.goes_in], settings, bars)
        leave_out_repeats(documents)
        give_sources(documents, catalogue, made_before)
        state = _state(documents, _sources(documents, catalogue), kept_as, shape)
        if before is not None and not rebuild and before.manifest.state == state:
            return _report(before.files(), 0, 0, before.generation)
        _read_the_rest(documents, settings, bars)
        give_sources(documents, catalogue, made_before)
        sources = _sources(documents, catalogue)
        contents = _contents(documents, sources, before, embedder.count_tokens if embedder else _about_tokens)
        contents.state = _state(documents, sources, kept_as, shape)
        built = build_generation(settings.data_dir, contents, embedder, bars.show, settings.vector_server)
        deleted = before.passage_ids() - {p.id for p in contents.passages} if before else set()
        return _report(contents.files, built.embedded, len(deleted), built.generation)


def _read_the_rest(documents: Sequence[Document], settings: Settings, bars: "_Bars") -> None:
    """Read what was left out before or has another source now, and consultations that lend their wordings."""
    _read([document for document in documents if document.must_be_read], settings, bars)
    pairs = restated_and_verbatim(documents)
    _read([document for pair in pairs for document in pair if document.content is None], settings, bars)
    lend_wordings(pairs)


def _generation_before(data_dir: Path) -> Index | None:
    """The current generation, None where there is none that can be read: then all is built anew."""
    try:
        return open_index(data_dir, None)
    except YorozuError as error:
        if error.code in {ErrorCode.INDEX_MISSING, ErrorCode.INDEX_DAMAGED}:
            return None
        raise


def _read(documents: Sequence[Document], settings: Settings, bars: "_Bars") -> None:
    paths = [document.path for document in documents]
    for done, (number, outcome) in enumerate(read_each(paths, settings.read_seconds), start=1):
        try:
            documents[number].content = _with_text(outcome)
        except YorozuError as error:
            documents[number].fail(error)
        bars.show("read", done, len(documents))


def _with_text(content: FileContent | YorozuError) -> FileContent:
    if isinstance(content, YorozuError):
        raise content
    if not any(block.text.strip() for block in content.blocks) and not (
        content.consultation and content.consultation.qas
    ):
        raise YorozuError(ErrorCode.FILE_NO_TEXT)
    return content


def _sources(documents: Iterable[Document], catalogue: Catalogue) -> dict[str, Source]:
    """The catalogue's sources, with the file of those that are here, and the ones made from files."""
    sources = dict(catalogue.sources)
    given: set[str] = set()
    for document in documents:
        if document.source is not None and document.source.id not in given:
            given.add(document.source.id)
            sources[document.source.id] = document.source
    return sources


def _state(documents: Iterable[Document], sources: dict[str, Source], embedder: str, shape: str) -> str:
    files = [(d.file, str(d.path.resolve()), d.key, d.left_out, d.failure, _source_id(d)) for d in documents]
    return digest(files, [asdict(source) for source in sources.values()], embedder, shape)


def _source_id(document: Document) -> str | None:
    return document.source.id if document.goes_in and document.source else None


def _contents(
    documents: Sequence[Document], sources: dict[str, Source], before: Index | None, count_tokens: CountTokens
) -> Contents:
    contents = Contents(sources, [])
    by_file = {document.file: document for document in documents}
    for document in documents:
        passages = _passages(document, before, count_tokens) if document.goes_in else []
        contents.passages += passages
        if document.goes_in:
            contents.pages.update(_pages(document, before))
        questions = {(p.question_no, p.question) for p in passages if p.question}
        record = document.record(len(passages), len(questions), warnings_of(document, by_file))
        contents.files.append(record)
    return contents


def _passages(document: Document, before: Index | None, count_tokens: CountTokens) -> list[Passage]:
    assert document.source is not None
    if document.content is not None:
        return split_file(document.content, document.source, document.file, count_tokens)
    assert before is not None
    return before.passages_of_file(document.file)


def _pages(document: Document, before: Index | None) -> dict[tuple[str, int], str]:
    if document.content is not None:
        pages = dict(enumerate(document.content.pages, start=1))
    else:
        pages = before.pages_of_file(document.file) if before else {}
    return {(document.file, page): text for page, text in pages.items()}


def _report(files: Sequence[FileRecord], embedded: int, deleted: int, generation: str) -> IngestReport:
    failures = [(record.file, record.code, record.message or "") for record in files if record.code]
    return IngestReport(
        files=len(files),
        failed=len(failures),
        qas=sum(record.qas for record in files),
        passages=sum(record.passages for record in files),
        embedded=embedded,
        deleted=deleted,
        generation=generation,
        failures=failures,
        warnings=[warning for record in files for warning in record.warnings],
    )


def _about_tokens(text: str) -> int:
    """Tokens of Japanese text for an embedder that is not there: about five for eight characters."""
    return len(text) * 5 // 8


class _Bars:
    """A progress bar a stage, on stderr; none where stderr is not a terminal."""

    def __init__(self, *, shown: bool, hear: Hear | None) -> None:
        self._hear = hear
        self._shown = shown and sys.stderr.isatty()
        self._bars: dict[str, tqdm[Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        for bar in self._bars.values():
            bar.close()

    def show(self, stage: str, done: int, total: int) -> None:
        """Move the bar of `stage` to `done` of `total`."""
        if self._hear is not None:
            self._hear(stage, done, total)
        if not self._shown:
            return
        if stage not in self._bars:
            self._bars[stage] = tqdm(total=total, desc=_STAGES[stage], file=sys.stderr)
        self._bars[stage].update(done - self._bars[stage].n)
