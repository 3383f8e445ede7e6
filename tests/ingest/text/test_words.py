from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.words import Tokenizer, grams, plain


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer()


def test_function_words_and_symbols_are_dropped(tokenizer: Tokenizer) -> None:
    found = tokenizer.words("専任者がいないのですが、規程はどう作ればよいですか？")
    assert found == ["専任", "者", "規程", "どう", "作る"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サーバを見直す", "ｻｰﾊﾞｰを見直す"),
        ("適⽤する規程", "適用する規程"),  # a Kangxi radical, as PDFs print it
        ("ＶＰＮ接続", "vpn接続"),
        ("項目⑲", "項目19"),
        ("No９４～９６", "no94-96"),
        ("第３．１版", "第3.1版"),
        ("見つけた", "見付けます"),
    ],
)
def test_spellings_of_one_thing_give_the_same_words(tokenizer: Tokenizer, one: str, other: str) -> None:
    assert tokenizer.words(one) == tokenizer.words(other) != []


def test_auxiliary_use_is_dropped_and_the_verb_itself_is_kept(tokenizer: Tokenizer) -> None:
    assert tokenizer.words("対応しておいてください") == ["対応"]
    assert tokenizer.words("規程を見直してみる") == ["規程", "見る", "直す"]


def test_offsets_point_into_the_plain_text(tokenizer: Tokenizer) -> None:
    text = "ＩＰＡの\n　ガイドライン㊿を\u00ad見直す。" * 3
    for word in tokenizer.content_words(text):
        assert plain(text)[word.begin : word.end] == word.surface


def test_readings_are_katakana(tokenizer: Tokenizer) -> None:
    assert [word.reading for word in tokenizer.content_words("規程の見直し")] == ["キテイ", "ミナオシ"]


def test_long_text_is_cut_at_sentences_and_loses_nothing(tokenizer: Tokenizer) -> None:
    sentence = "委託先の情報セキュリティ対策を確認します。"
    once, many = tokenizer.words(sentence), tokenizer.content_words(sentence * 3_000)
    assert [word.normalised for word in many] == once * 3_000
    assert len(tokenizer.words("あ" * 50_000 + "規程")) > 0  # no place to cut


def test_many_threads_get_what_one_gets(tokenizer: Tokenizer) -> None:
    texts = [f"第{i}章 委託先の管理を見直す規程{i}" for i in range(200)]
    alone = [tokenizer.words(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(tokenizer.words, texts)) == alone


def test_grams_skip_punctuation_and_do_not_span_it() -> None:
    assert grams("規程、ＩＤ") == ["規", "程", "規程", "i", "d", "id"]
    assert grams("「。」 ！") == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=80))
def test_any_text_is_analysed_without_failing(text: str) -> None:
    words = Tokenizer().words(text) if len(text) < 3 else _SHARED.words(text)
    assert all(words)
    assert all(1 <= len(gram) <= 2 for gram in grams(text))


_SHARED = Tokenizer()


@pytest.mark.parametrize(
    "text", ["", "、。？", "従業員のＰＣを情シスに\n　聞く。\ud800", "サーバーの台帳を見直す。" * 1_500]
)
def test_terms_are_what_the_three_give_one_by_one(tokenizer: Tokenizer, text: str) -> None:
    terms = tokenizer.terms(text)
    assert terms.words == tokenizer.words(text)
    assert terms.concepts == tokenizer.concepts(text)
    assert terms.reading_grams == tokenizer.reading_grams(text)
