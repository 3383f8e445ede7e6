import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunks import MAX_TOKENS, chunks, lines, pieces
from ingest.text.normalise import fold
from ingest.text.sentences import split_sentences

SENTENCE = "あ" * 149 + "。"  # 150 tokens where a character is one


def test_lines_say_something() -> None:
    assert list(lines(" 一行目 \n\n　\n二行目\n")) == ["一行目", "二行目"]


def test_a_line_that_fits_stays_whole_though_it_holds_sentences() -> None:
    assert list(pieces(SENTENCE * 2, len)) == [("\n", SENTENCE * 2)]


def test_a_line_that_does_not_fit_falls_into_its_sentences() -> None:
    assert list(pieces(SENTENCE * 3, len)) == [("\n", SENTENCE), ("", SENTENCE), ("", SENTENCE)]


def test_short_lines_are_joined_up_to_the_limit_and_not_beyond() -> None:
    line = "い" * 100
    assert list(chunks("\n".join([line] * 9), len)) == ["\n".join([line] * 4)] * 2 + [line]
    assert MAX_TOKENS == 400


def test_sentences_of_a_cut_line_are_joined_again_as_they_stood() -> None:
    assert list(chunks(SENTENCE * 3, len)) == [SENTENCE * 2, SENTENCE]


def test_a_sentence_longer_than_the_limit_is_not_cut() -> None:
    long = "う" * 900 + "。"
    assert list(chunks(f"前の文。{long}後の文。", len)) == ["前の文。", long, "後の文。"]


@pytest.mark.parametrize("text", ["", "\n\n", " 　\n"])
def test_nothing_makes_no_chunk(text: str) -> None:
    assert list(chunks(text, len)) == []


@given(st.text(alphabet="あ漢A1。！「」（）\n ・", max_size=120), st.integers(1, 120))
def test_chunks_hold_everything_in_order_and_end_with_sentences(text: str, weight: int) -> None:
    made = list(chunks(text, lambda part: len(part) * weight))
    assert fold("".join(made)) == fold(text)
    assert [s for chunk in made for s in split_sentences(chunk)] == split_sentences(text)
