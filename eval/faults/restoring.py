"""From a backup taken under load to an answering new machine: how long each step takes."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from app.settings import ServiceSettings
from eval.benchmarks.tables import table
from eval.latency import own_server
from ingest.embedding.load import prepare_model

_PROGRAM = (sys.executable, "-m", "eval.cli")
_QUESTION = "専任者がいないのですが、規程はどう作ればよいですか"
_READERS = 2
_COLUMNS = (
    "archive_mb", "backup_seconds", "answers_meanwhile", "restore_seconds", "ready_seconds",
    "answered_seconds", "acknowledged_before", "lost",
)  # fmt: skip


class StepError(Exception):
    """A step of the measurement did not end as it should."""


def measure(base: ServiceSettings, folder: Path, *, models: bool) -> dict[str, Any]:
    """Serve, ask and ingest in one place, back up meanwhile, restore in another, start there and ask.

    Args:
        base: whose corpus is copied and whose models are used.
        folder: an empty one.
        models: whether they are in the archive; else the new machine has them already.
    """
    prepare_model(base)
    old, new = (
        Machine(folder / "old", base, base.models),
        Machine(folder / "new", base, None if models else base.models),
    )
    old.copy_corpus(base.corpus)
    old.run("ingest")
    archive = folder / "backup.zip"
    with own_server(old.serve_command()) as (url, _), _load(old, url) as asked:
        before = len(asked)
        backed_up = old.run("backup", str(archive), *(["--with-models"] if models else []))
        under_load = len(asked) - before
    started = time.perf_counter()
    restored = new.run("restore", str(archive))
    command = time.perf_counter() - started
    with own_server(new.serve_command()) as (url, _):
        ready = time.perf_counter() - started
        answer = httpx.post(
            f"{url}/api/v1/answers", json={"question": _QUESTION}, timeout=60, trust_env=False
        )
        answered = time.perf_counter() - started
        kept = [
            httpx.get(f"{url}/api/v1/answers/{one}", timeout=60, trust_env=False) for one in asked[:before]
        ]
    return {
        "models": models,
        "archive_mb": round(archive.stat().st_size / 1e6, 1),
        "backup_seconds": backed_up["seconds"],
        "answers_meanwhile": under_load,
        "restore_seconds": round(command, 1),
        "restore_passages": restored["passages"],
        "ready_seconds": round(ready, 1),
        "answered_seconds": round(answered, 1),
        "answered": answer.json()["status"],
        "degraded": [c["code"] for c in answer.json()["cautions"] if c["code"] == "degraded"],
        "acknowledged_before": before,
        "lost": sum(response.status_code != httpx.codes.OK for response in kept),
    }


class Machine:
    """A data folder and a corpus, and the program that works on them."""

    def __init__(self, folder: Path, base: ServiceSettings, models: Path | None) -> None:
        folder.mkdir()
        self.corpus, self.data_dir = folder / "corpus", folder / "var"
        self._environment = dict(os.environ) | {
            "YOROZU_CORPUS": str(self.corpus), "YOROZU_DATA_DIR": str(self.data_dir),
            "YOROZU_EMBEDDER": base.embedder, "PYTHONPATH": str(Path(__file__).parents[2]),
        }  # fmt: skip
        if models is not None:
            self._environment["YOROZU_MODEL_DIR"] = str(models.resolve())

    def copy_corpus(self, corpus: Path) -> None:
        """Begin with the same corpus."""
        shutil.copytree(corpus, self.corpus)

    def run(self, *words: str) -> dict[str, Any]:
        """Run a command with --json.

        Raises:
            StepError: it failed.
        """
        command = [*_PROGRAM, *words, "--json"]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode not in {0, 3}:
            raise StepError(f"{words[0]}: {done.stderr[-500:]}")
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def serve_command(self) -> Sequence[str]:
        """The command that serves it."""
        given = [f"{name}={value}" for name, value in self._environment.items() if name.startswith("YOROZU_")]
        return ["env", *given, f"PYTHONPATH={self._environment['PYTHONPATH']}", *_PROGRAM, "serve"]


@contextmanager
def _load(machine: Machine, url: str) -> Iterator[list[str]]:
    """Ask and ingest until the block ends; yield the ids of the answers that were acknowledged so far."""
    stop, asked = threading.Event(), list[str]()

    def ask() -> None:
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
            while not stop.is_set():
                response = client.post("/api/v1/answers", json={"question": _QUESTION})
                if response.status_code == httpx.codes.OK:
                    asked.append(response.json()["id"])

    def take_in() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            (machine.corpus / "more.txt").write_text(f"第{number}版の規程です。", encoding="utf-8")
            machine.run("ingest")

    threads = [threading.Thread(target=one) for one in (*[ask] * _READERS, take_in)]
    for thread in threads:
        thread.start()
    try:
        while len(asked) < 20 * _READERS:
            time.sleep(0.1)
        yield asked
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def section(results: Sequence[dict[str, Any]], circumstances: str) -> str:
    """The section of docs/faults.md."""
    rows = [
        (
            "in the archive" if r["models"] else "on the new machine already",
            *(str(r[name]) for name in _COLUMNS),
        )
        for r in results
    ]  # fmt: skip
    head = (
        "models", "archive, MB", "backup, s", "answers meanwhile", "`yorozu restore`, s",
        "ready after, s", "first answer after, s", "answers acknowledged before", "lost",
    )  # fmt: skip
    said = (
        "The shipped corpus. Two readers ask without a pause and an ingest follows the other while a\n"
        "backup is taken. Times count from the beginning of `yorozu restore` and include the service's start."
    )
    title = "## From a backup to an answering machine, measured"
    return f"{title}\n\n{circumstances}\n\n{said}\n\n{table(head, rows)}"
