"""Running heads and feet: every measure that tells them from text, from both sides."""

from dataclasses import replace

import pytest

from ingest.readers.pdf_lines import Line, Page
from ingest.readers.pdf_running import find_margins, is_page_number, most_common_height

HEIGHT = 800.0
HEAD, FOOT = 780.0, 20.0  # points above the bottom
HEAD_TEXT = "情報管理の手引き"


def line(text: str, y: float | None, *, cells: int = 0) -> Line:
    return Line(text, y=y, size=10.0, cells=tuple((float(n), text) for n in range(cells)))


def page(number: int, *edges: Line, lines: int = 20, top: float = 600.0) -> Page:
    """Text in steps of 20 points from `top`, each line of its own words, and the lines of the margins."""
    own = chr(0x3042 + number)
    body = [line(f"{number}頁の文{own}{chr(0x3042 + at)}", top - 20 * at) for at in range(lines)]
    heads = [edge for edge in edges if (edge.y or 0) > HEIGHT / 2]
    feet = [edge for edge in edges if (edge.y or 0) <= HEIGHT / 2]
    every = (*heads, *body, *feet)
    return Page(number, "\n".join(x.text for x in every), every, HEIGHT)


def texts(pages: list[Page]) -> list[set[str]]:
    return [{x.text for x in running} for running in find_margins(pages).running]


def with_heads(pages: int, on: set[int], head: Line) -> list[set[str]]:
    return texts([page(n, *([head] if n in on else [])) for n in range(1, pages + 1)])


def test_a_head_on_three_near_pages_runs() -> None:
    found = with_heads(5, {1, 2, 3}, line(HEAD_TEXT, HEAD))
    assert found == [{HEAD_TEXT}, {HEAD_TEXT}, {HEAD_TEXT}, set(), set()]


def test_on_two_pages_it_is_text() -> None:
    assert with_heads(5, {1, 2}, line(HEAD_TEXT, HEAD)) == [set()] * 5


def test_three_pages_must_be_near() -> None:
    assert with_heads(9, {1, 5, 9}, line(HEAD_TEXT, HEAD)) == [set()] * 4 + [{HEAD_TEXT}] + [set()] * 4
    assert with_heads(11, {1, 6, 11}, line(HEAD_TEXT, HEAD)) == [set()] * 11


def test_a_line_close_to_the_text_needs_six_pages() -> None:
    def close(on: int) -> list[set[str]]:
        return texts([page(n, line(HEAD_TEXT, 760.0), top=740.0) for n in range(1, on + 1)])

    assert close(5) == [set()] * 5
    assert close(6)[1:5] == [{HEAD_TEXT}] * 4  # of the first, only four pages after it count
    assert close(6)[0] == set()


@pytest.mark.parametrize(("gap", "runs"), [(28.0, True), (27.0, False)])
def test_apart_means_more_than_the_usual_step(gap: float, *, runs: bool) -> None:
    found = texts([page(n, line(HEAD_TEXT, 740.0 + gap), top=740.0) for n in range(1, 4)])
    assert found == [{HEAD_TEXT} if runs else set()] * 3


@pytest.mark.parametrize(("gap", "runs"), [(28.0, True), (27.0, False)])
def test_a_foot_too(gap: float, *, runs: bool) -> None:
    pages = [page(n, line(HEAD_TEXT, 60.0), top=60.0 + gap + 19 * 20) for n in range(1, 4)]
    assert texts(pages) == [{HEAD_TEXT} if runs else set()] * 3


@pytest.mark.parametrize(("y", "runs"), [(HEIGHT * 0.875, True), (HEIGHT * 0.865, False)])
def test_only_the_margins_hold_heads(y: float, *, runs: bool) -> None:
    assert with_heads(3, {1, 2, 3}, line(HEAD_TEXT, y)) == [{HEAD_TEXT} if runs else set()] * 3


@pytest.mark.parametrize(("y", "runs"), [(HEIGHT * 0.125, True), (HEIGHT * 0.135, False)])
def test_only_the_margins_hold_feet(y: float, *, runs: bool) -> None:
    assert with_heads(3, {1, 2, 3}, line(HEAD_TEXT, y)) == [{HEAD_TEXT} if runs else set()] * 3


