"""A document on its way into the index: what is known of it from before, what was read, what it is called."""

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ingest.catalogue import Catalogue
from ingest.errors import ERROR_SPECS, ErrorCode, YorozuError
from ingest.index.records import INDEX_FORMAT, FileRecord
from ingest.models import FileContent, Source
from ingest.scan import CorpusFile

VERBATIM, RESTATED = "原文", "要約"
_NOT_IN_IDS = re.compile(r"[^\w.]+")
# The parts of this package that decide what a file turns into.
_SHAPING_FILES = {".py", ".txt"}
_SHAPING = ("readers", "text", "chunks.py", "models.py", "passages.py", "qa_passages.py", "text_passages.py")


@dataclass(slots=True)
class Document:
    """One file. Once read, or with a record from before, it has either a failure or something to index."""

    file: str
    path: Path
    sha256: str
    key: str  # hash of all that its passages depend on
    catalogued: Source | None = None
    known: FileRecord | None = None  # from the generation before, for the same key
    content: FileContent | None = None
    failure: tuple[str, str] | None = None  # code and message
    left_out: str | None = None  # the file that stands for this one
    source: Source | None = None

    @property
    def goes_in(self) -> bool:
        """Whether its passages belong into the index."""
        return self.failure is None and self.left_out is None

    @property
    def must_be_read(self) -> bool:
        """Whether its passages can be had in no other way than by reading the file."""
        kept = self.known is not None and self.known.left_out is None
        moved = kept and self.source is not None and self.known and self.known.source_id != self.source.id
        return self.goes_in and self.content is None and (not kept or bool(moved))

    @property
    def consultation(self) -> tuple[str, str] | None:
        """Id and status of the consultation that it holds."""
        if self.content is not None:
            held = self.content.consultation
            return (held.id, held.status) if held else None
        if self.known is not None and self.known.consultation_id:
            return self.known.consultation_id, self.known.status or VERBATIM
        return None

    def fail(self, error: YorozuError) -> None:
        """Note why it cannot be read."""
        self.failure = (error.code.value, error.message)

    def record(self, passages: int, qas: int, warnings: Iterable[str]) -> FileRecord:
        """What the index keeps of it."""
        consultation = self.consultation
        return FileRecord(
            file=self.file,
            sha256=self.sha256,
            key=self.key,
            source_id=self.source.id if self.source and self.goes_in else None,
            passages=passages,
            qas=qas,
            consultation_id=consultation[0] if consultation else None,
            status=consultation[1] if consultation else None,
            left_out=self.left_out,
            code=self.failure[0] if self.failure else None,
            message=self.failure[1] if self.failure else None,
            warnings=tuple(warnings),
            path=str(self.path.resolve()),
        )


def meet(
    file: CorpusFile, source: Source | None, known: FileRecord | None, shape: str, max_mb: int
) -> Document:
    """Hash a file and recognise it where the generation before has it with the same key."""
    document = Document(file.file, file.path, "", "", source)
    try:
        if file.path.stat().st_size > max_mb * 1_000_000:
            document.fail(YorozuError(ErrorCode.FILE_TOO_LARGE, limit_mb=max_mb))
            document.key = f"over {max_mb}"
            return document
        with file.path.open("rb") as handle:
            document.sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        document.fail(YorozuError(ErrorCode.FILE_UNREADABLE, reason=error.strerror or "OSError"))
        return document
    document.key = digest(document.sha256, file.file, source and asdict(source), shape)
    if known is not None and known.key == document.key:
        document.known = known
        if known.code is not None:
            document.failure = (known.code, known.message or "")
    return document


def leave_out_repeats(documents: Iterable[Document]) -> None:
    """Of files with the same content keep one; let a verbatim consultation replace its restated form."""
    firsts: dict[tuple[str, str], Document] = {}
    verbatim: dict[str, Document] = {}
    for document in sorted(documents, key=lambda d: (d.catalogued is None, d.file)):
        if not document.goes_in:
            continue
        first = firsts.setdefault((document.sha256, document.path.suffix.lower()), document)
        if first is not document:
            document.left_out = first.file
        elif document.consultation and document.consultation[1] == VERBATIM:
            verbatim.setdefault(document.consultation[0], document)
    for document in firsts.values():
        held = document.consultation
        if held and held[1] == RESTATED and held[0] in verbatim:
            document.left_out = verbatim[held[0]].file


