"""Asks a server for a long time at half of what it can, and looks at what grows: memory, files, time.

Run as `python -m eval.soak --minutes 30`; see docs/faults.md.
"""

import argparse
import json
import os
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from app.settings import ServiceSettings
from eval.benchmarks.tables import table
from eval.faults.document import circumstances, write_section
from eval.faults.restoring import Machine
from eval.latency import own_server
from eval.metrics import percentile
from eval.question_set import read_questions
from ingest.embedding.load import prepare_model

_QUESTIONS = Path(__file__).parent / "questions" / "own.jsonl"
_ASKERS = 8  # threads: enough that a slow answer does not hold up the next question
_CAPACITY_SECONDS = 20.0
_WARM_UP = 100  # questions; allocators and caches fill before anything is measured
_SAMPLE_SECONDS = 5.0
_EDGE = 1 / 6  # of the time: five minutes of thirty are compared with the last five
_Asked = queue.SimpleQueue[tuple[int, float] | None]  # number of the question, when it is due


@dataclass(slots=True)
class Seen:
    """What was measured: (second, milliseconds) of each answer, (second, bytes, files) of each look."""

    answers: list[tuple[float, float]] = field(default_factory=list)
    looks: list[tuple[float, int, int]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def soak(url: str, pid: int, questions: Sequence[str], minutes: float) -> dict[str, Any]:
    """Ask at half of the measured capacity for so many minutes.

    Args:
        url: of a warm server.
        pid: of its process.
        questions: asked in turn.
        minutes: how long.
    """
    _at_once(url, questions, count=_WARM_UP)
    capacity = _at_once(url, questions, seconds=_CAPACITY_SECONDS)
    seen = Seen()
    _steadily(url, pid, questions, capacity / 2, minutes * 60, seen)
    return {"capacity": round(capacity, 1), "rate": round(capacity / 2, 1)} | summary(seen, minutes)


def summary(seen: Seen, minutes: float) -> dict[str, Any]:
    """Slope of the memory, files, and the 95th percentile at the beginning and at the end."""
    whole = minutes * 60
    first = [ms for at, ms in seen.answers if at < whole * _EDGE]
    last = [ms for at, ms in seen.answers if at >= whole * (1 - _EDGE)]
    at, memory, files = (np.array(column, dtype=float) for column in zip(*seen.looks, strict=True))
    slope = float(np.polyfit(at / 60, memory / 1e6, 1)[0])
    before, after = percentile(first, 0.95), percentile(last, 0.95)
    return {
        "minutes": minutes,
        "answers": len(seen.answers),
        "errors": len(seen.errors),
        "first_error": seen.errors[0] if seen.errors else None,
        "memory_mb": [round(float(memory[0]) / 1e6), round(float(memory[-1]) / 1e6)],
        "memory_mb_per_minute": round(slope, 2),
        "files": [int(files[0]), int(files[-1]), int(files.max())],
        "files_per_minute": round(float(np.polyfit(at / 60, files, 1)[0]), 2),
        "p95_first": round(before, 1),
        "p95_last": round(after, 1),
        "p95_ratio": round(after / before, 2),
    }


def _at_once(url: str, questions: Sequence[str], *, seconds: float = 600.0, count: int = 1_000_000) -> float:
    """Ask without a pause from every thread; return answers a second."""
    numbers, until, begun = iter(range(count)), time.monotonic() + seconds, time.monotonic()
    lock = threading.Lock()

    def ask() -> int:
        done = 0
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
            while time.monotonic() < until:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    break
                body = {"question": questions[number % len(questions)]}
                client.post("/api/v1/answers", json=body).raise_for_status()
                done += 1
        return done

    with ThreadPoolExecutor(_ASKERS) as pool:
        asking = [pool.submit(ask) for _ in range(_ASKERS)]
    return sum(one.result() for one in asking) / (time.monotonic() - begun)


def _steadily(url: str, pid: int, questions: Sequence[str], rate: float, seconds: float, seen: Seen) -> None:
    """Send a question every 1 / `rate` seconds, whatever the answers take; look at the process meanwhile."""
    asked: _Asked = queue.SimpleQueue()
    begun = time.monotonic()

    def answer() -> None:
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
            while (given := asked.get()) is not None:
                _answer(client, questions[given[0] % len(questions)], given[1], begun, seen)

    threads = [threading.Thread(target=answer) for _ in range(_ASKERS)]
    for thread in threads:
        thread.start()
    number, next_look = 0, begun
    while (now := time.monotonic()) < begun + seconds:
        if now >= next_look:
            seen.looks.append((now - begun, *_look(pid)))
            next_look = now + _SAMPLE_SECONDS
        due = begun + number / rate
        if due > now:
            time.sleep(min(due - now, 0.5))
        else:
            asked.put((number, due))
            number += 1
    for _ in threads:
        asked.put(None)
    for thread in threads:
        thread.join()
    seen.looks.append((time.monotonic() - begun, *_look(pid)))


def _answer(client: httpx.Client, question: str, due: float, begun: float, seen: Seen) -> None:
    """Ask, and count from when it was due: a server that falls behind shows it."""
    try:
        client.post("/api/v1/answers", json={"question": question}).raise_for_status()
    except httpx.HTTPError as error:
        seen.errors.append(f"{type(error).__name__}: {error}")
    else:
        seen.answers.append((due - begun, (time.monotonic() - due) * 1000))


def _look(pid: int) -> tuple[int, int]:
    """Own memory of a process in bytes (what is mapped from files may be dropped), and its open files."""
    memory = 0
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(("RssAnon:", "RssShmem:")):
            memory += int(line.split()[1]) * 1024
    return memory, len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - names alone, and no race over what they are


def section(result: dict[str, Any], circumstances: str) -> str:
    """The section of docs/faults.md."""
    memory, files = result["memory_mb"], result["files"]
    rows = [
        ("questions a second (half of the capacity)", f"{result['rate']} of {result['capacity']}", ""),
        ("answers, errors", f"{result['answers']:,}, {result['errors']}", "no error"),
        ("own memory, first → last", f"{memory[0]} → {memory[1]} MB", ""),
        ("its slope", f"{result['memory_mb_per_minute']:+} MB/min", "under 1"),
        ("open files, first → last, most", f"{files[0]} → {files[1]}, {files[2]}", "flat"),
        ("p95, first sixth of the time", f"{result['p95_first']} ms", ""),
        ("p95, last sixth", f"{result['p95_last']} ms ({result['p95_ratio']}×)", "within 20%"),
    ]
    return f"## Soak, measured\n\n{circumstances}\n\n{table(('', 'seen', 'goal'), rows)}"


def main(argv: Sequence[str] | None = None) -> int:
    """Serve a copy of the corpus in a process of its own, soak it, print, write the section."""
    parser = argparse.ArgumentParser(prog="python -m eval.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--out", type=Path, help="page whose section is written")
    given = parser.parse_args(argv)
    base = ServiceSettings.load()
    prepare_model(base)
    asked = [q.question for q in read_questions(_QUESTIONS) if q.expect != "error"]
    with tempfile.TemporaryDirectory(prefix="yorozu-soak-") as folder:
        machine = Machine(Path(folder) / "m", base, base.models if base.embedder != "none" else None)
        machine.copy_corpus(base.corpus)
        machine.run("ingest")
        with own_server(machine.serve_command()) as (url, pid):
            result = soak(url, pid, asked, given.minutes)
    print(json.dumps(result, ensure_ascii=False))
    if given.out is not None:
        said = circumstances(f"python -m eval.soak --minutes {given.minutes:g}")
        write_section(given.out, "soak", section(result, said))
    return int(bool(result["errors"]))


if __name__ == "__main__":
    sys.exit(main())
