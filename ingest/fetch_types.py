"""What a downloaded file really is, told from its first bytes and not from what the server calls it."""

import re
import zipfile
from pathlib import Path

_OFFICE = "application/vnd.openxmlformats-officedocument."
# The media types that can be fetched, and the name that a file of each gets.
EXTENSIONS = {
    "application/pdf": ".pdf",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
    f"{_OFFICE}presentationml.presentation": ".pptx",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "text/markdown": ".md",
}
_OFFICE_FOLDERS = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}
_NAMES = {".pdf": "PDF", ".docx": "Word", ".xlsx": "Excel", ".pptx": "PowerPoint", ".html": "HTMLのページ"}
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE)
_HEAD = 4096
_PLAIN = {".csv", ".txt", ".md"}


def wrong_type(path: Path, media_type: str) -> str | None:
    """Return None when the file is of `media_type` (a key of EXTENSIONS), else what it is, in Japanese."""
    wanted = EXTENSIONS[media_type]
    found = _extension(path)
    if found == wanted or (found == "text" and wanted in _PLAIN):
        return None
    if found == "text":
        return "文字だけのファイル"
    return _NAMES.get(found, "不明な形式")


def _extension(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"%PDF-" in head[:1024]:
        return ".pdf"
    if head.startswith(b"PK\x03\x04"):
        return _office_extension(path)
    if _HTML.search(head):
        return ".html"
    return "text" if head and b"\x00" not in head else ""


def _office_extension(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return ""
    return next((ext for ext, top in _OFFICE_FOLDERS.items() if any(n.startswith(top) for n in names)), "")
