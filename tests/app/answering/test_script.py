import pytest

from app.answering.script import is_kana_only


@pytest.mark.parametrize(
    "text",
    [
        "きていのつくりかた",
        "キテイノツクリカタ",
        "ｷﾃｲﾉﾂｸﾘｶﾀ",
        "ぱすわーどは なんもじ？",
        "きていのつくりかたをおしえてほしいのですk",
    ],
)
def test_kana(text: str) -> None:
    assert is_kana_only(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "？！",
        "17",
        "規程の作り方",
        "規程のつくりかた",
        "パスワードのルールはPC",
        "password",
        "々",
        "ＣＳＩＲＴ",
    ],
)
def test_not_kana(text: str) -> None:
    assert not is_kana_only(text)
