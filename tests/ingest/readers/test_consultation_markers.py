import time

import pytest

from ingest.readers.consultation_captions import LEADERS, shape_of
from ingest.readers.consultation_markers import (
    ends_sentence,
    match_answer,
    match_question,
    number_of,
    split_inline,
)
from ingest.readers.consultation_references import find_pages


@pytest.mark.parametrize(
    ("text", "family", "label", "number", "rest"),
    [
        ("質問① 鍵は。", "質問", "質問①", 1, "鍵は。"),
        ("ご質問No.3 鍵は。", "質問", "ご質問No.3", 3, "鍵は。"),
        ("質問番号12：鍵は。", "質問", "質問番号12", 12, "鍵は。"),
        ("設問２．鍵は。", "質問", "設問２", 2, "鍵は。"),
        ("■質問㊿ 鍵は。", "質問", "質問㊿", 50, "鍵は。"),
        ("FAQ1. 鍵は。", "Q", "FAQ1", 1, "鍵は。"),
        ("Q&A 3：鍵は。", "Q", "Q&A3", 3, "鍵は。"),
        ("Question 4. 鍵は。", "Q", "Question4", 4, "鍵は。"),
        ("【Q5】鍵は。", "Q", "Q5", 5, "鍵は。"),
        ("問十一　鍵は。", "問", "問十一", 11, "鍵は。"),
        ("問い7）鍵は。", "問", "問い7", 7, "鍵は。"),
        ("問1-2 鍵は。", "問", "問1-2", 1, "鍵は。"),
        ("問3の2 鍵は。", "問", "問3の2", 3, "鍵は。"),
        ("照会事項1 鍵は。", "照会", "照会事項1", 1, "鍵は。"),
        ("お問い合わせ内容：鍵は。", "照会", "", None, "鍵は。"),
        ("相談内容：鍵は。", "照会", "", None, "鍵は。"),
        ("質問：鍵は。", "質問", "", None, "鍵は。"),
        ("【照会要旨】", "照会", "", None, ""),
        ("Q. 鍵は。", "Q", "", None, "鍵は。"),
        ("Q 鍵は。", "Q", "", None, "鍵は。"),
        ("**Q1.** 鍵は。", "Q", "Q1", 1, "鍵は。"),
    ],
)
def test_question_marks(text: str, family: str, label: str, number: int | None, rest: str) -> None:
    found = match_question(text, after_sentence=True)
    assert found is not None
    assert (found.family, found.label, found.number, found.rest) == (family, label, number, rest)


@pytest.mark.parametrize(
    "text",
    [
        "質問3件",
        "質問3番を",
        "質問3点です",
        "質問3回まで",
        "質問3個あります",
        "問５もご参照ください",
        "問５から始める",
        "問５まで",
        "問５より",
        "問５及び問６",
        "問５または問６",
        "問５参照",
        "質問①で紹介した",
        "質問①～③",
        "（問５の続き",
        "問題3 鍵は。",
        "質問者の声",
        "Qualys 3",
        "Q is a letter",
        "2. 照会事項",
        "お問い合わせ",
        "",
    ],
)
def test_a_mention_or_an_amount_is_no_question_mark(text: str) -> None:
    assert match_question(text, after_sentence=True) is None


@pytest.mark.parametrize("text", ["問5", "Q 鍵は。", "質問5、鍵", "問5 鍵は。"])
def test_in_a_running_sentence_a_weak_mark_is_none(text: str) -> None:
    found = match_question(text, after_sentence=False)
    assert found is None or (text == "問5" and found.weak)
    assert match_question(text, after_sentence=True) is not None


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("回答：あります。", None, "あります。"),
        ("ご回答内容：あります。", None, "あります。"),
        ("回答例：あります。", None, "あります。"),
        ("回答案：あります。", None, "あります。"),
        ("回答① あります。", 1, "あります。"),
        ("解答3．あります。", 3, "あります。"),
        ("答え：あります。", None, "あります。"),
        ("答", None, ""),
        ("（答）あります。", None, "あります。"),
        ("【回答要旨】あります。", None, "あります。"),
        ("[A2] あります。", 2, "あります。"),
        ("A1. あります。", 1, "あります。"),
        ("Ａ１：あります。", 1, "あります。"),
        ("A2あります。", 2, "あります。"),
        ("A1-2 あります。", 1, "あります。"),
        ("Answer: Yes.", None, "Yes."),
        ("**A.** あります。", None, "あります。"),
    ],
)
def test_answer_marks(text: str, number: int | None, rest: str) -> None:
    found = match_answer(text)
    assert found is not None
    assert (found.number, found.rest) == (number, rest)


