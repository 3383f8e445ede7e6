"""Intake: a file, a mail or pasted text in; its questions out, each with the place that it came from."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from app.organiser.columns import plan_table
from app.organiser.models import (
    ColumnPlan,
    Incoming,
    IntakeResult,
    KnownName,
    Origin,
    OriginKind,
    Role,
    Skipped,
    SpanKind,
)
from app.organiser.split import asks_anything, split_questions, without_courtesies
from ingest.errors import ErrorCode, YorozuError
from ingest.readers.grid import Cell, Grid
from ingest.readers.isolated import IsolatedReader
from ingest.readers.qa_table import item_numbers
from ingest.readers.tables import READER, FileTables
from ingest.text.item_numbers import find_item_numbers
from ingest.text.normalise import clean, fold

MAX_MB = 50
MOST_QUESTIONS = 20_000
QUESTION_LIMIT = 2000  # characters of one question
_KINDS: dict[Role, SpanKind] = {
    "company": "company", "person": "person", "mail": "mail", "phone": "phone", "address": "address",
    "department": "department", "size": "size",
}  # fmt: skip
_QUOTED = re.compile(r"^[ \t]*[>＞|].*$", re.MULTILINE)
_SIGNATURE = re.compile(r"^[ \t]*(?:--[ \t]*|[-=*_ー－━─＝＊※☆★□■◆+~～]{5,}.*)$", re.MULTILINE)
_HEAD_LINE = re.compile(
    r"^(?:From|To|Cc|Date|Sent|Subject|差出人|宛先|送信日時|日時|件名)\s*[:：].*$", re.MULTILINE
)
_COMPANY_LINE = re.compile(r".*(?:株式会社|有限会社|合同会社|[(（][株有][)）]|㈱|㈲|Co\.|Inc\.|Ltd).*")
_ADDRESS_PART = re.compile(r"^\s*\"?(?P<name>[^\"<@]*?)\"?\s*<?(?P<mail>[\w.+-]+@[\w.-]+)?>?\s*$")


def intake(
    path: Path, plans: Sequence[ColumnPlan] | None = None, *, seconds: float = 60.0, max_mb: int = MAX_MB
) -> IntakeResult:
    """Read a file of questions: xlsx, csv, docx, txt, md or eml.

    Args:
        path: the file. It is parsed in a process of its own, with limits on time and memory.
        plans: how its tables are to be read, confirmed by a person; by default as recognised.
        seconds: time limit of the parsing.
        max_mb: largest file, in MB.

    Raises:
        YorozuError: a FILE_* code; NO_QUESTIONS where it can be read but asks nothing.
    """
    content = _content(path, max_mb)
    with IsolatedReader(seconds, reader=READER) as reader:
        tables = cast("FileTables", reader.read(path))  # what READER returns
    known = {plan.sheet_no: plan for plan in plans or ()}
    read = [(known.get(n) or plan_table(n, grid), grid) for n, grid in tables.grids if grid.rows]
    taken: list[Incoming] = []
    skipped: list[Skipped] = []
    for plan, grid in read:
        if plan.used:
            for found in _table(plan, grid):
                (taken if isinstance(found, Incoming) else skipped).append(found)  # type: ignore[arg-type]
    if not taken and tables.paragraphs:
        kind: OriginKind = "mail" if tables.kind == "mail" else "file"
        taken = _letter("\n\n".join(tables.paragraphs), kind, tables.sender, tables.sent_at)
    return _result(path.name, content, [plan for plan, _ in read], taken, skipped, tables.notes)


def intake_text(text: str, *, kind: OriginKind = "paste") -> IntakeResult:
    """Read pasted text or the text of a mail.

    Raises:
        YorozuError: NO_QUESTIONS where it asks nothing.
    """
    content = text.encode("utf-8", "replace")
    taken = _letter(clean(content.decode("utf-8")), kind, None, None)
    return _result("", content, [], taken, [], ())


def _content(path: Path, max_mb: int) -> bytes:
    try:
        if path.stat().st_size > max_mb * 1024 * 1024:
            raise YorozuError(ErrorCode.FILE_TOO_LARGE, limit_mb=max_mb)
        return path.read_bytes()
    except OSError as error:
        reason = (
            "見つかりません"
            if isinstance(error, FileNotFoundError)
            else "読み取りの権限などを確認してください"
        )
        raise YorozuError(ErrorCode.FILE_UNREADABLE, reason=reason) from error


def _result(
    name: str,
    content: bytes,
    plans: Sequence[ColumnPlan],
    taken: Sequence[Incoming],
    skipped: Sequence[Skipped],
    notes: Sequence[str],
) -> IntakeResult:
    if not taken and not plans:
        raise YorozuError(ErrorCode.NO_QUESTIONS, reason="質問の文がありません")
    if len(taken) > MOST_QUESTIONS:
        raise YorozuError(ErrorCode.NO_QUESTIONS, reason=f"質問が{MOST_QUESTIONS}件を超えています")
    if not taken:  # a table whose question column a person may still name
        notes = (*notes, "質問の列が分かりませんでした。列を指定してください。")
    return IntakeResult(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        plans=tuple(plans),
        questions=tuple(taken),
        skipped=tuple(skipped),
        notes=tuple(notes),
    )


def _table(plan: ColumnPlan, grid: Grid) -> Iterator[Incoming | Skipped]:
    numbers = grid.numbers or range(1, len(grid.rows) + 1)
    roles: dict[str, list[int]] = {}
    for column in plan.columns:
        roles.setdefault(column.role, []).append(column.index)
    for number, row in zip(numbers, grid.rows, strict=True):
        if plan.header_rows is not None and number <= plan.header_rows[1]:
            continue
        text = "\n".join(_values(row, roles.get("question", [])))
        if not fold(text):
            if any(cell.text.strip() for cell in row):
                yield Skipped(sheet_no=plan.sheet_no, row=number, why="質問の欄が空です")
            continue
        yield from _row(plan, number, row, roles, text)


def _row(
    plan: ColumnPlan, number: int, row: Sequence[Cell], roles: dict[str, list[int]], text: str
) -> Iterator[Incoming | Skipped]:
    known = tuple(
        KnownName(text=value, kind=kind)
        for role, kind in _KINDS.items()
        for value in _values(row, roles.get(role, []))
    )
    named = [n for cell in _values(row, roles.get("item_no", [])) for n in item_numbers(cell)]
    theme = "、".join(_values(row, roles.get("theme", []))) or None
    received = _iso_date("".join(_values(row, roles.get("date", []))[:1]))
    pieces = split_questions(text)
    for part, piece in enumerate(pieces, start=1):
        if len(piece) > QUESTION_LIMIT:
            why = f"質問が長すぎます（{len(piece)}文字、上限{QUESTION_LIMIT}文字）"
            yield Skipped(sheet_no=plan.sheet_no, row=number, why=why)
            continue
        place = part if len(pieces) > 1 else None
        yield Incoming(
            text=piece,
            origin=Origin(kind="file", sheet_no=plan.sheet_no, row=number, part=place),
            item_nos=tuple(dict.fromkeys((*named, *find_item_numbers(piece)))),
            known=known,
            theme=theme,
            received_at=received,
        )


def _values(row: Sequence[Cell], columns: Sequence[int]) -> list[str]:
    """The filled cells of these columns, one merged over several once."""
    cells = {row[c].origin: row[c].text.strip() for c in columns if c < len(row)}
    return [text for text in cells.values() if text]


def _letter(text: str, kind: OriginKind, sender: str | None, sent_at: str | None) -> list[Incoming]:
    """The questions of a letter, without what is quoted, greetings and signature."""
    body, _, signature = _cut(_HEAD_LINE.sub("", _QUOTED.sub("", text)))
    names = [KnownName(text=line.strip(), kind="company") for line in _COMPANY_LINE.findall(signature)]
    if sender and (found := _ADDRESS_PART.match(sender)):
        names += [KnownName(text=found["name"].strip(), kind="person")] if found["name"].strip() else []
        names += [KnownName(text=found["mail"], kind="mail")] if found["mail"] else []
    pieces = [piece for piece in split_questions(without_courtesies(body)) if asks_anything(piece)]
    return [
        Incoming(
            text=piece[:QUESTION_LIMIT],
            origin=Origin(kind=kind, part=part if len(pieces) > 1 else None),
            item_nos=find_item_numbers(piece),
            known=tuple(names),
            received_at=sent_at,
        )
        for part, piece in enumerate(pieces, start=1)
    ]


def _cut(text: str) -> tuple[str, str, str]:
    """What stands before a letter's signature, the line between, and the signature."""
    line = _SIGNATURE.search(text, len(text) // 4)
    return (text[: line.start()], line.group(), text[line.end() :]) if line else (text, "", "")


def _iso_date(text: str) -> str | None:
    found = re.search(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})", unicodedata.normalize("NFKC", text))
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else None
