"""What a soak makes of what it saw, and a minute of a real one."""

import json
import os
from pathlib import Path

import pytest

from eval import soak
from eval.faults.document import write_section
from eval.soak import Seen, section, summary


def seen(slope_mb: float, files: int, slower: float) -> Seen:
    looks = [
        (float(at), int(300e6 + slope_mb * 1e6 * at / 60), 40 + files * at // 1800)
        for at in range(0, 1801, 5)
    ]
    answers = [(float(at), 20.0 * (1 + (slower - 1) * at / 1800)) for at in range(1800)]
    return Seen(answers, looks)


def test_what_grows_is_seen() -> None:
    grows = summary(seen(2.5, 90, 1.5), 30)
    assert grows["memory_mb_per_minute"] == pytest.approx(2.5, abs=0.01)
    assert grows["files"] == [40, 130, 130]
    assert grows["files_per_minute"] == pytest.approx(3, abs=0.05)
    assert grows["p95_ratio"] > 1.3


def test_what_stays_is_seen() -> None:
    stays = summary(seen(0, 0, 1), 30)
    assert (stays["memory_mb_per_minute"], stays["files_per_minute"], stays["p95_ratio"]) == (0, 0, 1)
    assert (stays["answers"], stays["errors"], stays["first_error"]) == (1800, 0, None)


def test_the_table_says_what_was_seen(tmp_path: Path) -> None:
    result = {"rate": 20.0, "capacity": 40.0} | summary(seen(0.5, 0, 1.1), 30)
    write_section(tmp_path / "page.md", "soak", section(result, "here"))
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "| its slope | +0.5 MB/min | under 1 |" in text
    assert "20.0 of 40.0" in text


def test_a_process_is_looked_at() -> None:
    memory, files = soak._look(os.getpid())
    assert memory > 10_000_000
    assert files > 2


@pytest.mark.slow
def test_a_minute_without_errors_and_without_open_files_that_pile_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("YOROZU_DATA_DIR")
    monkeypatch.setenv("YOROZU_EMBEDDER", "none")
    assert soak.main(["--minutes", "1"]) == 0
    result = json.loads(capsys.readouterr().out)
    first, last, most = result["files"]
    assert result["errors"] == 0
    assert last <= first + 10
    assert most <= first + 40
