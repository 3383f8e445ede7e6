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
    assert not ends_sentence("途中で")
    assert not ends_sentence("")