def restated_and_verbatim(documents: Sequence[Document]) -> list[tuple[Document, Document]]:
    """Pairs of a restated consultation and the verbatim one that replaces it."""
    by_file = {document.file: document for document in documents}
    return [
        (document, by_file[document.left_out])
        for document in documents
        if document.left_out is not None and document.sha256 != by_file[document.left_out].sha256
    ]


def lend_wordings(pairs: Iterable[tuple[Document, Document]]) -> None:
    """Give the questions of a verbatim consultation the other wordings that its restated form names."""
    for restated, verbatim in pairs:
        given, taking = (d.content.consultation if d.content else None for d in (restated, verbatim))
        if given is None or taking is None or verbatim.content is None:
            continue
        wordings = {qa.question_no: qa.wordings for qa in given.qas}
        qas = tuple(
            replace(qa, wordings=qa.wordings or wordings.get(qa.question_no, ())) for qa in taking.qas
        )
        verbatim.content = replace(verbatim.content, consultation=replace(taking, qas=qas))


def give_sources(documents: Iterable[Document], catalogue: Catalogue, before: dict[str, Source]) -> None:
    """Give each document its source: the catalogue's, or one made from the file itself."""
    taken = set(catalogue.sources)
    for document in documents:
        if not document.goes_in:
            continue
        if document.catalogued is not None:
            document.source = _catalogued_source(document, document.catalogued, before)
            continue
        id_ = _own_id(document, taken)
        taken.add(id_)
        remembered = before.get(id_) if document.content is None else None
        document.source = remembered or _own_source(id_, document)


def shape_of_passages(embedder: str, read_seconds: float) -> str:
    """Hash of what turns the same file into other passages: code, word lists, the embedder's tokens, time."""
    code = hashlib.sha256()
    for name in _SHAPING:
        place = Path(__file__).with_name(name)
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in _SHAPING_FILES:
                code.update(path.read_bytes())
    return digest(INDEX_FORMAT, code.hexdigest(), embedder, read_seconds)


def digest(*parts: object) -> str:
    """SHA-256 (hex) of values that JSON can hold."""
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def warnings_of(document: Document, by_file: dict[str, Document]) -> list[str]:
    """Japanese remarks on a document: pages without text, the reader's notes, why it was left out."""
    if document.left_out is not None:
        other = by_file[document.left_out]
        if other.sha256 == document.sha256:
            return [f"{document.file}: {other.file} と同じ内容なので、そちらだけを取り込みました。"]
        return [
            f"{document.file}: 同じ相談会の原文 {other.file} があるので、要約の代わりに原文を使いました。"
        ]
    if document.content is None:
        return list(document.known.warnings) if document.known else []
    pages: dict[str, list[int]] = defaultdict(list)
    for problem in document.content.problems:
        pages[problem.code].append(problem.page)
    found = [f"{_listed(numbers)}: {ERROR_SPECS[ErrorCode(code)].message}" for code, numbers in pages.items()]
    return [f"{document.file}: {remark}" for remark in (*found, *document.content.notes)]


def _listed(pages: list[int]) -> str:
    return "・".join(str(page) for page in pages) + "ページ"


def _own_id(document: Document, taken: set[str]) -> str:
    """An id that depends on the file alone; a consultation keeps its own where that is free."""
    held = document.consultation
    if held and (own := _slug(held[0])) and own not in taken:
        return own
    suffix = hashlib.sha256(document.file.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{_slug(document.file)}-{suffix}"


def _slug(text: str) -> str:
    return _NOT_IN_IDS.sub("-", unicodedata.normalize("NFKC", text).casefold()).strip("-.")[:80]


def _catalogued_source(document: Document, entry: Source, before: dict[str, Source]) -> Source:
    """The catalogue's entry, completed by what a consultation says of itself: its date, whether a 要約."""
    source = replace(entry, file=entry.file or document.file)
    if document.content is None:
        old = before.get(entry.id, source)
        return replace(source, as_of=source.as_of or old.as_of, edition=source.edition or old.edition)
    held = document.content.consultation
    if held is None:
        return source
    restated = RESTATED if held.status == RESTATED else None
    return replace(
        source, as_of=source.as_of or held.as_of or held.held_on, edition=source.edition or restated
    )


def _own_source(id_: str, document: Document) -> Source:
    content = document.content or FileContent()
    held = content.consultation
    if held is None:
        title = content.title or Path(document.file).stem
        return Source(id_, title, file=document.file)
    return Source(
        id_,
        held.title or content.title or Path(document.file).stem,
        kind="consultation",
        file=document.file,
        published=held.held_on,
        as_of=held.as_of or held.held_on,
        edition=RESTATED if held.status == RESTATED else None,
        note=held.note,
    )
