"""A file of questions as tables and text: nothing is interpreted yet. Runs in the isolated reader."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

from ingest.errors import ErrorCode, YorozuError
from ingest.readers.encoding import decode
from ingest.readers.grid import Grid
from ingest.readers.registry import detect
from ingest.text.normalise import clean

READER = "ingest.readers.tables:read_tables"  # what an IsolatedReader is told
_MAX_MAIL_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileTables:
    """What a file holds.

    Attributes:
        kind: file (tables, or the text of a document) or mail.
        grids: every visible table with its position in the file, from 1.
        paragraphs: text outside of tables, in order.
        sender: as the mail's head says, None for files.
        sent_at: ISO 8601, None where it is not known.
        notes: Japanese remarks on what was not read.
    """

    kind: Literal["file", "mail"] = "file"
    grids: tuple[tuple[int, Grid], ...] = ()
    paragraphs: tuple[str, ...] = ()
    sender: str | None = None
    sent_at: str | None = None
    notes: tuple[str, ...] = ()


def read_tables(path: Path) -> FileTables:
    """Read an xlsx, csv, docx, txt, md or eml file.

    Raises:
        YorozuError: a FILE_* code with the reason.
        OSError: the file cannot be read.
    """
    if path.suffix.lower() == ".eml":
        return _mail(path)
    kind = detect(path)
    if kind == "xlsx":
        from ingest.readers.xlsx import read_xlsx_grids

        grids, notes, _ = read_xlsx_grids(path)
        return FileTables(grids=tuple(grids), notes=notes)
    if kind == "csv":
        from ingest.readers.delimited import read_csv_grid

        return FileTables(grids=((1, read_csv_grid(path)),))
    if kind == "docx":
        from ingest.readers.docx import read_docx_grids

        tables, paragraphs = read_docx_grids(path)
        return FileTables(grids=tuple(enumerate(tables, start=1)), paragraphs=tuple(paragraphs))
    if kind in {"txt", "md"}:
        return FileTables(paragraphs=(clean(decode(path.read_bytes())),))
    raise YorozuError(ErrorCode.FILE_UNSUPPORTED, suffix=clean(path.suffix) or "拡張子なし")


def _mail(path: Path) -> FileTables:
    if path.stat().st_size > _MAX_MAIL_BYTES:
        raise YorozuError(ErrorCode.FILE_TOO_LARGE, limit_mb=_MAX_MAIL_BYTES // 1024 // 1024)
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    attached = [part.get_filename() for part in message.iter_attachments()]
    notes = (f"添付ファイル（{len(attached)}件）は読みませんでした。",) if attached else ()
    if body is None:
        raise YorozuError(ErrorCode.FILE_NO_TEXT)
    try:
        text = clean(str(body.get_content()))
    except (LookupError, UnicodeError) as error:
        raise YorozuError(ErrorCode.FILE_ENCODING) from error
    return FileTables("mail", (), (text,), clean(str(message["from"] or "")) or None, _date(message), notes)


def _date(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(message["date"])).isoformat(timespec="seconds")
    except (TypeError, ValueError):
        return None
