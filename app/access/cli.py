"""`yorozu keys …`: make, list, rotate and revoke API keys, and read the audit log."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.access.visitor import Scope

if TYPE_CHECKING:
    from app.store.answers import AnswerStore
    from app.store.keys import ApiKey

keys_cli = typer.Typer(help="APIキーを管理します。", no_args_is_help=True, rich_markup_mode=None)

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="キーを置くフォルダー（既定 var）")]
AsJson = Annotated[bool, typer.Option("--json", help="結果をJSONで出力する")]
KeyId = Annotated[str, typer.Argument(help="キーのID（yorozu keys list で確認できます）")]
_SPAN = re.compile(r"([0-9]{1,5})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_ONCE = "キーの全体が表示されるのは今回だけです。安全な場所に控えてください。"


@keys_cli.command()
def create(
    name: Annotated[str, typer.Argument(help="何のためのキーか（例: 社内ポータル）")],
    *,
    scope: Annotated[
        Scope,
        typer.Option("--scope", help="権限: reader（閲覧と質問）/ organiser / admin"),
    ] = Scope.READER,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="90d", help="有効期間（既定は無期限）")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """キーを作ります。キーの全体は一度だけ表示されます。"""
    from app.store.keys import KeyStore

    cleaned = " ".join(name.split())[:200]
    if not cleaned.isprintable() or not cleaned:
        raise typer.BadParameter("名前を文字で指定してください。")
    lasts = None if expires is None else _span(expires)
    if lasts is not None and not lasts:
        raise typer.BadParameter("有効期間は 0 より長くしてください。")
    with open_store(data_dir) as store:
        key, token = KeyStore(store).create(cleaned, scope, lasts)
    _show_token(key.id, str(token), as_json=as_json)


@keys_cli.command("list")
def list_keys(*, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """キーの一覧を表示します（キーの全体は表示されません）。"""
    from app.store.database import now
    from app.store.keys import KeyStore

    with open_store(data_dir) as store:
        keys = KeyStore(store).all()
    if as_json:
        print(json.dumps([key.model_dump(mode="json") for key in keys], ensure_ascii=False))
        return
    at = now()
    for key in keys:
        print(_line(key, at))
    if not keys:
        print("キーはまだありません。「yorozu keys create 名前」で作れます。", file=sys.stderr)


@keys_cli.command()
def rotate(
    key_id: KeyId,
    *,
    overlap: Annotated[str, typer.Option("--overlap", metavar="24h", help="古い方も使える期間")] = "24h",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """キーを新しくします。IDと権限、そのキーで作った回答はそのままで、古い方も --overlap の間は使えます。"""
    from app.store.keys import KeyStore

    span = _span(overlap)
    with open_store(data_dir) as store:
        token = KeyStore(store).rotate(key_id, span)
    _show_token(key_id, str(token), as_json=as_json)


@keys_cli.command()
def revoke(key_id: KeyId, *, data_dir: DataDir = None) -> None:
    """キーをすぐに使えなくします。元には戻せません。"""
    from app.store.keys import KeyStore

    with open_store(data_dir) as store:
        key = KeyStore(store).revoke(key_id)
    print(f"キー {key.id}（{key.name}）を無効にしました。")


@keys_cli.command()
def audit(
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="件数")] = 50,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """だれが、いつ、何をしたかを新しい順に表示します。"""
    from app.store.audit import AuditLog

    with open_store(data_dir) as store:
        lines = AuditLog(store).newest(limit)
    for line in lines:
        if as_json:
            print(line.model_dump_json())
        else:
            detail = " ".join(f"{name}={value}" for name, value in line.detail.items())
            who = f"{line.who} {line.name or ''}".rstrip()
            print(f"{line.at}  {who:<20}  {line.action:<16}  {line.subject or '-'}  {detail}".rstrip())


@contextmanager
def open_store(data_dir: Path | None) -> Iterator["AnswerStore"]:
    """Open the store that the settings name, for as long as a command runs."""
    from app.settings import ServiceSettings
    from app.store.answers import AnswerStore

    with closing(AnswerStore.open(ServiceSettings.load(data_dir=data_dir).place)) as store:
        yield store


def _span(text: str) -> timedelta:
    """Read `90d`, `12h`, `30m`."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise typer.BadParameter("期間は 90d（日）、12h（時間）、30m（分）のように指定してください。")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _show_token(key_id: str, token: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"id": key_id, "key": token}))
        return
    print(token)  # alone on stdout, so that a script can take it
    print(_ONCE, file=sys.stderr)


def _line(key: "ApiKey", at: str) -> str:
    if key.revoked_at is not None:
        state = f"無効（{key.revoked_at[:10]}）"
    elif not key.usable(at):
        state = f"期限切れ（{(key.expires_at or '')[:10]}）"
    else:
        state = f"有効（{key.expires_at[:10]} まで）" if key.expires_at else "有効（無期限）"
    used = (key.last_used_at or "まだありません")[:16]
    return f"{key.id}  {key.scope.value:<9}  {state}  最終利用 {used}  {key.name}"
