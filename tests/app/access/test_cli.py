"""`yorozu keys …` as it is called."""

import json
import sys
from pathlib import Path

import pytest

from app.cli import cli, run_cli
from app.store.answers import AnswerStore
from app.store.keys import KeyStore


class Keys:
    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._folder, self._capsys, self._monkeypatch = folder, capsys, monkeypatch

    def __call__(self, *args: str, status: int = 0) -> tuple[str, str]:
        """Run a command and return what it printed on stdout and stderr."""
        command = ["yorozu", "keys", *args, "--data-dir", str(self._folder)]
        self._monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            run_cli(cli)
        assert int(ended.value.code or 0) == status
        out, err = self._capsys.readouterr()
        return out, err


@pytest.fixture
def keys(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Keys:
    return Keys(tmp_path, capsys, monkeypatch)


def test_from_the_first_key_to_its_end(keys: Keys, tmp_path: Path) -> None:
    out, err = keys("create", "社内ポータル", "--scope", "organiser", "--expires", "90d")
    token = out.strip()
    assert token.startswith("yz_")
    assert "今回だけ" in err
    key_id = token.split("_")[1]
    listed, _ = keys("list")
    assert (key_id in listed, "社内ポータル" in listed, token.split("_", 2)[2] in listed) == (
        True,
        True,
        False,
    )
    assert "有効（2" in listed
    again = json.loads(keys("rotate", key_id, "--overlap", "0m", "--json")[0])
    assert again["id"] == key_id
    store = AnswerStore.open(tmp_path)
    assert KeyStore(store).find(again["key"]).name == "社内ポータル"
    store.close()
    keys("revoke", key_id)
    assert "無効" in keys("list")[0]
    actions = [json.loads(line)["action"] for line in keys("audit", "--json")[0].splitlines()]
    assert actions == ["key.revoked", "key.rotated", "key.created"]
    assert "local" in keys("audit", "--limit", "1")[0]


def test_no_keys_yet(keys: Keys) -> None:
    out, err = keys("list")
    assert out == ""
    assert "yorozu keys create" in err
    assert json.loads(keys("list", "--json")[0]) == []


@pytest.mark.parametrize(
    "args",
    [
        ("create",),
        ("create", " "),
        ("create", "a", "--scope", "root"),
        ("create", "a", "--expires", "soon"),
        ("create", "a", "--expires", "0d"),
        ("rotate", "nope"),
        ("rotate", "nope", "--overlap", "-1d"),
        ("revoke", "nope"),
    ],
)
def test_wrong_use(keys: Keys, args: tuple[str, ...]) -> None:
    _, err = keys(*args, status=2)
    assert "Traceback" not in err
    assert keys("list", "--json")[0].strip() == "[]"
