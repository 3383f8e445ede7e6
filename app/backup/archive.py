"""Read a backup without trusting it: names, sizes and checksums are compared before anything is kept."""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.backup.manifest import LARGEST_MANIFEST, MANIFEST, BackupManifest, Packed, read_description
from ingest.errors import ErrorCode, YorozuError

_PIECE: Final = 1 << 20
_OF_A_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Archive:
    """An open backup whose list of files is what its manifest says."""

    def __init__(self, path: Path, packed: zipfile.ZipFile, manifest: BackupManifest) -> None:
        self.path = path
        self._packed = packed
        self.manifest = manifest

    def unpack(self, target: Path, told: Callable[[int], object] = lambda _: None) -> None:
        """Write every file below `target`, an empty folder of ours.

        Raises:
            YorozuError: BACKUP_DAMAGED naming the first file that is not what the manifest says.
        """
        for name, expected in self.manifest.files.items():
            path = target / name  # `safe` has seen the name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with path.open("xb") as handle:
                self._copy(name, expected, handle.write)
            told(expected.size)

    def verify(self) -> None:
        """Read every file and compare it; nothing is written.

        Raises:
            YorozuError: BACKUP_DAMAGED.
        """
        for name, expected in self.manifest.files.items():
            self._copy(name, expected, len)

    def _copy(self, name: str, expected: Packed, write: Callable[[bytes], object]) -> None:
        digest, left = hashlib.sha256(), expected.size
        try:
            with self._packed.open(name) as source:
                # Never more than announced: a small file that unpacks to terabytes ends here.
                while piece := source.read(min(_PIECE, left + 1)):
                    left -= len(piece)
                    if left < 0:
                        break
                    digest.update(piece)
                    write(piece)
        except _OF_A_ZIP as error:
            raise _damaged(self.path, name) from error
        if left != 0 or digest.hexdigest() != expected.sha256:
            raise _damaged(self.path, name)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a backup and compare its table of contents with its manifest.

    Raises:
        YorozuError: BACKUP_DAMAGED, BACKUP_FOREIGN; FILE_UNREADABLE where there is no such file.
    """
    try:
        handle = path.open("rb")
    except OSError as error:
        raise YorozuError(ErrorCode.FILE_UNREADABLE, reason=error.strerror or str(error)) from error
    with handle:
        try:
            packed = zipfile.ZipFile(handle)
        except _OF_A_ZIP as error:
            begins = handle.seek(0) == 0 and handle.read(4) == b"PK\x03\x04"
            if begins:
                raise _damaged(path, "末尾が欠けています") from error
            raise YorozuError(
                ErrorCode.BACKUP_FOREIGN, path=str(path), reason="zip ではありません"
            ) from error
        with packed:
            yield Archive(path, packed, _manifest(path, packed))


def _manifest(path: Path, packed: zipfile.ZipFile) -> BackupManifest:
    names = packed.namelist()
    if MANIFEST not in names:
        raise YorozuError(ErrorCode.BACKUP_FOREIGN, path=str(path), reason=f"{MANIFEST} がありません")
    try:
        with packed.open(MANIFEST) as source:
            content = source.read(LARGEST_MANIFEST + 1)
    except _OF_A_ZIP as error:
        raise _damaged(path, MANIFEST) from error
    if len(content) > LARGEST_MANIFEST:
        raise _damaged(path, MANIFEST)
    manifest = read_description(content, str(path))
    if sorted(names) != sorted([MANIFEST, *manifest.files]):  # a name that stands twice is found as well
        raise _damaged(path, "目次と説明が一致しません")
    return manifest


def _damaged(path: Path, reason: str) -> YorozuError:
    return YorozuError(ErrorCode.BACKUP_DAMAGED, path=str(path), reason=reason)
