"""The databases of people's work, page by page; and whether the clock agrees with what they hold."""

import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from app.doctor.finding import problem
from app.doctor.server import check_server, newest_answer
from app.settings import ServiceSettings
from app.store.parts import ORIGINALS, STORE
from ingest.errors import ErrorCode
from ingest.index.embeddings import NAME as EMBEDDINGS

_NONE_YET = "まだありません（使い始めると作られます）"
_AHEAD: Final = timedelta(minutes=5)  # clocks of two machines that write into one store
_BORN: Final = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that runs can be before the program
_OTHERS = 0o077
_BUSY_SECONDS = 10.0


def check_store(settings: ServiceSettings) -> str:
    """Answers, drafts, questions, keys, the audit log."""
    if settings.place.url is not None:
        return check_server(settings.place, STORE)
    path = settings.data_dir / STORE.file
    if not path.is_file():
        return _NONE_YET
    reason = _damage(path)
    if reason is not None:
        raise problem(
            ErrorCode.STORE_DAMAGED,
            f"{path} が壊れています（{reason}）。サービスを止め、このファイルと -wal、-shm を別の場所に移してから、"
            "「yorozu restore バックアップ --force」で戻してください。バックアップがないときは、移したファイルを "
            "sqlite3 の .recover で救い出せることがあります。",
        )
    return "正常です"


def check_originals(settings: ServiceSettings) -> str:
    """Questions word for word: sound, and their owner's alone."""
    if settings.place.url is not None:
        return check_server(settings.place, ORIGINALS)
    path = settings.data_dir / ORIGINALS.file
    if not path.is_file():
        return _NONE_YET
    if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
        raise problem(
            ErrorCode.DATA_DIR_UNWRITABLE,
            f"{path} を、ほかの利用者も読める状態です。「chmod 600 {path}」を実行してください。",
        )
    reason = _damage(path)
    if reason is not None:
        raise problem(
            ErrorCode.STORE_DAMAGED,
            f"{path} が壊れています（{reason}）。別の場所に移し、--with-originals で作ったバックアップがあれば戻してください。"
            "一般化した質問と下書きには影響しません。",
        )
    return "正常です"


def check_embeddings(settings: ServiceSettings) -> str:
    """Vectors that need not be computed again: nothing is lost with them but time."""
    path = settings.data_dir / EMBEDDINGS
    if not path.is_file():
        return _NONE_YET
    reason = _damage(path)
    if reason is not None:
        raise problem(
            ErrorCode.STORE_DAMAGED,
            f"{path} が壊れています（{reason}）。失われるものはありません。このファイルを削除してください。"
            "次の取り込みで計算し直します。",
        )
    return "正常です"


def _damage(path: Path) -> str | None:
    """What SQLite finds wrong with a file; None where it is sound."""
    try:
        uri = f"{path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if verdict == "ok" else " ".join(str(verdict).split())


def check_clock(settings: ServiceSettings) -> str:
    """Whether the newest answer is from the future, or the clock from before the program was written."""
    now = datetime.now(UTC)
    if now < _BORN:
        raise problem(ErrorCode.SETTING_INVALID, _wrong(f"{now:%Y-%m-%d} を指しています"))
    newest = _newest(settings)
    if newest is not None and newest > now + _AHEAD:
        raise problem(
            ErrorCode.SETTING_INVALID,
            _wrong(
                f"最後に保存した回答（{newest:%Y-%m-%d %H:%M}）より前の {now:%Y-%m-%d %H:%M} を指しています"
            ),
        )
    return f"{now:%Y-%m-%d %H:%M}（UTC）"


def _wrong(how: str) -> str:
    return (
        f"時計が{how}。ログインの期限、APIキーの期限、回答の期限の注意が正しく働きません。"
        "時刻の同期（NTP）を確認してください。"
    )


def _newest(settings: ServiceSettings) -> datetime | None:
    if settings.place.url is not None:
        found = newest_answer(settings.place, STORE)
    else:
        found = _newest_in(settings.data_dir / STORE.file)
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _newest_in(path: Path) -> datetime | None:
    if not path.is_file():
        return None
    try:
        uri = f"{path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS)) as database:
            (text,) = database.execute("SELECT max(created_at) FROM answers").fetchone()
        return datetime.fromisoformat(text) if text else None
    except (sqlite3.DatabaseError, ValueError):
        return None  # that is another finding
