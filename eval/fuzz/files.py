"""Reads mutated files as an ingest and an intake do, and reports every one of them."""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from eval.fuzz.mutations import mutated
from ingest.errors import YorozuError
from ingest.readers.isolated import IsolatedReader

SECONDS = 20.0  # no file may take longer
MOST_MB = 1536
_LATE = 2.0  # seconds until a worker that is out of time has been ended and the clock read
_MEASURED = "eval.fuzz.measured:read_measured"


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one file. `outcome` is "read" or the code of the error."""

    number: int
    kind: str
    mutation: str
    outcome: str
    seconds: float
    peak_mb: float
    reason: str = ""

    @property
    def bad(self) -> str:
        """Why this must not be, or nothing."""
        if self.outcome == "file_timeout" or self.seconds > SECONDS + _LATE:
            return "hang"
        if self.peak_mb > MOST_MB:
            return "memory"
        return "crash" if "異常終了" in self.reason else ""


def fuzz_files(seeds: Sequence[tuple[str, bytes]], count: int, seed: int = 1) -> list[Read]:
    """Mutate and read `count` files; the same `seed` gives the same files.

    Raises:
        RuntimeError: the reading process cannot be started.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yorozu-fuzz-")))
        reader = stack.enter_context(IsolatedReader(SECONDS, reader=_MEASURED))
        return [_one(reader, folder, seeds, number, seed) for number in range(count)]


def _one(
    reader: IsolatedReader, folder: Path, seeds: Sequence[tuple[str, bytes]], number: int, seed: int
) -> Read:
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 - to be repeated, not to be secret
    name, data = seeds[number % len(seeds)]
    mutation, data = mutated(name, data, chance)
    path = folder / f"{number}{Path(name).suffix}"
    path.write_bytes(data)
    started = time.perf_counter()
    outcome, reason, peak = "read", "", 0.0
    try:
        outcome, peak = reader.call(path)
    except YorozuError as error:
        outcome, reason = error.code.value, str(error.detail.get("reason", ""))
    taken = time.perf_counter() - started
    path.unlink()
    return Read(number, path.suffix[1:], mutation, outcome, taken, peak, reason)


def table(reads: Sequence[Read]) -> list[str]:
    """The lines of a table: for every kind and mutation what came of the files."""
    groups: dict[tuple[str, str], list[Read]] = {}
    for read in reads:
        groups.setdefault((read.kind, read.mutation), []).append(read)
    lines = [
        "| kind | mutation | files | read | refused | hang | crash | over memory | slowest s | peak MB |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for (kind, mutation), group in sorted(groups.items()):
        lines.append(_line(kind, mutation, group))
    return [*lines, _line("all", "", reads)]


def _line(kind: str, mutation: str, group: Sequence[Read]) -> str:
    bad = Counter(read.bad for read in group)
    good = sum(read.outcome == "read" for read in group)
    refused = len(group) - good - bad["hang"] - bad["crash"]
    slowest, peak = max(r.seconds for r in group), max(r.peak_mb for r in group)
    return (
        f"| {kind} | {mutation} | {len(group)} | {good} | {refused} | {bad['hang']} | {bad['crash']} | "
        f"{bad['memory']} | {slowest:.1f} | {peak:.0f} |"
    )
