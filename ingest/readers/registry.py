"""Which reader a file goes to: by its content first, by its name where the content is plain text."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError
from ingest.models import FileContent
from ingest.readers.ooxml import OLE2, damaged
from ingest.text.normalise import clean

_HEAD = 4096  # bytes that tell one format from another
_MAX_TEXT_MB = 100  # of a text file; more is a log or an export, no document
_MB = 1024 * 1024

_TEXT_FORMATS = {
    ".txt": "txt", ".text": "txt", ".csv": "csv", ".tsv": "csv", ".tab": "csv",
    ".md": "md", ".markdown": "md", ".rst": "rst", ".rest": "rst",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".yaml": "yaml", ".yml": "yaml",
}  # fmt: skip
_READERS = {
    "pdf": ("pdf", "read_pdf"), "docx": ("docx", "read_docx"), "xlsx": ("xlsx", "read_xlsx"),
    "pptx": ("pptx", "read_pptx"), "html": ("html", "read_html"), "csv": ("delimited", "read_csv"),
    "md": ("markdown", "read_markdown"), "rst": ("rst", "read_rst"), "txt": ("plain", "read_plain"),
    "yaml": ("yaml_", "read_yaml"),
}  # fmt: skip
_BINARY = {".pdf": "PDF", ".docx": "Word", ".xlsx": "Excel", ".pptx": "PowerPoint", ".xlsm": "Excel"}
_OFFICE_PARTS = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"))
_LEGACY = (("WordDocument", ".doc"), ("Workbook", ".xls"), ("Book", ".xls"), ("PowerPoint Document", ".ppt"))
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")
_NO_SEARCH = frozenset({"xlsx", "csv", "yaml"})  # rows are no running text; YAML says what it is


def read_file(path: Path) -> FileContent:
    """Read one file of any known format.

    Returns:
        Its blocks in reading order; a consultation where Q&As were found, its blocks then taken out.

    Raises:
        YorozuError: a FILE_* code or CONSULTATION_INVALID, with the reason.
    """
    try:
        kind = detect(path)
        content = _reader(kind)(path)
    except OSError as error:
        raise YorozuError(ErrorCode.FILE_UNREADABLE, reason=_reason(error)) from error
    if kind not in _NO_SEARCH and content.consultation is None:
        content = _with_consultation(content, path.stem)
    if kind == "txt":
        from ingest.readers.plain import join_lines

        content = replace(content, blocks=join_lines(content.blocks))
    return content


def detect(path: Path) -> str:
    """Return the format of a file: pdf, docx, xlsx, pptx, html, csv, md, rst, txt or yaml.

    Raises:
        YorozuError: FILE_EMPTY, FILE_UNSUPPORTED, FILE_ENCRYPTED, FILE_DAMAGED, FILE_TOO_LARGE.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\x00 \t\r\n"):
        raise YorozuError(ErrorCode.FILE_EMPTY)
    suffix = path.suffix.lower()
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(OLE2):
        raise _old_office(path, suffix)
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(path, suffix)
    return _by_name(path, head, suffix)


def _by_name(path: Path, head: bytes, suffix: str) -> str:
    html = _is_html(head)
    if suffix in _BINARY:
        if html:
            raise damaged("中身がHTMLです。保存されたエラーページなどの可能性があります")
        if head.startswith(_PICTURES):
            raise damaged("中身が画像です")
        if suffix == ".pdf":
            return "pdf"  # its reader knows how much of a damaged file can be saved
        raise damaged(f"中身が{_BINARY[suffix]}のファイルではありません")
    if html and suffix not in {".md", ".markdown", ".yaml", ".yml", ".csv"}:
        return "html"
    if suffix not in _TEXT_FORMATS or head.startswith((*_PICTURES, b"{\\rtf")):
        raise _unsupported(suffix)
    if path.stat().st_size > _MAX_TEXT_MB * _MB:
        raise YorozuError(ErrorCode.FILE_TOO_LARGE, limit_mb=_MAX_TEXT_MB)
    return _TEXT_FORMATS[suffix]


def _is_html(head: bytes) -> bool:
    """Whether a file begins as a page does, an XML declaration and comments aside; UTF-16 included."""
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    while text.startswith((b"<?xml", b"<!--")):
        end = b"?>" if text.startswith(b"<?") else b"-->"
        text = text.partition(end)[2].lstrip()
    return text.startswith(_HTML_STARTS)


def _office_kind(path: Path, suffix: str) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise damaged("zipとして開けません。途中で切れている可能性があります") from error
    kind = next((kind for part, kind in _OFFICE_PARTS if part in names), None)
    if kind is not None:
        return kind
    if suffix in _BINARY:
        raise damaged("必要な部分がありません")
    raise _unsupported(suffix)


def _old_office(path: Path, suffix: str) -> YorozuError:
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        return YorozuError(ErrorCode.FILE_ENCRYPTED)
    found = next((old for name, old in _LEGACY if name.encode("utf-16-le") in data), suffix)
    return _unsupported(suffix if suffix in {".doc", ".xls", ".ppt"} else found)


def _unsupported(suffix: str) -> YorozuError:
    return YorozuError(ErrorCode.FILE_UNSUPPORTED, suffix=clean(suffix) or "拡張子なし")


def _reader(kind: str) -> Callable[[Path], FileContent]:
    """The reader of a format; its module, and with it the library, is imported when first needed."""
    module, function = _READERS[kind]
    reader: Callable[[Path], FileContent] = getattr(import_module(f"ingest.readers.{module}"), function)
    return reader


def _with_consultation(content: FileContent, stem: str) -> FileContent:
    from ingest.readers.consultation import find_consultation

    consultation, rest = find_consultation(content.blocks, file_stem=stem, title=content.title)
    return replace(content, consultation=consultation, blocks=rest)


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "読み取りの権限がありません"
    if isinstance(error, FileNotFoundError):
        return "見つかりません"
    if isinstance(error, IsADirectoryError):
        return "フォルダーです"
    return "読み取り中に入出力の問題が起きました"
