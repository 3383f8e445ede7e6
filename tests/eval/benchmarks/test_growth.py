import json
import re
from pathlib import Path

import pytest

from eval.benchmarks import growth, growth_steps
from eval.benchmarks.growth_page import page

MADE_UP = {
    "build": {
        "seconds": {"embed": 1.0, "lexical": 3.0, "vectors": 5.04, "all": 6.04, "cpu": 7.0},
        "bytes": {"chroma": 5e6, "vectors": 4e6, "lexical": 3e6, "passages.sqlite": 1e6, "all": 13e6},
        "passages_mb": 50.0,
        "peak_mb": 320.0,
    },
    "ask": {
        "embedded_a_second": 50.0,
        "open_ms": 10.0,
        "first_ms": 700.0,
        "memory": {
            "before": {"anonymous": 700.0, "files": 200.0},
            "warm": {"anonymous": 730.0, "files": 250.0},
            "after": {"anonymous": 730.0, "files": 260.0},
        },
        "n": 200,
        "ms_p50": 20.0,
        "ms_p95": 30.0,
        "ms_max": 40.0,
        "cpu_p50": 25.0,
        "load": 1.5,
        "machine": {"cores": 2, "cpu": "a processor", "python": "3.11.7", "system": "Linux"},
    },
}


def result(count: int, **asked: float) -> dict[str, object]:
    return {**MADE_UP, "count": count, "ask": {**MADE_UP["ask"], **asked}}


@pytest.mark.slow
def test_sizes_are_built_asked_and_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YOROZU_EMBEDDER", "none")
    out, folder = tmp_path / "growth.md", tmp_path / "data"
    arguments = ["--sizes", "60,20", "--questions", "5", "--out", str(out), "--data-dir", str(folder)]
    assert growth.main(arguments) == 0
    text = out.read_text(encoding="utf-8")
    assert "| | 20 passages | 60 passages |" in text
    assert re.search(r"\| search, p50 \| [\d.]+ ms \(1\.0\) \| [\d.]+ ms \([\d.]+\) \|", text)
    assert "took NO time" in text
    assert text in capsys.readouterr().out
    assert list(folder.iterdir()) == []


def test_a_build_is_measured_by_stage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert growth_steps.main(["build", str(tmp_path / "data"), "12"]) == 0
    measured = json.loads(capsys.readouterr().out)
    stages = measured["seconds"]
    assert stages.pop("cpu") > 0
    assert 0 < stages.pop("lexical") < stages["embed"] + stages["vectors"], "beside the others"
    assert stages.pop("all") == pytest.approx(sum(stages.values()))
    assert min(stages.values()) > 0
    parts = measured["bytes"]
    assert 0 < sum(size for part, size in parts.items() if part != "all") < parts["all"]
    assert measured["peak_mb"] > measured["passages_mb"] > 0


def test_a_step_that_fails_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(growth, "_STEPS", "eval.benchmarks.no_such_module")
    assert growth.main(["--sizes", "20", "--data-dir", str(tmp_path)]) == 1
    assert "no_such_module" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_each_figure_stands_beside_its_ratio_to_the_smallest() -> None:
    text = page([result(1000), result(20_000, ms_p50=50.0)], "2026-11-24", 24.3)
    assert "--sizes 1000,20000 --out docs/growth.md` on 2026-11-24." in text
    assert "2 cores, a processor, 24 GB, Python 3.11.7" in text
    assert "| search, p50 | 20.0 ms (1.0) | 50.0 ms (2.5) |" in text
    assert "| programs that wanted a core meanwhile | 1.5 | 1.5 |" in text
    assert "| · for the index | 30.0 MB (1.0) | 30.0 MB (1.0) |" in text
    assert "| · gained over the searches | 0.0 MB | 0.0 MB |" in text  # no ratio to nothing
    assert "A million would take it 5.6 hours here, 50 a second." in text
    assert max(len(line) for line in text.splitlines() if not line.startswith("|")) <= 120


@pytest.mark.parametrize(("p95", "verdict"), [(120.0, "120.0 ms, met"), (120.1, "120.1 ms, NOT met")])
def test_goals_are_held_against_what_was_measured(p95: float, verdict: str) -> None:
    text = page([result(1000), result(20_000, ms_p95=p95)], "2026-11-24", 24)
    assert "20,000 passages, p50 ≤ 60 ms: 20.0 ms, met" in text
    assert f"20,000 passages, p95 ≤ 120 ms: {verdict}" in text
    assert "1,000,000" not in text


def test_sizes_without_a_goal_say_so() -> None:
    assert "- none is set for these sizes" in page([result(1000)], "2026-11-24", 24)
