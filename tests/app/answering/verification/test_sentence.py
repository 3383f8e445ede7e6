import pytest

from app.answering.verification.morphs import Analyser, normal_text
from app.answering.verification.sentence import Sentence, parse


def units(sentence: Sentence) -> list[str]:
    stops = [*sentence.starts[1:], len(sentence.text)]
    return [sentence.text[a:b] for a, b in zip(sentence.starts, stops, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("付録2は全1ページ、付録5は全45ページです。", ["付録2は全1ページ、", "付録5は全45ページです。"]),
        ("報告し、確認します。", ["報告し、", "確認します。"]),
        ("SOCは、有事には指揮する。", ["socは、有事には指揮する。"]),
        ("必須ではなく、任意です。", ["必須ではなく、", "任意です。"]),
        ("A、B、Cを確認する。", ["a、b、cを確認する。"]),
        ("全50項目で、会社が対象です。", ["全50項目で、", "会社が対象です。"]),
        ("委託先に対して、確認する。", ["委託先に対して、確認する。"]),
        ("適用できない場合は、承認する。", ["適用できない場合は、承認する。"]),
        ("128社のうち、37%は整備済みだ。", ["128社のうち、", "37%は整備済みだ。"]),
        (
            "整備済みの会社が34社、未着手の会社が19社あった。",
            ["整備済みの会社が34社、", "未着手の会社が19社あった。"],
        ),
    ],
)
def test_a_sentence_falls_into_units(text: str, expected: list[str], analyser: Analyser) -> None:
    assert units(parse(text, analyser)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("委託元は委託先に書類を渡す。", [("委託元", "topic"), ("委託先", "dat"), ("書類", "obj")]),
        ("対象については確認する。", [("対象", "about"), ("確認", "")]),
        ("申請だけでなく検査も行う。", [("申請", "besides"), ("検査", "also")]),
        ("取引先への連絡", [("取引先", "gen"), ("連絡", "")]),
        ("部門長によって承認される。", [("部門長", "by"), ("承認", "")]),
        ("深刻度に応じて定める。", [("深刻度", "")]),
        ("メールで送る。", [("メール", "loc")]),
    ],
)
def test_phrases_have_roles(text: str, expected: list[tuple[str, str]], analyser: Analyser) -> None:
    phrases = parse(text, analyser).phrases
    assert [("".join(t.surface for t in p.terms), p.role) for p in phrases] == expected


def test_directions_are_kept(analyser: Analyser) -> None:
    to, from_ = parse("取引先への連絡", analyser), parse("取引先からの連絡", analyser)
    assert (to.phrases[0].direction, from_.phrases[0].direction) == ("へ", "から")


def test_the_topic_of_a_unit_names_something(analyser: Analyser) -> None:
    assert parse("適用できない場合は承認する。", analyser).topic_of(0) is None
    topic = parse("フリーメールの利用は禁止する。", analyser).topic_of(0)
    assert topic is not None
    assert topic.terms[0].surface == "利用"


def test_a_topic_carries_over(analyser: Analyser) -> None:
    sentence = parse("レベル1は全50項目で、すべての会社が対象です。", analyser)
    assert sentence.topic_of(1) is None
    assert sentence.topic_of(1, carried=True) is not None


def test_a_negated_word_is_not_the_word(analyser: Analyser) -> None:
    one, other = parse("未実施の項目", analyser).terms, parse("実施の項目", analyser).terms
    assert one[-2].ids.isdisjoint(other[0].ids)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("十二文字以上", "12文字以上"),
        ("三営業日", "３営業日"),
        ("半年に一度", "半年に1回"),
        ("年に一回", "年1回"),
    ],
)
def test_numerals_are_digits(one: str, other: str, analyser: Analyser) -> None:
    assert [f.key for f in parse(one, analyser).facts] == [f.key for f in parse(other, analyser).facts]


@pytest.mark.parametrize(
    "text",
    ["①規程を作る", "・規程を作る", "(1) 規程を作る", "1. 規程を作る", "A. 規程を作る", " 規程 を作る"],
)
def test_marks_and_blanks_say_nothing(text: str) -> None:
    assert normal_text(text) == "規程を作る"
