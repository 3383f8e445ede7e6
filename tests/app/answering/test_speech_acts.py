import pytest

from app.answering.speech_acts import leans_on_the_one_before, speaks_of_itself, without_conjunction
from ingest.text.words import Tokenizer


@pytest.mark.parametrize(
    "sentence",
    [
        "時計の遅れにお困りのことは承知しています。",
        "町工場では予備の電池を持つことが難しい場合があると認識しております。",
        "来年は修理の講習も開きたいと考えています。",
        "この集まりを続けていきたいという思いがあります。",
        "皆さまからも話して頂けると、心強く思います。",
        "直した経験のある方がいないか探しています。",
    ],
)
def test_a_wish_a_feeling_sympathy_or_a_call_is_about_the_speaker(
    sentence: str, tokenizer: Tokenizer
) -> None:
    assert speaks_of_itself(sentence, tokenizer)


@pytest.mark.parametrize(
    "sentence",
    [
        "時計は毎朝合わせてください。",
        "まず電池の交換から始めて頂きたいと思います。",
        "年内に交換をお願いしたいと考えています。",
        "電池は早めに替えるのが望ましいと考えています。",
        "毎朝合わせることが必要と考えられています。",
        "遅れたままにすることは、適切ではないように思います。",
        "予備を持つ会社が多いと思います。",
        "標準電波で合わせる方法を検討して頂ければと考えます。",
        "時計は守衛室で管理しています。",
        "・電池を替える",
        "",
    ],
)
def test_advice_a_request_or_a_fact_is_for_whoever_asks(sentence: str, tokenizer: Tokenizer) -> None:
    assert not speaks_of_itself(sentence, tokenizer)


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("ただし、夜は止めます。", True),
        ("また、窓も拭きます。", True),
        ("そのときは係に伝えます。", True),
        ("これは受付に置きます。", True),
        ("床は毎週拭きます。", False),
        ("どの窓も拭きます。", False),
        ("。", False),
    ],
)
def test_what_goes_on_from_the_sentence_before(sentence: str, *, leans: bool, tokenizer: Tokenizer) -> None:
    assert leans_on_the_one_before(sentence, tokenizer) is leans


@pytest.mark.parametrize(
    ("sentence", "heading"),
    [
        ("また、窓はいつ拭きますか。", "窓はいつ拭きますか。"),
        ("また窓はいつ拭きますか。", "窓はいつ拭きますか。"),
        ("それから窓はいつ拭きますか。", "窓はいつ拭きますか。"),
        ("それと、また、窓はいつ拭きますか。", "窓はいつ拭きますか。"),
        ("それを拭くのは誰ですか。", "それを拭くのは誰ですか。"),
        ("あと窓の数も知りたいです。", "窓の数も知りたいです。"),
        ("あと3日で終わりますか。", "あと3日で終わりますか。"),
        ("窓はいつ拭きますか。", "窓はいつ拭きますか。"),
        ("また", "また"),
        ("", ""),
    ],
)
def test_a_heading_begins_without_a_conjunction(sentence: str, heading: str, tokenizer: Tokenizer) -> None:
    assert without_conjunction(sentence, tokenizer) == heading
