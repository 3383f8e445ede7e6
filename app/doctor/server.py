"""The PostgreSQL server of people's work: reached, let in, of the right schema, and open for writing."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app.doctor.finding import problem
from app.store.database import named_failures
from app.store.opening import VERSION_TABLE, address_of, connect, is_newest, revision_of
from app.store.parts import Part
from app.store.place import Place
from app.store.schema import answers
from ingest.errors import ErrorCode, YorozuError

# What a server says when it turns somebody away has no code, only words, in English or in its own language.
_TURNED_AWAY: Final = (
    (r"password authentication failed|no password supplied|パスワード認証に失敗",
     "パスワードが違うか、指定されていません。名前とパスワードを確認してください。パスワードの中の @ や / などの記号は、%40、%2F のように書きます。"),
    (r"role .* does not exist|ロール.*存在しません", "その名前の利用者（ロール）がありません。名前を確認するか、データベースの管理者に作成を依頼してください。"),
    (r"database .* does not exist|データベース.*存在しません", "その名前のデータベースがありません。名前を確認するか、createdb で作り、「yorozu database upgrade」を実行してください。"),
    (r"pg_hba\.conf", "この機械からの接続が許可されていません。サーバーの pg_hba.conf に、この機械と利用者を加えるよう依頼してください。"),
    (r"too many (clients|connections)|connection slots|接続数", "接続の数が上限に達しています。サーバーの max_connections を増やすか、yorozu のプロセスを減らしてください。"),
    (r"SSL|certificate", "暗号化（TLS）の設定が合いません。アドレスの sslmode と、サーバーの設定を確認してください。"),
    (r"starting up|shutting down|recovery mode|起動し|シャットダウン", "サーバーが起動か停止の途中です。少し待ってから、もう一度実行してください。"),
)  # fmt: skip
_NOT_REACHED: Final = (
    "サーバーが動いているか、アドレスとポートが正しいか、途中の機器で遮断されていないかを確認してください。"
)


def check_server(place: Place, part: Part) -> str:
    """Connect as a service does, and compare the schema."""
    where = _shown(place, part)
    engine, _ = connect(place, part)
    try:
        with named_failures(None), _connected(engine, where) as connection:
            _check_rights(connection, part, where)
            found = revision_of(connection)
            _check_schema(found, part, where)
            _check_place(connection, part, where)
    finally:
        engine.dispose()
    return f"{where}に接続できます。形式は最新です（{found}）"


def newest_answer(place: Place, part: Part) -> datetime | None:
    """When the last answer was kept; None where there is none, or where that cannot be asked."""
    engine, _ = connect(place, part)
    try:
        with engine.connect() as connection:
            found = connection.execute(select(func.max(answers.c.created_at))).scalar()
        return datetime.fromisoformat(found) if found else None
    except (SQLAlchemyError, ValueError):
        return None  # that is another finding
    finally:
        engine.dispose()


def _shown(place: Place, part: Part) -> str:
    """The address without who connects and with which password, which may stand in several places of it."""
    url = make_url(address_of(place, part) or "")
    return f"PostgreSQL（{url.host or 'この機械'}:{url.port or 5432}/{url.database or '-'}）"


def _connected(engine: Engine, where: str) -> Connection:
    try:
        return engine.connect()
    except OperationalError as error:
        advice = advice_on(str(error.orig))
        how = f"に接続を断られました。{advice}" if advice else f"につながりません。{_NOT_REACHED}"
        raise problem(ErrorCode.DATABASE_UNAVAILABLE, f"{where}{how}") from error


def advice_on(said: str) -> str | None:
    """What to do about a server's words; None where it is not known to have said anything."""
    return next((advice for pattern, advice in _TURNED_AWAY if re.search(pattern, said)), None)


def _check_schema(found: str | None, part: Part, where: str) -> None:
    if is_newest(found, part):
        return
    if found is None:
        raise problem(
            ErrorCode.DATABASE_OUTDATED,
            f"{where}に接続できますが、まだ表がありません。「yorozu database upgrade」を一度実行してください。",
        )
    raise YorozuError(ErrorCode.DATABASE_OUTDATED, found=found, needed=part.newest)


def _check_rights(connection: Connection, part: Part, where: str) -> None:
    """Whether the tables that are there can be read and added to; what is not there is no matter of rights."""
    asked = text(
        "SELECT has_table_privilege(to_regclass(:table), 'SELECT') "
        "AND has_table_privilege(to_regclass(:table), 'INSERT')"
    )
    for table in [VERSION_TABLE, *part.tables.sorted_tables]:
        if connection.execute(asked, {"table": table.name}).scalar() is False:
            raise problem(
                ErrorCode.DATABASE_UNAVAILABLE,
                f"{where}の表 {table.name} を読み書きする権限がありません。「yorozu database upgrade」を実行した利用者で接続するか、"
                "権限を与えるよう依頼してください。",
            )


def _check_place(connection: Connection, part: Part, where: str) -> None:
    """Whether the server takes writes, and shows originals to nobody else."""
    if connection.execute(text("SHOW transaction_read_only")).scalar() == "on":
        raise problem(
            ErrorCode.DATABASE_UNAVAILABLE,
            f"{where}は読み取り専用です。待機系ではなく、書き込めるサーバーを指定してください。",
        )
    if part.schema is not None and _open_to_all(connection, part.schema):
        raise problem(
            ErrorCode.SETTING_INVALID,
            f"{where}のスキーマ {part.schema}（質問の原文）を、ほかの利用者も開ける状態です。"
            f"「REVOKE ALL ON SCHEMA {part.schema} FROM PUBLIC」を実行してください。",
        )


def _open_to_all(connection: Connection, schema: str) -> bool:
    asked = text("SELECT has_schema_privilege('public', :schema, 'USAGE')")
    return connection.execute(asked, {"schema": schema}).scalar() is True
