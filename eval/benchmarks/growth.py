"""Measures how time, memory and disk grow with the number of passages, and writes that down as a page.

Run as `python -m eval.benchmarks.growth --sizes 1000,20000 --out docs/growth.md`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.benchmarks.growth_page import page

Measured = dict[str, Any]
_SIZES = "1000,20000,100000,1000000"
_QUESTIONS = 200
_STEPS = "eval.benchmarks.growth_steps"


class StepError(Exception):
    """A size could not be built or asked."""


def measure(count: int, folder: Path, asked: int) -> Measured:
    """Build and ask an index of `count` passages below `folder`, which is left empty.

    Raises:
        StepError: a process ended with a fault.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=f"{count}-") as name:
        return {"count": count, "build": _step("build", name, count), "ask": _step("ask", name, asked)}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure each size, print what came of it, and write the page."""
    options = _options(argv)
    with tempfile.TemporaryDirectory(prefix="yorozu-growth-") as own:
        folder = options.data_dir or Path(own)
        folder.mkdir(parents=True, exist_ok=True)
        results: list[Measured] = []
        for count in sorted(options.sizes):
            try:
                results.append(measure(count, folder, options.questions))
            except StepError as error:
                print(error, file=sys.stderr)
                return 1
            print(json.dumps(results[-1]), flush=True)
            text = _page(results)
            if options.out is not None:  # after each size: the largest may take hours
                options.out.write_text(text, encoding="utf-8")
    print(text)
    return 0


def _page(results: Sequence[Measured]) -> str:
    memory_gb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    return page(results, datetime.now(UTC).date().isoformat(), memory_gb)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="一節の数とともに時間・メモリ・容量がどう増えるかを測ります。"
    )
    parser.add_argument("--sizes", type=_numbers, default=_SIZES, help=f"一節の数（既定は {_SIZES}）")
    parser.add_argument("--questions", type=int, default=_QUESTIONS, help="それぞれで測る質問の数")
    parser.add_argument("--data-dir", type=Path, help="索引を一時的に置くフォルダー")
    parser.add_argument("--out", type=Path, help="結果を書くファイル（Markdown）")
    return parser.parse_args(argv)


def _numbers(given: str) -> list[int]:
    return [int(number) for number in given.split(",")]


def _step(step: str, folder: str, count: int) -> Measured:
    # A fresh process each: memory that another size has used would be counted along.
    command = [sys.executable, "-m", _STEPS, step, folder, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode != 0:
        raise StepError(f"{step} {count}: {done.stderr[-2000:]}")
    measured: Measured = json.loads(done.stdout.splitlines()[-1])
    return measured


if __name__ == "__main__":
    sys.exit(main())
