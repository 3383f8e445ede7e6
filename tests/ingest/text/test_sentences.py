import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.sentences import ends_sentence, split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("規程を作ります。次に周知します。", ["規程を作ります。", "次に周知します。"]),
        ("本当ですか？はい！", ["本当ですか？", "はい！"]),
        ("「済みました。」と答えた。次です。", ["「済みました。」と答えた。", "次です。"]),
        ("（注。ここは括弧の中。）続き。", ["（注。ここは括弧の中。）続き。"]),
        ("①一つ目\n②二つ目", ["①一つ目", "②二つ目"]),
        ("括弧が「閉じない。次の文。", ["括弧が「閉じない。", "次の文。"]),
        ("第3.1版のP54．5を見る。", ["第3.1版のP54．5を見る。"]),
        ("規定する．次に続く．", ["規定する．", "次に続く．"]),
        ("See the guide. It is short.", ["See the guide.", "It is short."]),
        ("No.30は機密区分です。", ["No.30は機密区分です。"]),
        ("終わり。」\n", ["終わり。」"]),
        ("", []),
        ("。。。", ["。。。"]),
        ("A（b（c。）d。）e。f。", ["A（b（c。）d。）e。", "f。"]),
        ("終わり。）次。", ["終わり。）", "次。"]),
        ("本当か!本当!?はい", ["本当か!", "本当!?", "はい"]),
        ("OK! 次です", ["OK!", "次です"]),
        ("a!=bを見る。", ["a!=bを見る。"]),
        ("済んだ!", ["済んだ!"]),
        ("https://a.jp/b?c=1.5を見る。", ["https://a.jp/b?c=1.5を見る。"]),
        ("そう…。次。", ["そう…。", "次。"]),
        ("半角です｡次です｡", ["半角です｡", "次です｡"]),
        ("U.S. Army", ["U.S. Army"]),
        ("See it. Ants run. Zoos do.", ["See it.", "Ants run.", "Zoos do."]),
        ("See it. éa", ["See it. éa"]),
        ("ぁ．サーバー．次", ["ぁ．", "サーバー．", "次"]),
        ("See it. here", ["See it. here"]),
        ("．です", ["．です"]),
        ("です．5つ", ["です．5つ"]),
        ("漢．次", ["漢．次"]),
        ("😀です！次😀。", ["😀です！", "次😀。"]),
        ("「" + "あ。" * 99 + "」次。", ["「" + "あ。" * 99 + "」次。"]),  # 200 characters with its brackets
        ("「" + "あ。" * 100 + "」", ["「あ。", *["あ。"] * 98, "あ。」"]),
        ("「" + "あ。" * 99 + "い」", ["「あ。", *["あ。"] * 98, "い」"]),
        (
            "（あ。" + "（" * 9 + "い" + "）" * 9 + "）う。",
            ["（あ。" + "（" * 9 + "い" + "）" * 9 + "）う。"],
        ),
        (
            "（あ。" + "（" * 10 + "い" + "）" * 10 + "）う。",
            ["（あ。", "（" * 10 + "い" + "）" * 11 + "う。"],
        ),
        ("（" * 10 + "あ。" + "）" * 10 + "い。", ["（" * 10 + "あ。" + "）" * 10 + "い。"]),
        ("（" * 12 + "あ。い。", ["（" * 12 + "あ。", "い。"]),
    ],
)
def test_splits_where_a_reader_would(text: str, expected: list[str]) -> None:
    assert split_sentences(text) == expected


@given(st.text(alphabet="あ漢A1.。！？「」（）\n 　．", max_size=80))
def test_loses_nothing(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


def test_knows_the_end_of_a_sentence() -> None:
    assert ends_sentence("終わりです。")
    assert ends_sentence("「終わり。」")
    assert ends_sentence("規定する．")
    assert ends_sentence("終わり。  ")
    assert not ends_sentence("3.")
    assert not ends_sentence("）")
    assert not ends_sentence("途中で")
    assert not ends_sentence("")


@pytest.mark.parametrize("unit", ["「", "（あ", "あ", "。", ".", "．", "!", "「」", "」（"])
def test_a_very_long_line_takes_no_time(unit: str) -> None:
    begun = time.monotonic()
    split_sentences(unit * (50_000 // len(unit)))
    assert time.monotonic() - begun < 5