def test_only_three_lines_of_each_edge_run() -> None:
    heads = [line(name * 4, HEAD - 20 * at) for at, name in enumerate("甲乙丙丁")]
    feet = [line(name * 4, FOOT + 20 * at) for at, name in enumerate("子丑寅卯")]
    found = texts([page(n, *heads, *feet, lines=5, top=400.0) for n in range(1, 8)])
    assert found[3] == {"甲甲甲甲", "乙乙乙乙", "丙丙丙丙", "子子子子", "丑丑丑丑", "寅寅寅寅"}


@pytest.mark.parametrize(("shift", "runs"), [(6.0, True), (7.0, False)])
def test_it_stands_at_the_same_height(shift: float, *, runs: bool) -> None:
    pages = [page(1, line(HEAD_TEXT, HEAD)), *(page(n, line(HEAD_TEXT, HEAD - shift)) for n in (2, 3))]
    assert texts(pages)[0] == ({HEAD_TEXT} if runs else set())


def test_the_number_in_a_head_may_change_if_it_has_words() -> None:
    def heads(text: str) -> list[set[str]]:
        return texts([page(n, line(text.format(n), HEAD)) for n in range(1, 4)])

    assert heads("手引き第{}頁") == [{f"手引き第{n}頁"} for n in (1, 2, 3)]
    assert heads("第{}節") == [set()] * 3


def test_the_head_of_a_table_does_not_run() -> None:
    assert with_heads(3, {1, 2, 3}, line(HEAD_TEXT, HEAD, cells=3)) == [{HEAD_TEXT}] * 3
    assert with_heads(3, {1, 2, 3}, line(HEAD_TEXT, HEAD, cells=4)) == [set()] * 3


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("54", "54"),
        ("- 54 -", "54"),
        ("（1）", "(1)"),
        ("iv", "iv"),
        ("12/107", "12"),
        ("P.3", "3"),
        ("3ページ", "3"),
        ("3 of 9", "3"),
        ("page 3", "3"),
    ],
)
def test_a_page_number_runs_wherever_it_stands_once(text: str, number: str) -> None:
    found = find_margins([page(1, line(text, FOOT)), page(2)])
    assert {x.text for x in found.running[0]} == {text}
    assert found.numbers == (number, None)
    assert is_page_number(text)


@pytest.mark.parametrize("text", ["3.6", "12345", "第3", "3頁の", "", "mixed"])
def test_no_page_number(text: str) -> None:
    assert not is_page_number(text)


def test_a_running_foot_that_ends_in_a_number_gives_it() -> None:
    found = find_margins([page(n, line(f"情報管理の手引き {n + 9}", FOOT)) for n in range(1, 4)])
    assert found.numbers == ("10", "11", "12")
    found = find_margins([page(n, line(f"情報管理の手引き 3.{n}", FOOT)) for n in range(1, 4)])
    assert found.numbers == (None, None, None)


def test_without_places_only_numbers_at_the_ends_are_taken() -> None:
    body = (line("1", None), line("本文です", None), line("2", None), line(HEAD_TEXT, None), line("9", None))
    pages = [Page(n, "", body, HEIGHT) for n in (1, 2, 3)]
    found = find_margins(pages)
    assert [x.text for x in sorted(found.running[0], key=lambda x: x.text)] == ["1", "9"]
    flat = [replace(page(n, line(HEAD_TEXT, HEAD)), height=0.0) for n in (1, 2, 3)]
    assert texts(flat) == [set()] * 3


def test_the_usual_step() -> None:
    assert (
        most_common_height([line("あ", 100.0), line("い", 80.2), line("う", 60.1), line("え", 10.0)]) == 20.0
    )
    assert most_common_height([line("あ", 100.0), line("い", 100.0)]) == 0.0
    assert most_common_height([line("あ", 100.0), line("い", 60.0)]) == 0.0  # four lines high
    assert most_common_height([line("あ", 100.0), line("い", 61.0)]) == 39.0
    assert most_common_height([line("あ", 80.0), line("い", 100.0)]) == 0.0
    assert most_common_height([line("あ", None), line("い", 10.0)]) == 0.0
    assert most_common_height([line("あ", 100.0), line("い", 89.6)]) == 10.5
    assert most_common_height([]) == 0.0