@pytest.mark.parametrize(
    "text", ["回答する", "回答 は別紙", "答えは", "A社は", "A はい", "AI 3", "解答用紙", ""]
)
def test_words_that_begin_like_an_answer_mark(text: str) -> None:
    assert match_answer(text) is None


def test_a_bare_letter_answers_only_where_the_question_had_one() -> None:
    found = match_answer("A はい", blank_sign=True)
    assert found is not None
    assert found.rest == "はい"
    assert match_answer("A yes", blank_sign=True) is None


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("①", 1),
        ("㊿", 50),
        ("❿", 10),
        ("⑴", 1),
        ("１２", 12),
        ("3-2", 3),
        ("一", 1),
        ("十", 10),
        ("十一", 11),
        ("二十", 20),
        ("九十九", 99),
        ("", None),
        ("百", 100),
        ("甲", None),
        ("二百", None),
    ],
)
def test_numbers_of_labels(label: str, number: int | None) -> None:
    assert number_of(label) == number


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("鍵は。回答：ある。", ["鍵は。", "回答：ある。"]),
        ("鍵は。（答）ある。", ["鍵は。", "（答）ある。"]),
        ("【質問】鍵は【回答】ある", ["【質問】鍵は", "【回答】ある"]),
        ("[Q]鍵は[A]ある", ["[Q]鍵は", "[A]ある"]),
        ("ある。Q2. 窓は。A2. 無い。", ["ある。", "Q2. 窓は。", "A2. 無い。"]),
        ("ある。 質問2：窓は。", ["ある。", "質問2：窓は。"]),
        ("議題 質問内容：鍵は。", ["議題", "質問内容：鍵は。"]),
        ("議題質問内容：鍵は。", ["議題", "質問内容：鍵は。"]),
        ("ご質問内容：鍵は。", ["ご質問内容：鍵は。"]),
        ("本文の回答：欄", ["本文の回答：欄"]),
        ("用紙の【回答】欄に書く", ["用紙の【回答】欄に書く"]),
        ("用紙の（答）に書く", ["用紙の（答）に書く"]),
        ("図AとQ2. を見る", ["図AとQ2. を見る"]),
        ("", [""]),
    ],
)
def test_marks_inside_a_line_cut_it(text: str, parts: list[str]) -> None:
    assert [part.strip() for part in split_inline(text)] == parts


def test_ends_of_sentences() -> None:
    assert ends_sentence("ある。")
    assert ends_sentence("ある。）」")
    assert ends_sentence("ある？")
    assert not ends_sentence("ある")
    assert not ends_sentence("3.")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("鍵は ........ 3", "鍵は "),
        ("鍵は . . . . . 12", "鍵は "),
        ("鍵は………", "鍵は"),
        ("鍵は---", "鍵は---"),
        ("鍵は ーーーーー", "鍵は "),
        ("鍵は…。", "鍵は…。"),
        ("鍵は.... 3章", "鍵は.... 3章"),
    ],
)
def test_dotted_leaders(text: str, rest: str) -> None:
    assert LEADERS.sub("", text) == rest


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("（鍵の管理）", "bracket"),
        ("（注：鍵の管理）", ""),
        ("【鍵の管理】", "square"),
        ("第３章 鍵", "chapter"),
        ("Ⅲ．鍵", "roman"),
        ("3. 鍵", "digit"),
        ("3.1 鍵", ""),
        ("○鍵", "○"),
        ("○鍵です。", ""),
        ("鍵 ........ 3", ""),
        ("", ""),
    ],
)
def test_shapes_of_headings(text: str, shape: str) -> None:
    assert shape_of(text) == shape


@pytest.mark.parametrize("unit", [". ", " ", "-", "1,", "1～", "・", "Q", "[", "…", "P1、", "質問", "　"])
def test_a_very_long_line_takes_no_time(unit: str) -> None:
    text = unit * (20_000 // len(unit)) + "。x"
    begun = time.monotonic()
    for given in (text, "【質問" + text, "回答" + text, "鍵" + text):
        match_question(given, after_sentence=True)
        match_answer(given)
        split_inline(given)
        LEADERS.search(given)
        shape_of(given)
        find_pages(given)
    assert time.monotonic() - begun < 8
