from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.dates import find_deadlines


@pytest.mark.parametrize(
    ("text", "printed", "last_day"),
    [
        ("少なくとも23年度中に達成してください。", "23年度中", date(2024, 3, 31)),
        ("２４年度末に向けて計画的に", "24年度末", date(2025, 3, 31)),
        ("2024年3月末までに提出", "2024年3月末", date(2024, 3, 31)),
        ("令和6年3月31日まで", "令和6年3月31日まで", date(2024, 3, 31)),
        ("令和元年度末", "令和元年度末", date(2020, 3, 31)),
        ("提出期限は2025/3/31です", "2025/3/31", date(2025, 3, 31)),
        ("2025年度上期中に", "2025年度上期中", date(2025, 9, 30)),
        ("2024年2月末", "2024年2月末", date(2024, 2, 29)),
    ],
)
def test_reads_deadlines(text: str, printed: str, last_day: date) -> None:
    found = list(find_deadlines(text))
    assert [(d.printed, d.last_day) for d in found] == [(printed, last_day)]


@pytest.mark.parametrize(
    "text",
    [
        "情報セキュリティ10大脅威2023を参照",
        "2023年4月に公表された第3.1版",
        "3年以内に見直す",
        "5年間保存する",
        "平成25年度に改訂",
        "2023年13月末",
        "",
    ],
)
def test_a_date_that_limits_nothing_is_no_deadline(text: str) -> None:
    assert list(find_deadlines(text)) == []


@given(st.text(alphabet="0123456789年度月日中末まで令和元期限は/.", max_size=40))
def test_never_fails(text: str) -> None:
    for deadline in find_deadlines(text):
        assert deadline.printed
