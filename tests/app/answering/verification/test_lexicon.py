from importlib.resources import files
from itertools import combinations

import pytest

from app.answering.verification.lexicon import ids_of_word, is_light, is_shell, opposed, opposites_of


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("社内", "社外", True),
        ("送信前", "送信後", True),
        ("開始", "終了", True),
        ("入社時", "退職時", True),
        ("許可", "禁止", True),
        ("社内", "社内", False),
        ("入手", "提出", False),
        ("社内", "社員", False),
        ("前", "前後", False),
    ],
)
def test_opposites(one: str, other: str, expected: bool) -> None:  # noqa: FBT001
    assert opposed(one, other) is expected
    assert opposed(other, one) is expected


def test_opposites_of_a_word() -> None:
    assert "事前" in opposites_of("事後")
    assert "終了" in opposites_of("開始")
    assert opposites_of("規程") == []


def test_synonyms_share_an_id_and_are_no_chain() -> None:
    assert not ids_of_word("会社").isdisjoint(ids_of_word("企業"))
    assert not ids_of_word("申請").isdisjoint(ids_of_word("申し込み"))
    assert ids_of_word("申請").isdisjoint(ids_of_word("登録"))


def test_light_and_framing_words() -> None:
    assert is_light("事", "x")
    assert not is_light("規程")
    assert is_shell("理由")
    assert not is_shell("総務課")


def lines(name: str) -> list[str]:
    text = files("app.answering.verification").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("name", ["light.txt", "shell.txt", "synonyms.txt", "opposites.txt"])
def test_vocabulary_is_clean(name: str) -> None:
    assert lines(name)
    assert all(line == line.strip() != "" for line in lines(name))


def test_pairs_are_pairs_and_groups_are_groups() -> None:
    assert all(len(set(line.split())) == len(line.split()) == 2 for line in lines("opposites.txt"))
    assert all(len(set(line.split())) == len(line.split()) > 1 for line in lines("synonyms.txt"))


def test_no_synonyms_are_opposites() -> None:
    pairs = [pair for line in lines("synonyms.txt") for pair in combinations(line.split(), 2)]
    assert [pair for pair in pairs if opposed(*pair)] == []
