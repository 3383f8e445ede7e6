"""Measures how long a warm server takes to answer, over HTTP, one question at a time.

Run as `python -m eval.latency`; see docs/evaluation.md.
"""

import argparse
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from eval.machine import machine
from eval.metrics import percentile
from eval.question_set import read_questions
from ingest.errors import YorozuError

_QUESTIONS = Path(__file__).parent / "questions" / "own.jsonl"
_ANSWERS = "/api/v1/answers"
_START_SECONDS = 120.0
_ANSWER_SECONDS = 30.0


class ServerError(Exception):
    """The server did not start, or did not answer as it should."""


def measure(client: httpx.Client, questions: Sequence[str], warm_up: int) -> list[float]:
    """Return the wall time of each answer in ms, after `warm_up` questions that are not counted.

    Raises:
        ServerError: a question got no answer (any status but 200, or no reply in time).
    """
    for number in range(warm_up):
        _ask(client, questions[number % len(questions)])
    return [_ask(client, question) for question in questions]


def measure_stream(client: httpx.Client, questions: Sequence[str], warm_up: int) -> dict[str, list[float]]:
    """Return, in ms, when the first event and the last one of each answer came, as events.

    Raises:
        ServerError: as `measure`, or the last event is no answer.
    """
    for number in range(warm_up):
        _stream(client, questions[number % len(questions)])
    taken = [_stream(client, question) for question in questions]
    return {"first_event": [first for first, _ in taken], "answer": [last for _, last in taken]}


def summary(times_ms: Sequence[float]) -> dict[str, Any]:
    """Return what is printed: percentiles in ms and the machine they were measured on."""
    return {
        "n": len(times_ms),
        "ms_p50": round(percentile(times_ms, 0.5), 1),
        "ms_p95": round(percentile(times_ms, 0.95), 1),
        "ms_max": round(max(times_ms), 1),
        "machine": machine(),
    }


def stream_summary(times_ms: dict[str, list[float]]) -> dict[str, Any]:
    """Return what is printed for events: percentiles in ms of each, and the machine."""
    named: dict[str, Any] = {"n": len(times_ms["first_event"])}
    for name, times in times_ms.items():
        named[name] = {key: value for key, value in summary(times).items() if key.startswith("ms_")}
    return {**named, "machine": machine()}


@contextmanager
def own_server(command: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Start `command --port N` on a free port, yield address and process id once ready, stop it afterwards.

    Raises:
        ServerError: it ended or was not ready in time.
    """
    port = _free_port()
    started = [*command, "--port", str(port)]
    # Its log must not fill a pipe that nobody reads; what matters is seen over HTTP.
    with subprocess.Popen(started, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own command
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, process)
            yield url, process.pid
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print one JSON object, and return 1 where a limit is exceeded."""
    options = _options(argv)
    try:
        asked = [q.question for q in read_questions(options.questions) if q.expect != "error"]
    except YorozuError as error:
        print(error.message, file=sys.stderr)
        return 1
    asked = asked[: options.n] if options.n else asked
    try:
        if options.url:
            result = _measure_at(options.url, asked, options)
        else:
            with own_server(_serve_command(options)) as (url, _):
                result = _measure_at(url, asked, options)
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False))
    held = result["first_event"] if options.stream else result
    return int(_exceeds(held["ms_p50"], options.max_p50) or _exceeds(held["ms_p95"], options.max_p95))


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="起動済みのサーバーが回答するまでの時間を測ります。")
    parser.add_argument("--url", help="測るサーバー（省くと空いているポートで起動します）")
    parser.add_argument("--questions", type=Path, default=_QUESTIONS, help="質問集（JSONL）")
    parser.add_argument("-n", type=int, default=0, help="使う質問の数（0 はすべて）")
    parser.add_argument("--warm-up", type=int, default=10, help="測る前に送る質問の数")
    parser.add_argument(
        "--stream", action="store_true", help="イベントで受け取り、最初のイベントまでの時間を測る"
    )
    parser.add_argument("--data-dir", help="起動するサーバーの索引のフォルダー")
    parser.add_argument("--corpus", help="起動するサーバーの資料のフォルダー")
    parser.add_argument("--max-p50", type=float, help="p50 がこのミリ秒を超えたら終了コード 1")
    parser.add_argument("--max-p95", type=float, help="p95 がこのミリ秒を超えたら終了コード 1")
    return parser.parse_args(argv)


def _serve_command(options: argparse.Namespace) -> list[str]:
    given = {"--data-dir": options.data_dir, "--corpus": options.corpus}
    chosen = [part for name, value in given.items() if value for part in (name, value)]
    return [str(Path(sys.executable).with_name("yorozu")), "serve", *chosen]


def _measure_at(url: str, questions: Sequence[str], options: argparse.Namespace) -> dict[str, Any]:
    # A proxy from the environment would be measured along.
    with httpx.Client(base_url=url, timeout=_ANSWER_SECONDS, trust_env=False) as client:
        if options.stream:
            return stream_summary(measure_stream(client, questions, options.warm_up))
        return summary(measure(client, questions, options.warm_up))


def _stream(client: httpx.Client, question: str) -> tuple[float, float]:
    """When the first event and the answer came; a comment that keeps the connection open is no event."""
    headers = {"Accept": "text/event-stream"}
    started = time.perf_counter()
    first, last = None, ""
    try:
        with client.stream("POST", _ANSWERS, json={"question": question}, headers=headers) as response:
            for line in response.iter_lines():
                if line.startswith("event:"):
                    last = line.removeprefix("event:").strip()
                    first = first or time.perf_counter()
    except httpx.HTTPError as error:
        raise ServerError(f"サーバーが応答しません: {error}") from error
    ended = time.perf_counter()
    if first is None or last != "answer":
        raise ServerError(f"HTTP {response.status_code}: {question[:40]!r} 最後のイベント: {last or 'なし'}")
    return (first - started) * 1000.0, (ended - started) * 1000.0


def _ask(client: httpx.Client, question: str) -> float:
    started = time.perf_counter()
    try:
        response = client.post(_ANSWERS, json={"question": question})
    except httpx.HTTPError as error:
        raise ServerError(f"サーバーが応答しません: {error}") from error
    taken = (time.perf_counter() - started) * 1000.0
    if response.status_code != httpx.codes.OK:
        raise ServerError(f"HTTP {response.status_code}: {question[:40]!r} {response.text[:200]}")
    return taken


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    with httpx.Client(base_url=url, timeout=5.0, trust_env=False) as client:
        while time.monotonic() < until:
            if process.poll() is not None:
                raise ServerError(f"サーバーが終了コード {process.returncode} で終わりました")
            try:
                if client.get("/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass  # not listening yet
            time.sleep(0.2)
    raise ServerError(f"サーバーが {_START_SECONDS:.0f} 秒以内に準備できませんでした")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _exceeds(value: float, limit: float | None) -> bool:
    return limit is not None and value > limit


if __name__ == "__main__":
    sys.exit(main())
