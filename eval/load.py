"""Measures how a server bears many people at once, over HTTP: answers a second, times, memory, and overload.

Run as `python -m eval.load`; see docs/evaluation.md. Traffic goes to a server that it starts itself.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from eval.latency import own_server
from eval.load_corpus import prepare
from eval.machine import machine
from eval.metrics import percentile
from eval.question_set import read_questions

_QUESTIONS = Path(__file__).parent / "questions"
_SETS = ("own", "fresh", "held_out", "calibrate", "fit", "spoken")
_CORPUS = Path(__file__).parents[1] / "corpus"
_ANSWERS = "/api/v1/answers"
_WARM_UP_SECONDS = 15.0
_OVERLOAD_SECONDS = 15.0
_OVERLOAD = 8  # times as many users, who do not wait
_LOOK_SECONDS = 5.0


@dataclass(slots=True)
class Seen:
    """What the users of one stretch saw. Times in ms; `codes` counts what was no answer."""

    times: list[float] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    without_retry_after: int = 0
    seconds: float = 0.0


async def run_users(
    client: httpx.AsyncClient, questions: Iterator[str], users: int, every: float, seconds: float
) -> Seen:
    """Let `users` ask for `seconds`, each every `every` seconds, or once answered where that is later."""
    seen = Seen()
    started = time.perf_counter()

    async def user(number: int) -> None:
        due = started + every * number / users  # nobody presses the button together
        while (now := time.perf_counter()) < started + seconds:
            await asyncio.sleep(max(due - now, 0.0))
            due = max(due + every, time.perf_counter())
            await _ask(client, next(questions), seen)

    await asyncio.gather(*(user(number) for number in range(users)))
    seen.seconds = time.perf_counter() - started
    return seen


async def _ask(client: httpx.AsyncClient, question: str, seen: Seen) -> None:
    started = time.perf_counter()
    try:
        response = await client.post(_ANSWERS, json={"question": question})
    except httpx.HTTPError as error:
        seen.codes[type(error).__name__] += 1
        return
    if response.status_code == httpx.codes.OK:
        seen.times.append((time.perf_counter() - started) * 1000)
        return
    seen.codes[str(response.status_code)] += 1
    after = response.headers.get("retry-after")
    seen.without_retry_after += after is None
    await asyncio.sleep(float(after or 0.2))


async def watch(client: httpx.AsyncClient, process: int, memory: list[float], health: list[float]) -> None:
    """Note resident memory (MB) and how long /healthz takes (ms) until cancelled."""
    while True:
        started = time.perf_counter()
        response = await client.get("/healthz")
        took = (time.perf_counter() - started) * 1000
        health.append(took if response.status_code == httpx.codes.OK else float("inf"))
        memory.append(resident(process))
        await asyncio.sleep(_LOOK_SECONDS)


def resident(process: int) -> float:
    """Resident memory of a process in MB."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


async def measure(url: str, process: int, options: argparse.Namespace) -> dict[str, Any]:
    """Warm up, let the users ask, then far more of them than fit."""
    asked = questions()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    memory: list[float] = []
    health: list[float] = []
    async with httpx.AsyncClient(base_url=url, timeout=60.0, limits=limits, trust_env=False) as client:
        await run_users(client, asked, options.users, options.every, _WARM_UP_SECONDS)
        look = asyncio.create_task(watch(client, process, memory, health))
        load = await run_users(client, asked, options.users, options.every, options.minutes * 60)
        ordinary = len(memory)
        beyond = await run_users(client, asked, options.users * _OVERLOAD, 0.0, _OVERLOAD_SECONDS)
        look.cancel()
    return {
        "answers_per_s": round(len(load.times) / load.seconds, 1),
        **_times(load.times),
        "errors": dict(load.codes),
        "memory_mb": [round(one) for one in (memory[0], memory[ordinary // 2], memory[ordinary - 1])],
        "beyond": {
            "users": options.users * _OVERLOAD,
            "answers_per_s": round(len(beyond.times) / beyond.seconds, 1),
            **_times(beyond.times),
            "refused": dict(beyond.codes),
            "refused_without_retry_after": beyond.without_retry_after,
        },
        "health_ms_max": round(max(health), 1),
    }


def questions() -> Iterator[str]:
    """All questions of the sets in an order that is the same each time, again and again."""
    texts = [
        one.question
        for name in _SETS
        for one in read_questions(_QUESTIONS / f"{name}.jsonl")
        if one.expect != "error"
    ]
    texts = list(dict.fromkeys(texts))
    random.Random(20).shuffle(texts)  # noqa: S311 - a draw that can be repeated
    return cycle(texts)


def _times(times: Sequence[float]) -> dict[str, float]:
    if not times:
        return {}
    return {f"ms_p{round(share * 100)}": round(percentile(times, share), 1) for share in (0.5, 0.95, 0.99)}


def faults(result: dict[str, Any], options: argparse.Namespace) -> list[str]:
    """What is not as it should be."""
    low, middle, high = result["memory_mb"]
    checks = {
        f"{result['answers_per_s']} answers/s": result["answers_per_s"] >= options.at_least,
        f"p95 {result.get('ms_p95')} ms": result.get("ms_p95", float("inf")) <= options.max_p95,
        f"errors {result['errors']}": not result["errors"],
        f"memory {low} {middle} {high} MB": high - middle <= 0.05 * middle,
        f"refused {result['beyond']['refused']}": set(result["beyond"]["refused"]) <= {"429"},
        "Retry-After": not result["beyond"]["refused_without_retry_after"],
    }
    return [what for what, fine in checks.items() if not fine]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print one JSON object, and return 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(
        description="大勢が同時に使うときの回答の速さと、あふれたときのふるまいを測ります。"
    )
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--every", type=float, default=1.9, help="一人が質問する間隔（秒）")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--passages", type=int, default=20_000, help="資料の節の数（0 は同梱の資料だけ）")
    parser.add_argument("--folder", type=Path, default=Path("var/load"), help="資料と索引を作るフォルダー")
    parser.add_argument("--at-least", type=float, default=25.0, help="1秒あたりの回答の下限")
    parser.add_argument("--max-p95", type=float, default=1500.0, help="p95 の上限（ミリ秒）")
    options = parser.parse_args(argv)
    count = prepare(options.folder, _CORPUS, options.passages)
    with _served(options.folder) as (url, process):
        result = asyncio.run(measure(url, process, options))
    found = faults(result, options)
    given = {"users": options.users, "every_s": options.every, "minutes": options.minutes, "passages": count}
    print(json.dumps({**given, **result, "faults": found, "machine": machine()}, ensure_ascii=False))
    return int(bool(found))


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, int]]:
    program = str(Path(sys.executable).with_name("yorozu"))
    command = [program, "serve", "--data-dir", str(folder / "var"), "--corpus", str(folder / "corpus")]
    with own_server(command) as (url, process):
        yield url, process


if __name__ == "__main__":
    sys.exit(main())
