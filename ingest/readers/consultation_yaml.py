"""A consultation written as YAML (format: corpus/README.md), checked question by question."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from ingest.checked import Entry, Number, PartialDate, Text, WebUrl, first_fault
from ingest.errors import ErrorCode, YorozuError
from ingest.models import Consultation, FileContent, Qa, Reference
from ingest.safe_yaml import YamlRefusedError, load_yaml

MAX_BYTES = 10_000_000
_BETWEEN_LINES = re.compile(r"(?P<before>\S)\s*\n\s*(?P<after>\S)")


def is_consultation(data: object) -> bool:
    """Say whether loaded YAML means to be a consultation: a mapping with `qas`."""
    return isinstance(data, dict) and "qas" in data


def _name(value: str) -> str:
    if re.fullmatch(r"\w[\w.-]{0,99}", value) is None:
        raise ValueError("id は文字・数字・_ . - で書いてください（100文字まで）")
    return value


def _one_line(value: str) -> str:
    def join(match: re.Match[str]) -> str:
        both_ascii = match["before"].isascii() and match["after"].isascii()
        return match["before"] + (" " if both_ascii else "") + match["after"]

    # Twice, because a line of one character is "after" and "before" at once.
    return _BETWEEN_LINES.sub(join, _BETWEEN_LINES.sub(join, value))


def _trimmed_lines(value: str) -> str:
    return "\n".join(line for line in (part.strip() for part in value.split("\n")) if line)


class _ReferenceEntry(Entry):
    source: Text | None = None
    label: Annotated[Text, AfterValidator(_one_line)] | None = None
    pages: Text | None = None
    url: WebUrl | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "_ReferenceEntry":
        if not (self.source or self.label or self.url):
            raise ValueError("source、label、url のいずれかが必要です")
        return self


class _QaEntry(Entry):
    no: Number
    question: Annotated[Text, AfterValidator(_one_line)]
    answer: Annotated[Text, AfterValidator(_trimmed_lines)]
    label: Text | None = None
    item_nos: list[Number] = Field(default_factory=list)
    references: list[_ReferenceEntry] = Field(default_factory=list)
    wordings: list[Annotated[Text, AfterValidator(_one_line)]] = Field(default_factory=list, max_length=200)
    approved_by: Text | None = None  # kept with the published question; not part of what is cited
    approved_on: PartialDate | None = None

    @model_validator(mode="after")
    def _items_once(self) -> "_QaEntry":
        if len(set(self.item_nos)) != len(self.item_nos):
            raise ValueError("item_nos に同じ番号が2回あります")
        return self


class _ConsultationEntry(Entry):
    id: Annotated[Text, AfterValidator(_name)]
    title: Text
    theme: Text | None = None
    held_on: PartialDate | None = None
    as_of: PartialDate | None = None
    status: Literal["要約", "原文"]
    note: Annotated[Text, AfterValidator(_one_line)] | None = None
    qas: list[Any]


def read_consultation_yaml(path: Path) -> FileContent:
    """Read one consultation; `blocks` is empty, `consultation` and `title` are filled.

    Raises:
        YorozuError: CONSULTATION_INVALID (its reason names the question and the field), FILE_UNREADABLE,
            FILE_EMPTY, FILE_ENCODING or FILE_TOO_LARGE.
    """
    try:
        data = load_yaml(_text(path))
        consultation = _consultation(data)
    except (_FaultError, YamlRefusedError) as fault:
        raise YorozuError(ErrorCode.CONSULTATION_INVALID, reason=str(fault)) from fault
    return FileContent(consultation=consultation, title=consultation.title)


class _FaultError(ValueError):
    """What is wrong with the file, in Japanese."""


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise YorozuError(ErrorCode.FILE_TOO_LARGE, limit_mb=MAX_BYTES // 1_000_000)
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise YorozuError(ErrorCode.FILE_ENCODING) from error
    except OSError as error:
        raise YorozuError(ErrorCode.FILE_UNREADABLE, reason=error.strerror or type(error).__name__) from error
    if not text.strip():
        raise YorozuError(ErrorCode.FILE_EMPTY)
    return text


def _consultation(data: Any) -> Consultation:
    if not isinstance(data, dict):
        raise _FaultError("最上位が「項目: 値」の形ではありません")
    try:
        head = _ConsultationEntry.model_validate(data)
    except ValidationError as error:
        field, reason = first_fault(error)
        raise _FaultError(f"{field}: {reason}") from error
    if not head.qas:
        raise _FaultError("qas: 質問が一つもありません")
    qas = tuple(_qa(given, place) for place, given in enumerate(head.qas, start=1))
    seen: set[int] = set()
    for qa in qas:
        if qa.question_no in seen:
            raise _FaultError(f"質問{qa.question_no} の no: 同じ番号が2回あります")
        seen.add(qa.question_no)
    return Consultation(qas=qas, **head.model_dump(exclude={"qas"}))


def _qa(given: Any, place: int) -> Qa:
    name = f"{place}番目の質問"
    if not isinstance(given, dict):
        raise _FaultError(f"{name}: 「項目: 値」の形ではありません")
    if isinstance(given.get("no"), int) and not isinstance(given["no"], bool):
        name = f"質問{given['no']}"
    try:
        entry = _QaEntry.model_validate(given)
    except ValidationError as error:
        field, reason = first_fault(error)
        raise _FaultError(f"{name} の {field}: {reason}" if field else f"{name}: {reason}") from error
    return Qa(
        question_no=entry.no,
        question=entry.question,
        answer=entry.answer,
        item_nos=tuple(entry.item_nos),
        references=tuple(
            Reference(label=r.label or "", url=r.url, source=r.source, pages=r.pages)
            for r in entry.references
        ),
        wordings=tuple(dict.fromkeys(entry.wordings)),
        label=entry.label or "",
    )
