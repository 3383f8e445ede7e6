"""Whether there is room, and whether it can be written to; whether a restore was cut off."""

import os
import tempfile
from pathlib import Path

from app.backup.undo import unfinished
from app.doctor.finding import problem
from app.settings import ServiceSettings
from app.troubles import low_disk
from ingest.errors import ErrorCode, YorozuError

_PROBE = 65_536  # bytes: a full disk may still take an empty file


def check_disk(settings: ServiceSettings) -> str:
    """Write to the data folder and look at what is left of its disk."""
    folder = settings.data_dir
    if not folder.is_dir():
        raise problem(
            ErrorCode.INDEX_MISSING,
            f"データフォルダー {folder} がまだありません。「yorozu ingest」で作られます。場所が違うときは "
            "--data-dir で指定してください。",
        )
    try:
        _write(folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise problem(
            ErrorCode.DATA_DIR_UNWRITABLE,
            f"データフォルダー {folder} に書き込めません（{reason}）。回答はできますが保存されません。"
            "空き容量、読み取り専用になっていないか、所有者と権限を確認してください。",
        ) from error
    if (said := low_disk(folder)) is not None:
        raise problem(ErrorCode.DATA_DIR_UNWRITABLE, said)
    return f"{folder} に書き込めます"


def _write(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(bytes(_PROBE))
        probe.flush()
        os.fsync(probe.fileno())


def check_restore(settings: ServiceSettings) -> str:
    """Whether a restore was begun and not ended."""
    if unfinished(settings.data_dir):
        raise YorozuError(ErrorCode.RESTORE_UNFINISHED, path=str(settings.data_dir))
    return "途中で止まった復元はありません"
