"""What a question takes from before is a matter of its grammar."""

import pytest

from app.answering.conversation.items import item_of
from app.answering.conversation.leaning import leaning
from ingest.text.words import Tokenizer


@pytest.mark.parametrize(
    "text", ["それはいつまで？", "その場合の様式はありますか", "そこには何を書きますか", "上記の理由は"]
)
def test_what_points_back(tokenizer: Tokenizer, text: str) -> None:
    assert leaning(text, tokenizer).points


@pytest.mark.parametrize(
    "text",
    [
        "来客に渡す名札はどう管理すればよいですか",
        "工場の時計が遅れるので、それを直す方法を教えてください",  # what it means stands in front of it
        "標準電波に合わせる理由を教えてください",
    ],
)
def test_what_stands_by_itself(tokenizer: Tokenizer, text: str) -> None:
    found = leaning(text, tokenizer)
    assert not found.points
    assert len(found.own) > 1


@pytest.mark.parametrize(
    ("text", "ordinal"),
    [
        ("2番目をもう少し詳しく", 2),
        ("三つ目について", 3),
        ("④は何ですか", 4),
        ("最後の項目を詳しく", -1),
        ("前者について教えてください", 1),
        ("No2について教えてください", None),
        ("最初に工場の時計と来客の名札の管理方法を決めたい", None),
        ("いつですか", None),
    ],
)
def test_which_item_is_named(tokenizer: Tokenizer, text: str, ordinal: int | None) -> None:
    assert leaning(text, tokenizer).ordinal == ordinal


def test_who_asks_for_more(tokenizer: Tokenizer) -> None:
    assert leaning("他には？", tokenizer).others
    assert not leaning("他社の意見を聞けますか", tokenizer).others


SAID = ("次のとおりです。", "・時計", "・名札", "以上です。", "①植木鉢", "②電球", "③鍵")


@pytest.mark.parametrize(
    ("ordinal", "marked", "item"),
    [(1, None, "①植木鉢"), (3, None, "③鍵"), (-1, None, "③鍵"), (4, None, None), (2, "②", "②電球")],
)
def test_the_longest_list_is_counted(ordinal: int, marked: str | None, item: str | None) -> None:
    assert item_of(SAID, ordinal, marked) == item


def test_sentences_are_counted_where_there_is_no_list() -> None:
    assert item_of(("一です。", "二です。"), 2) == "二です。"
    assert item_of((), -1) is None


def test_what_something_is_called_is_no_matter_of_its_own(tokenizer: Tokenizer) -> None:
    assert leaning("その付録の名前は？", tokenizer).own == ("付録",)


@pytest.mark.parametrize("text", ["例は？", "理由は？", "注意点は？", "具体例を教えて", "期限はいつ"])
def test_what_is_always_of_something_says_not_of_what(tokenizer: Tokenizer, text: str) -> None:
    assert leaning(text, tokenizer).of_something


@pytest.mark.parametrize("text", ["法令は？", "名札の例は？", "もっと詳しく", "それは？"])
def test_what_names_a_matter_or_nothing_is_not_of_something(tokenizer: Tokenizer, text: str) -> None:
    assert not leaning(text, tokenizer).of_something
