"""`yorozu accounts …`: the people of one department who log in with a name and a password."""

import getpass
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app.access.cli import AsJson, DataDir, open_store
from app.access.visitor import Scope
from ingest.errors import ErrorCode, YorozuError

if TYPE_CHECKING:
    from app.store.people import Person

accounts_cli = typer.Typer(help="ログインする人を管理します。", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help="アカウントの名前（認証サーバーの利用者は usr_ で始まるID）")]
Generate = Annotated[bool, typer.Option("--generate", help="パスワードを作って表示する")]
_ONCE = "パスワードが表示されるのは今回だけです。本人に安全な方法で伝えてください。"
_MOST = 100  # characters of a name


@accounts_cli.command()
def create(
    name: Annotated[str, typer.Argument(help="ログインするときの名前（例: 佐藤）")],
    *,
    scope: Annotated[
        Scope, typer.Option("--scope", help="権限: reader（閲覧と質問）/ organiser / admin")
    ] = Scope.READER,
    generate: Generate = False,
    data_dir: DataDir = None,
) -> None:
    """アカウントを作ります。パスワードは、画面で尋ねるか、標準入力の1行目から読みます。"""
    from app.access.passwords import Passwords
    from app.store.people import PeopleStore, login_name

    cleaned = " ".join(name.split())
    if not login_name(cleaned) or not cleaned.isprintable() or len(cleaned) > _MOST:
        raise typer.BadParameter(f"名前を{_MOST}文字以内の文字で指定してください。")
    password = _password(cleaned, generate=generate)
    with open_store(data_dir) as store:
        person = PeopleStore(store).create_account(cleaned, scope, Passwords().hash(password))
    print(f"アカウント {person.name}（{person.scope.value}、{person.id}）を作りました。", file=sys.stderr)
    _show(password, generate=generate)


@accounts_cli.command()
def password(name: Name, *, generate: Generate = False, data_dir: DataDir = None) -> None:
    """パスワードを設定し直します。ログイン中なら、ログアウトされます。"""
    from app.access.passwords import Passwords
    from app.store.people import PeopleStore

    chosen = _password(name, generate=generate)
    with open_store(data_dir) as store:
        person = PeopleStore(store).set_password(name, Passwords().hash(chosen))
    print(f"アカウント {person.name} のパスワードを設定し直しました。", file=sys.stderr)
    _show(chosen, generate=generate)


@accounts_cli.command("list")
def list_people(*, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """ログインしたことのある人と、アカウントの一覧を表示します。"""
    from app.store.people import PeopleStore

    with open_store(data_dir) as store:
        people = PeopleStore(store).all()
    if as_json:
        print(json.dumps([person.model_dump(mode="json") for person in people], ensure_ascii=False))
        return
    for person in people:
        print(_line(person))
    if not people:
        print("まだだれもいません。「yorozu accounts create 名前」で作れます。", file=sys.stderr)


@accounts_cli.command()
def scope(
    name: Name, scope: Annotated[Scope, typer.Argument(help="新しい権限")], *, data_dir: DataDir = None
) -> None:
    """権限を変えます。ログイン中でも、すぐに変わります。"""
    from app.store.people import PeopleStore

    with open_store(data_dir) as store:
        person = PeopleStore(store).change(name, scope=scope)
    print(f"{person.name} の権限を {person.scope.value} にしました。")


@accounts_cli.command()
def disable(name: Name, *, data_dir: DataDir = None) -> None:
    """ログインできなくします。ログイン中なら、すぐにログアウトされます。"""
    from app.store.people import PeopleStore

    with open_store(data_dir) as store:
        person = PeopleStore(store).change(name, disabled=True)
    print(f"{person.name} がログインできないようにしました。")


@accounts_cli.command()
def enable(name: Name, *, data_dir: DataDir = None) -> None:
    """ふたたびログインできるようにします。"""
    from app.store.people import PeopleStore

    with open_store(data_dir) as store:
        person = PeopleStore(store).change(name, disabled=False)
    print(f"{person.name} がログインできるようにしました。")


def _password(name: str, *, generate: bool) -> str:
    from app.access.passwords import check_password, new_password

    if generate:
        return new_password()
    if sys.stdin.isatty():
        chosen = getpass.getpass("パスワード（12文字以上）: ")
        if getpass.getpass("もう一度: ") != chosen:
            raise YorozuError(ErrorCode.PASSWORD_WEAK, reason="2回の入力が一致しません")
    else:
        chosen = sys.stdin.readline().rstrip("\r\n")
    check_password(chosen, name)
    return chosen


def _show(password: str, *, generate: bool) -> None:
    if generate:
        print(password)  # alone on stdout, so that a script can take it
        print(_ONCE, file=sys.stderr)


def _line(person: "Person") -> str:
    state = "停止中" if person.disabled_at else "有効"
    last = (person.last_login_at or "まだありません")[:16]
    way = "アカウント" if person.local else person.issuer
    return f"{person.id}  {person.scope.value:<9}  {state}  最終ログイン {last}  {person.name}（{way}）"
