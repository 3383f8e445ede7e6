"""Answers on pages: what is joined, and what stays apart because it does not stand together on its page."""

from ingest.models import Consultation, Qa
from ingest.qa_passages import consultation_passages


def cut(answer: str, *pages: str, page_end: int | None = None) -> list[tuple[str, int | None, int | None]]:
    qa = Qa(question_no=1, question="鍵は。", answer=answer, page=1, page_end=page_end)
    consultation = Consultation(id="c", title="相談会", qas=(qa,))
    passages = consultation_passages(consultation, "c", "c.pdf", pages, len)
    return [(p.text, p.page, p.page_end) for p in passages]


def test_lines_that_follow_each_other_on_a_page_are_one_passage() -> None:
    assert cut("総務が持つ。\n毎年替える。", "鍵は。\n総務が持つ。\n毎年替える。") == [
        ("総務が持つ。\n毎年替える。", 1, 1)
    ]


def test_lines_with_others_between_them_are_two() -> None:
    assert cut("総務が持つ。\n毎年替える。", "総務が持つ。（図）毎年替える。") == [
        ("総務が持つ。", 1, 1),
        ("毎年替える。", 1, 1),
    ]


def test_lines_of_two_pages_are_two() -> None:
    pages = ("総務が持つ。", "毎年替える。")
    assert cut("総務が持つ。\n毎年替える。", *pages, page_end=2) == [
        ("総務が持つ。", 1, 1),
        ("毎年替える。", 2, 2),
    ]


def test_a_line_over_a_page_break_is_cut_at_its_sentences() -> None:
    pages = ("総務が持つ。毎年", "替える。控えは無い。")
    assert cut("総務が持つ。毎年替える。控えは無い。", *pages, page_end=2) == [
        ("総務が持つ。", 1, 1),
        ("毎年替える。", 1, 2),
        ("控えは無い。", 2, 2),
    ]


def test_sentences_of_a_cut_line_are_joined_again_without_a_break() -> None:
    pages = ("総務が持つ。毎年替える。", "控えは無い。")
    assert cut("総務が持つ。毎年替える。控えは無い。", *pages, page_end=2) == [
        ("総務が持つ。毎年替える。", 1, 1),
        ("控えは無い。", 2, 2),
    ]


def test_a_passage_may_be_as_long_as_the_limit() -> None:
    one, other = "あ" * 199 + "。", "い" * 198 + "。"
    page = one + other
    assert len(cut(f"{one}\n{other}", page)) == 1  # 400 with the line break
    assert len(cut(f"{one}\nう{other}", one + "う" + other)) == 2


def test_without_pages_nothing_is_placed() -> None:
    assert cut("総務が持つ。\n毎年替える。") == [("総務が持つ。\n毎年替える。", 1, 1)]
