"""The default model: taken from its package once, converted, and opened from the models folder afterwards."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from ingest.embedding.convert import write_folder
from ingest.embedding.e5_format import parse
from ingest.embedding.manifest import check_manifest, is_complete, write_manifest
from ingest.embedding.package_file import E5_SMALL, PackagedFile, read_packaged
from ingest.errors import ErrorCode, YorozuError

FOLDER = "multilingual-e5-small"
TITLE = "multilingual-e5-small-q4"


def prepare_packaged(models: Path, say: Callable[[str], None], file: PackagedFile = E5_SMALL) -> Path:
    """Return the checked folder of the converted model, making it when it or a part of it is not there.

    Args:
        models: folder of all converted models.
        say: told in Japanese what is going on, when it takes long.
        file: the packed model.

    Raises:
        YorozuError: MODEL_UNAVAILABLE, MODEL_CHECKSUM, DATA_DIR_UNWRITABLE.
    """
    folder = models / FOLDER
    if not is_complete(folder):
        say("埋め込みモデルをパッケージから取り出しています（91 MB）…")
        content = read_packaged(file)
        say("埋め込みモデルを変換しています…")
        convert_file(content, file, folder)
    check_manifest(folder)
    return folder


def convert_file(content: bytes, file: PackagedFile, folder: Path) -> None:
    """Convert a packed model beside `folder` and move it there whole: nobody ever sees half a folder.

    Raises:
        YorozuError: MODEL_CHECKSUM for content that is no model, DATA_DIR_UNWRITABLE.
    """
    name = Path(file.member).name
    model = parse(content, name)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
            building = Path(scratch) / "new"
            building.mkdir()
            write_folder(model, building)
            write_manifest(building, title=TITLE, source=file.requirement, source_sha256=file.sha256)
            _move(building, folder, Path(scratch) / "old")
    except OSError as error:
        raise YorozuError(ErrorCode.DATA_DIR_UNWRITABLE, path=str(folder.parent)) from error
    except (KeyError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise YorozuError(ErrorCode.MODEL_CHECKSUM, file=name, reason=reason) from error


def _move(building: Path, folder: Path, old: Path) -> None:
    try:
        if folder.exists() and not is_complete(folder):
            folder.rename(old)
        building.rename(folder)
    except OSError:
        # Another process converted at the same time: its folder is as good as ours.
        if not is_complete(folder):
            raise
    shutil.rmtree(old, ignore_errors=True)
