"""What docx, xlsx and pptx share: a zip that may be damaged, protected with a password or hostile."""

import io
import zipfile
import zlib
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError

MAX_MB = 500  # uncompressed, all parts together
_MB = 1024 * 1024
_MAX_RATIO = 200  # ordinary documents stay below 40; a zip bomb lies beyond 1000
_RATIO_FROM = 50 * _MB  # small documents of repeated cells compress well and do no harm
_MOST_PARTS = 10_000  # a book of a thousand sheets and pictures has a third of it
_PROLOG = 64 * 1024  # bytes; a document type stands before the first element

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

# What zipfile, lxml and the libraries on top of them raise on a damaged package.
DAMAGE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    KeyError,
    IndexError,
    ValueError,
    AttributeError,
    TypeError,
    SyntaxError,  # XML errors of lxml and of the standard library
    NotImplementedError,  # a compression that zipfile does not know
)


def open_package(path: Path) -> io.BytesIO:
    """Return the bytes of an OOXML file, checked.

    Raises:
        YorozuError: FILE_ENCRYPTED, FILE_DAMAGED, FILE_TOO_LARGE.
        OSError: the file itself cannot be read.
    """
    data = path.read_bytes()
    if data.startswith(OLE2):
        if _ENCRYPTED in data:
            raise YorozuError(ErrorCode.FILE_ENCRYPTED)
        raise damaged("中身が旧形式のファイルです")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if len(package.infolist()) > _MOST_PARTS:
                raise damaged("部品の数が多すぎます")
            _check_size(package, len(data))
            _check_parts(package)
    except DAMAGE as error:
        raise damaged("zipとして開けません") from error
    return io.BytesIO(data)


def damaged(reason: str) -> YorozuError:
    """Return the error for a file whose inside is not what it should be."""
    return YorozuError(ErrorCode.FILE_DAMAGED, reason=reason)


def _check_size(package: zipfile.ZipFile, packed: int) -> None:
    # zipfile reads no more of a member than its declared size, so that the declared sizes can be trusted.
    total = sum(member.file_size for member in package.infolist())
    if total > MAX_MB * _MB or (total > _RATIO_FROM and total > _MAX_RATIO * max(packed, 1)):
        raise YorozuError(ErrorCode.FILE_TOO_LARGE, limit_mb=MAX_MB)


def _check_parts(package: zipfile.ZipFile) -> None:
    for member in package.infolist():
        if member.flag_bits & 0x1:
            raise YorozuError(ErrorCode.FILE_ENCRYPTED)
        if member.filename.endswith((".xml", ".rels")):
            with package.open(member) as part:
                # OOXML knows no document type; the only use of one is entities that blow up or reach out.
                if b"<!DOCTYPE" in part.read(_PROLOG).replace(b"\x00", b""):
                    raise damaged("許されない文書型宣言が含まれています")
