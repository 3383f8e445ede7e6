"""The state of what can be cited: which sources are in the index, which files are not, and why."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field

from ingest.index.records import FileRecord
from ingest.models import Source, SourceKind

State = Literal["indexed", "left_out", "unread", "missing"]
_STATES = (
    "indexed は索引にあり、left_out は同じ内容の別のファイルで代用、unread は読めず、missing はファイルなし"
)


class SourceState(BaseModel):
    """A source and whether it can be cited."""

    id: str
    title: str
    kind: SourceKind
    publisher: str | None = None
    edition: str | None = None
    url: str | None = None
    state: State = Field(description=_STATES)
    passages: int = Field(description="一節の数")
    files: list[str] = Field(description="もとのファイル")
    superseded_by: str | None = Field(None, description="これに代わる新しい版のID")


class FileState(BaseModel):
    """A file and, where it could not be read, why."""

    file: str
    state: State = Field(description=_STATES)
    source_id: str | None = None
    passages: int = Field(description="一節の数")
    qas: int = Field(description="質問と回答の数")
    left_out: str | None = Field(None, description="代わりに使ったファイル")
    code: str | None = Field(None, description="読めない理由のコード", examples=["file_encrypted"])
    message: str | None = Field(None, description="読めない理由と、直し方")
    warnings: list[str] = Field([], description="読めたが、気をつけること")


def file_states(files: Sequence[FileRecord]) -> list[FileState]:
    """Return all files, those that could not be read first."""
    states = [
        FileState(
            file=record.file,
            state=_state(record),
            source_id=record.source_id,
            passages=record.passages,
            qas=record.qas,
            left_out=record.left_out,
            code=record.code,
            message=record.message,
            warnings=list(record.warnings),
        )
        for record in files
    ]
    return sorted(states, key=lambda state: (state.code is None, not state.warnings, state.file))


def source_states(sources: Sequence[Source], files: Sequence[FileRecord]) -> list[SourceState]:
    """Return all sources in the order of the catalogue."""
    newer = {source.supersedes: source.id for source in sources if source.supersedes}
    of_source: dict[str, list[FileRecord]] = {}
    for record in files:
        if record.source_id is not None:
            of_source.setdefault(record.source_id, []).append(record)
    return [_source(source, of_source.get(source.id, []), newer.get(source.id)) for source in sources]


def _source(source: Source, files: Sequence[FileRecord], newer: str | None) -> SourceState:
    states = [_state(record) for record in files]
    order: tuple[State, ...] = ("indexed", "unread", "left_out")
    return SourceState(
        id=source.id,
        title=source.title,
        kind=source.kind,
        publisher=source.publisher,
        edition=source.edition,
        url=source.url,
        state=next((state for state in order if state in states), "missing"),
        passages=sum(record.passages for record in files),
        files=[record.file for record in files],
        superseded_by=newer,
    )


def _state(record: FileRecord) -> State:
    if record.code is not None:
        return "unread"
    return "left_out" if record.left_out is not None else "indexed"
