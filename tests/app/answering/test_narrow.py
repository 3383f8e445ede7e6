import pytest

from app.answering.narrow import narrow, telling
from ingest.text.words import Tokenizer

ANSWER = [
    "鍵の管理で大切なのは、数を減らすことです。",
    "点検1の鍵は2年度中に、点検2の鍵は3年度末までに替えます。",
    "鍵は、入社時と異動時に渡します。",
    "貸出簿の見本は手引きのP12にあります。",
    "鍵は総務の担当者が受付で保管します。",
    "カードキーは、記録の残る鍵のことです。",
]


def told(question: str, tokenizer: Tokenizer) -> list[int]:
    found = [telling(asked, ANSWER, tokenizer) for asked in narrow(question, tokenizer)]
    return sorted({place for places in found for place in places})


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("点検1の鍵はいつまでに替えますか", [1]),
        ("点検1の鍵を替える期限を教えてください", [1]),
        ("貸出簿の見本は何ページですか？", [3]),
        ("鍵は誰が保管しますか", [4]),
        ("カードキーって何ですか", [5]),
        ("カードキー　なに", [5]),
        ("手引きの見本は何ページで、鍵は誰が保管しますか", [3]),
    ],
)
def test_the_sentences_that_answer_a_narrow_question(
    question: str, places: list[int], tokenizer: Tokenizer
) -> None:
    assert set(places) <= set(told(question, tokenizer))
    assert len(told(question, tokenizer)) <= 2


@pytest.mark.parametrize(
    "question",
    [
        "鍵はどう管理しますか",
        "鍵の管理で何をすればよいですか",
        "期限までにできないのですが、鍵はこのままでよいですか",
        "鍵の渡し方と期限を教えてください",
        "鍵をいつ渡して、どう管理しますか",
        "いつまでですか",
    ],
)
def test_an_open_question_or_one_without_a_matter_is_not_narrow(question: str, tokenizer: Tokenizer) -> None:
    assert narrow(question, tokenizer) == ()


def test_nothing_stands_out_where_no_word_is_shared(tokenizer: Tokenizer) -> None:
    assert told("植木はいつ植えますか", tokenizer) == []
    assert told("ロボットって何ですか", tokenizer) == []


def test_of_the_sentences_that_name_the_thing_those_about_the_question(tokenizer: Tokenizer) -> None:
    (asked,) = narrow("夜勤のときの連絡先は何ですか", tokenizer)
    assert telling(asked, ["昼の連絡先は受付です。", "夜勤の連絡先は守衛です。"], tokenizer) == [1]


def test_what_holds_another_number_is_not_told(tokenizer: Tokenizer) -> None:
    (asked,) = narrow("付録2はいつ使いますか", tokenizer)
    assert telling(asked, ["付録1は毎年4月に使います。", "付録2は毎年9月に使います。"], tokenizer) == [1]


@pytest.mark.parametrize(
    "question",
    [
        "合鍵と親鍵の違いは？",
        "合鍵と親鍵はどう違いますか",
        "合鍵と、親鍵との区別を教えてください",
        "合鍵と親鍵は何が違うの",
    ],
)
def test_how_two_things_differ_is_told_by_what_each_is(question: str, tokenizer: Tokenizer) -> None:
    sentences = ["合鍵と親鍵は受付にあります。", "合鍵とは、写しのことです。", "親鍵とは、元の鍵のことです。"]
    asked = narrow(question, tokenizer)
    assert [telling(one, sentences, tokenizer) for one in asked] == [[1], [2]]
    assert [telling(one, sentences[:2], tokenizer) for one in asked] == [[1], []]
