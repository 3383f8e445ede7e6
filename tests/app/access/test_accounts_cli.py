import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.access.passwords import Passwords, check_password, new_password
from app.cli import cli, run_cli
from app.store.answers import AnswerStore
from app.store.audit import AuditLog
from app.store.people import PeopleStore
from ingest.errors import ErrorCode, YorozuError

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["yorozu", "accounts", *arguments, "--data-dir", str(tmp_path)])
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            run_cli(cli)
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return run


def test_an_account_is_made_listed_changed_and_closed(run: Run, tmp_path: Path) -> None:
    code, out, err = run("create", "佐藤 花子", "--scope", "admin", "--generate")
    assert (code, "安全な方法" in err) == (0, True)
    store = AnswerStore.open(tmp_path)
    found = PeopleStore(store).with_password("佐藤花子")
    assert found is not None
    assert Passwords().fits(out.strip(), found[1])
    assert run("create", "佐藤　花子", "--generate")[0] == 2
    assert run("password", "佐藤花子", typed="ながくて覚えやすい合言葉\n")[0] == 0
    assert run("scope", "佐藤花子", "reader")[0] == 0
    assert run("disable", "佐藤花子")[0] == 0
    (person,) = json.loads(run("list", "--json")[1])
    assert (person["scope"], bool(person["disabled_at"])) == ("reader", True)
    assert "停止中" in run("list")[1]
    assert run("enable", found[0].id)[0] == 0
    lines = AuditLog(store).newest(10)
    assert [line.action.split(".")[1] for line in lines] == [
        "enabled",
        "disabled",
        "changed",
        "password",
        "created",
    ]
    assert {line.who for line in lines} == {"local"}
    store.close()


def test_wrong_use_says_what_to_do(run: Run) -> None:
    code, _, err = run("disable", "だれか")
    assert (code, "yorozu accounts list" in err) == (2, True)
    code, _, err = run("create", "佐藤", typed="short\n")
    assert (code, "12文字以上" in err) == (2, True)


@pytest.mark.parametrize(
    "password",
    [
        *("password12345", "Passw0rd-2026!", "qwertyuiop123", "1q2w3e4r5t6y", "1qaz2wsx3edc", "123456789012"),
        *(
            "abcdefghijklm",
            "iloveyou1234",
            "yorozu-admin-2026",
            "よろず相談会事務局２０２６",
            "admin!admin!2",
        ),
        *("Yorozu!Portal#123", "abcdef-abcdef-1"),
    ],
)
def test_what_is_put_together_from_what_everybody_tries_is_refused(password: str) -> None:
    with pytest.raises(YorozuError) as caught:
        check_password(password, "sato")
    assert "よく使われる" in caught.value.message
    assert password not in caught.value.message


@pytest.mark.parametrize(
    "password",
    [
        *("ながくて覚えやすい合言葉", "雨の日は傘を二本持って歩く", "tulip gravel sonnet", "hJ7!kq02mzP_x"),
        *(
            "yorozu-tulip-gravel",
            "0000-tulip-gravel",
            "correct horse battery staple",
            "a" * 50 + "tulipgravel",
        ),
    ],
)
def test_any_other_long_one_is_taken_whatever_it_is_made_of(password: str) -> None:
    check_password(password, "sato")
    check_password(new_password(), "sato")


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaa", "sato-sato-1234", "ＳＡＴＯ－98765432", "x" * 257]
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(YorozuError) as caught:
        check_password(password, "sato")
    assert caught.value.code is ErrorCode.PASSWORD_WEAK
    assert password not in caught.value.message
