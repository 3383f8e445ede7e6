"""Whatever form a model gives its sentences: they are read as they come, in any pieces."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.llm.marks import is_whole, marked, numbers_in, without_marks
from app.answering.llm.parse import SentenceParser

A, B = "規程を作ります。", "毎年見直します。"
BOTH = [(A, (1,)), (B, (1, 2))]
FORMS = {
    "a JSON object a line": f'{{"text": "{A}", "citations": [1]}}\n{{"text": "{B}", "citations": [1, 2]}}\n',
    "without line ends": f'{{"text": "{A}", "citations": [1]}}{{"text": "{B}", "citations": [1, 2]}}',
    "a list": f'[{{"text": "{A}", "citations": [1]}}, {{"text": "{B}", "citations": [1, 2]}}]',
    "one object with a list": json.dumps(
        {"sentences": [{"text": A, "citations": [1]}, {"text": B, "citations": [1, 2]}]}, indent=2
    ),
    "a fence with words in front": f'以下が回答です。\n```json\n{{"text": "{A}", "citations": [1]}}\n'
    f'{{"text": "{B}", "citations": [1, 2]}}\n```',
    "numbers as text": f'{{"text": "{A}", "citations": "[1]"}}\n{{"text": "{B}", "citations": ["1", "２"]}}',
    "other names": f'{{"sentence": "{A}", "cite": 1}}\n{{"文": "{B}", "出典": [{{"n": 1}}, {{"n": 2}}]}}',
    "marks inside the text": f'{{"text": "{A}[1]", "citations": []}}\n{{"text": "{B}[1][2]"}}',
    "marks, running": f"{A}[1]{B}[1][2]",
    "marks, a line each": f"{A}[1]\n{B}[1, 2]\n",
    "marks before the full stop": "規程を作ります[1]。毎年見直します[1][2]。",
    "Japanese marks": f"{A}［１］\n{B}【1、2】",
    "marks in front": f"[1] {A}\n[1][2] {B}",
    "a list of points": f"回答：\n\n- {A}[1]\n2. **{B}**[1][2]\n",
    "thoughts first": f'<think>\n{{"text": "うそ。", "citations": [1]}}\n</think>\n\n{A}[1]\n{B}[1][2]',
    "a quotation mark that is not escaped": '{"text": "規程を作ります。", "citations": [1]}\n'
    '{"text": "毎年見直します。", "citations": [1, 2]}\n{"text": "「"あ」です。", "note": 1}',
}


def read(text: str, size: int = 10**6) -> list[tuple[str, tuple[int, ...]]]:
    parser = SentenceParser()
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    found = [sentence for piece in pieces for sentence in parser.feed(piece)]
    return [(s.text, s.citations) for s in (*found, *parser.close())]


@pytest.mark.parametrize("size", [1, 3, 10**6])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(form: str, size: int) -> None:
    assert read(FORMS[form], size) == BOTH


def test_a_sentence_comes_as_soon_as_it_is_complete() -> None:
    parser = SentenceParser()
    assert parser.feed(f'{{"text": "{A}", "citations": [1]') == []
    assert [s.text for s in parser.feed("}")] == [A]
    running = SentenceParser()
    assert running.feed(f"{A}[1]") == []  # another mark may follow
    assert [s.text for s in running.feed("次")] == [A]


def test_two_sentences_in_one_object_are_two() -> None:
    assert read(f'{{"text": "{A}{B}", "citations": [3]}}') == [(A, (3,)), (B, (3,))]


def test_a_mark_holds_for_the_sentences_in_front_of_it() -> None:
    assert read(f"{A}{B}[4]") == [(A, (4,)), (B, (4,))]


def test_a_mark_within_a_sentence_does_not_cut_it() -> None:
    assert read("手引き[2]によれば、規程を作ります。[1]") == [("手引きによれば、規程を作ります。", (2, 1))]


def test_sentences_without_a_mark_have_no_numbers() -> None:
    assert read(f"{A}\n{B}[1]") == [(A, ()), (B, (1,))]
    assert read(f"{A}[1]{B}") == [(A, (1,)), (B, ())]
    assert read(f'{{"text": "{A}"}}') == [(A, ())]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n",
        "```json\n```",
        '{"text": "',
        '{"text": "規程',
        "{}",
        "[]",
        '{"text": 3}',
        "回答：",
        "<think>まだ考えて",
    ],
)
def test_nothing_said_is_no_sentence(text: str) -> None:
    assert read(text) == []
    assert read(text, 1) == []


def test_an_object_that_is_still_open_at_the_end_is_no_sentence() -> None:
    assert read(f'{{"text": "{A}", "citations": [1]}}\n{{"text": "毎年見直し') == [(A, (1,))]


def test_broken_json_is_read_where_text_and_numbers_can_be_told_apart() -> None:
    assert read('{"text": "「"規程"」を作ります。", "citations": [1]}') == [('「"規程"」を作ります。', (1,))]
    odd = '{"text": "「"規程」を作ります。", "citations": [1]}\n'
    assert read(odd + f'{{"text": "{B}", "citations": [2]}}') == [('「"規程」を作ります。', (1,)), (B, (2,))]
    assert read('{"text": "規程を\n作ります。", "citations": [1]}') == [
        ("規程を", (1,)),
        ("作ります。", (1,)),
    ]


def test_characters_that_hide_or_turn_text_are_taken_out() -> None:
    assert read('{"text": "規程\\u202eを\\u200b作ります。", "citations": [1]}') == [(A, (1,))]


def test_numbers_of_all_kinds() -> None:
    assert numbers_in([1, "2", "[3]", "４", {"n": 5}, None, True, 2023, "第2023号"]) == [1, 2, 3, 4, 5]
    assert numbers_in("1, 2、3") == [1, 2, 3]


def test_a_year_or_a_list_in_brackets_is_no_mark() -> None:
    assert without_marks("[2023年]の規程[案]です。") == ("[2023年]の規程[案]です。", ())
    assert marked("規程です。[12][3]") == [("規程です。", (12, 3))]
    assert is_whole("規程です。[1]")
    assert not is_whole("規程です。[1")
    assert not is_whole("規程[1]")


@given(st.text(alphabet='{}[]",:\\ \n。12a規text<think>/`', max_size=200), st.integers(1, 20))
def test_no_reply_breaks_it_and_pieces_do_not_matter(text: str, size: int) -> None:
    assert read(text, size) == read(text)


@pytest.mark.parametrize("unit", ["{", "}", '{"', "[1]", "。[1]", '{"text": "', "「", "あ", "あ。", "[1"])
def test_a_very_long_reply_takes_no_time(unit: str) -> None:
    started = time.perf_counter()
    read(unit * (4000 // len(unit)), 1)
    assert time.perf_counter() - started < 2.0
