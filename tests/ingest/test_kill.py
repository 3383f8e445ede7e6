"""SIGKILL at any moment: the index opens at the old or the new generation, and the next ingest completes."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.index.reader import open_index
from ingest.pipeline import ingest
from ingest.settings import Settings
from tests.fakes.hashed_embedder import HashedEmbedder

ROOT = Path(__file__).resolve().parents[2]
TIMES = 15  # here; `python -m eval.faults kills` does hundreds
CHILD = """
import sys
from pathlib import Path
import ingest.index.chroma, sudachipy  # before the clock starts: to be killed at work, not while importing
from ingest.pipeline import ingest
from ingest.settings import Settings
from tests.fakes.hashed_embedder import HashedEmbedder

if __name__ == "__main__":
    settings = Settings(corpus=Path(sys.argv[1]), data_dir=Path(sys.argv[2]))
    print("go", flush=True)
    ingest(settings, embedder=HashedEmbedder())
"""


class Trial:
    def __init__(self, folder: Path) -> None:
        self.settings = Settings(corpus=folder / "corpus", data_dir=folder / "var")
        self.settings.corpus.mkdir()
        self.script = folder / "child.py"
        self.script.write_text(CHILD)

    def write(self, version: int) -> None:
        for number in range(12):
            text = "\n\n".join(f"第{version}版の規程{number}の{i}を見直します。" for i in range(5))
            (self.settings.corpus / f"{number}.txt").write_text(text)

    def run(self, wait: float | None) -> float:
        """Ingest in a process of its own, killed after `wait` seconds; return how long it took."""
        args = [sys.executable, str(self.script), str(self.settings.corpus), str(self.settings.data_dir)]
        environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        with subprocess.Popen(args, cwd=ROOT, stdout=subprocess.PIPE, env=environment) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"go\n"
            start = time.perf_counter()
            try:
                child.wait(wait)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
            assert child.wait() in {0, -signal.SIGKILL}
            return time.perf_counter() - start

    def version(self) -> set[str]:
        index = open_index(self.settings.data_dir, HashedEmbedder().name)
        passages = index.passages(range(len(index)))
        assert len({passage.file for passage in passages}) == 12
        rows, _ = index.nearest("text", HashedEmbedder().query("規程"), 5)
        assert len(rows) == min(5, len(index))
        return {passage.text[: passage.text.index("版")] for passage in passages}


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    trial = Trial(tmp_path)
    trial.write(0)
    assert trial.run(None) > 0
    trial.write(1)
    whole = trial.run(None)
    assert trial.version() == {"第1"}
    killed = 0
    for version in range(2, TIMES + 2):
        trial.write(version)
        killed += trial.run(chance.uniform(0, whole)) < whole
        assert trial.version() in ({f"第{version - 1}"}, {f"第{version}"})
        report = ingest(trial.settings, embedder=HashedEmbedder())
        assert (report.files, report.failed) == (12, 0)
        assert trial.version() == {f"第{version}"}
        leftovers = [path.name for path in (trial.settings.data_dir / "index").iterdir()]
        assert all(name in {"CURRENT", "LOCK"} or name.startswith("gen-") for name in leftovers)
    assert killed > TIMES // 2
