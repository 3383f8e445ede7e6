import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.normalise import clean, fold


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("適⽤する", "適用する"),  # a Kangxi radical
        ("⻑さ", "長さ"),  # a CJK radical without a compatibility mapping
        ("ｻｰﾊﾞｰ", "サーバー"),
        ("ﬁle", "file"),
        ("①㊿№ＡＢ２㈱", "①㊿№ＡＢ２㈱"),  # as the source is printed
        ("a\u200bb\ufeffc\u00add\ufffce", "abcde"),
        ("\u202e逆\u2066\u202c\u2069\u061c", "逆"),
        ("見える\U000e0041\U000e0042文", "見える文"),
        ("辻\U000e0100", "辻\U000e0100"),  # the glyph that the source chose
        ("a\x00\x08b\x1f\x9fc", "abc"),
        ("a \t\u3000\u00a0\u2003b", "a b"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\x0cd\x85e\u2028f\u2029g", "a\nb\nc\nd\ne\nf\ng"),
        ("a\n\n b", "a\n\n b"),
    ],
)
def test_clean_takes_away_the_file_formats_artefacts_only(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第３．１版", "第3.1版"),
        ("Ｐ５４ ～ ６４", "p54~64"),
        ("ＣＳＩＲＴ", "csirt"),
        ("No94‐96", "No94−96"),
        ("No94–96", "no94-96"),
        ("A—B―C", "a-b-c"),
        ("行が\n分かれる\u2028文", "行が分かれる文"),
        ("か゛", "が"),
        ("ﾊﾟ", "パ"),
        ("①", "1"),
        ("辻\U000e0100さん①\ufe0e", "辻さん①"),
    ],
)
def test_fold_makes_two_spellings_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ー", "-"), ("必要", "不必要"), ("50項目", "51項目"), ("が", "か"), ("、", "，")]
)
def test_fold_keeps_different_texts_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_the_key_itself() -> None:
    assert fold(" Ａ－１ \n") == "a-1"


@given(st.text(max_size=60))
def test_clean_and_fold_change_nothing_twice(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)


def test_long_text_takes_no_time() -> None:
    begun = time.monotonic()
    for unit in (" ", "か゛", "\u200b", "⽤", "\r"):
        fold(unit * 100_000)
    assert time.monotonic() - begun < 5
