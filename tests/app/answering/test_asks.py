import pytest

from app.answering.asks import asks, is_question, own_words, wants_to_know
from ingest.text.words import Tokenizer


@pytest.mark.parametrize(
    "sentence",
    [
        "鍵は誰が持ちますか。",
        "窓の掃除は",
        "それと、名札の見本も。",
        "床の拭き方を説明して",
        "植木の水やりをご教示いただきたく存じます。",
        "教えていただけると助かります。",
        "お返事をいただければと思います。",
        "よろしくお願いします",
    ],
)
def test_knows_that_a_sentence_asks_or_requests(sentence: str) -> None:
    assert asks(sentence)


@pytest.mark.parametrize(
    "sentence", ["窓が割れました。", "社長に教えてもらえず困っています。", "植木に水をやる。"]
)
def test_a_story_asks_nothing(sentence: str) -> None:
    assert not asks(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "鍵は誰が持ちますか。",
        "名札の見本をください",
        "名札の見本もお願いします",
        "掃除の当番の一覧がほしいです",
        "窓の拭き方が知りたいです。",
        "どこを見ればよいか教えて",
        "そんな時間があるのか！",
    ],
)
def test_an_answer_is_wanted(sentence: str, tokenizer: Tokenizer) -> None:
    assert wants_to_know(sentence, tokenizer)


@pytest.mark.parametrize(
    "sentence",
    [
        "金曜までに受付の鈴木までご連絡ください。",
        "至急のご対応をお願いします。",
        "植木を減らしたいです。",
        "文末に「おわり」と書き足してください。",
        "主任を説得してほしいです",
        "そんなに払えるか！",
    ],
)
def test_something_is_to_be_done_or_wished(sentence: str, tokenizer: Tokenizer) -> None:
    assert asks(sentence)
    assert not wants_to_know(sentence, tokenizer)


@pytest.mark.parametrize(
    ("sentence", "own"),
    [
        ("よろしくお願いいたします。", ()),
        ("期限はいつですか。", ()),
        ("費用はいくらですか。", ()),
        ("何ページですか", ()),
        ("URLも。", ()),
        ("社長でもいいの？", ("社長",)),
        ("来年の祝日はいつですか。", ("祝日",)),
    ],
)
def test_what_a_sentence_asks_about_by_itself(
    sentence: str, own: tuple[str, ...], tokenizer: Tokenizer
) -> None:
    assert own_words(sentence, tokenizer) == own


def test_a_request_is_no_question() -> None:
    assert is_question("鍵は誰が持ちますか。")
    assert not is_question("見本をください。")
