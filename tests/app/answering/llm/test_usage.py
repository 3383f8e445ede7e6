from datetime import date
from pathlib import Path
from threading import Thread

import pytest

from app.answering.compose import ComposeFailed
from app.answering.llm.usage import FILE, DailyLimits, DailyUsage

DAY = date(2026, 11, 24)


def test_without_limits_nothing_is_kept(tmp_path: Path) -> None:
    usage = DailyUsage(tmp_path / "not there", DailyLimits())
    usage.check()
    usage.add(10**9, 10**9)
    usage.check()
    assert list(tmp_path.iterdir()) == []


def test_tokens_of_the_day_are_limited_across_processes(tmp_path: Path) -> None:
    limits = DailyLimits(tokens=100)
    DailyUsage(tmp_path, limits, lambda: DAY).add(60, 39)
    DailyUsage(tmp_path, limits, lambda: DAY).check()
    DailyUsage(tmp_path, limits, lambda: DAY).add(1, 0)
    with pytest.raises(ComposeFailed, match="一日の上限"):
        DailyUsage(tmp_path, limits, lambda: DAY).check()
    DailyUsage(tmp_path, limits, lambda: date(2026, 11, 25)).check()


def test_cost_is_limited(tmp_path: Path) -> None:
    usage = DailyUsage(tmp_path, DailyLimits(cost=3.0, price_input=1.0, price_output=4.0), lambda: DAY)
    usage.add(1_000_000, 499_999)
    usage.check()
    usage.add(0, 1)
    with pytest.raises(ComposeFailed):
        usage.check()


def test_many_at_once_are_all_counted(tmp_path: Path) -> None:
    usage = DailyUsage(tmp_path, DailyLimits(tokens=10**9), lambda: DAY)
    threads = [Thread(target=usage.add, args=(1, 2)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert usage.today() == (20, 40)


def test_what_cannot_be_read_is_not_spent(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).write_text("no database at all, and long enough to be looked at as one" * 50)
    usage = DailyUsage(tmp_path, DailyLimits(tokens=100), lambda: DAY)
    with pytest.raises(ComposeFailed, match="使用量の記録を読めません"):
        usage.check()
    usage.add(1, 1)
    assert "cannot be written" in caplog.text
