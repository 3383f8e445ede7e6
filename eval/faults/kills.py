"""Kill ingest, drafting, publishing and serving at random moments, and count what is lost."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from random import Random

from eval.benchmarks.tables import table
from eval.faults.kill_drafting import KillDrafting
from eval.faults.kill_ingest import KillIngest
from eval.faults.kill_publishing import KillPublishing
from eval.faults.kill_serving import KillServing
from eval.faults.kinds import Kind

KINDS: tuple[Callable[[Path], Kind], ...] = (KillIngest, KillDrafting, KillPublishing, KillServing)
SEED = 20261125
# Loaded before the forks: to be killed at work, not while importing.
_PREPARED = (
    "sudachipy",
    "ingest.pipeline",
    "app.api.application",
    "app.answering.service",
    "uvicorn.protocols.http.auto",
)


@dataclass(slots=True)
class Tally:
    """What all rounds of one kind showed."""

    name: str
    rounds: int = 0
    killed: int = 0
    acknowledged: int = 0
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    unopened: list[str] = field(default_factory=list)


def kill(
    make: Callable[[Path], Kind], folder: Path, rounds: int, say: Callable[[str], object] = lambda _: None
) -> Tally:
    """Do so many rounds of one kind, in a folder of its own."""
    started = time.perf_counter()
    kind = make(folder)
    tally, chance = Tally(kind.name), Random(f"{SEED}{kind.name}")  # noqa: S311 - moments
    for number in range(rounds):
        found = kind.round(chance)
        tally.rounds += 1
        tally.killed += found.killed
        tally.acknowledged += found.acknowledged
        tally.lost += found.lost
        tally.unopened += found.unopened
        if found.lost or found.unopened:
            say(f"{kind.name} {number}: lost {found.lost}, not open {found.unopened}")
        elif (number + 1) % 25 == 0:
            say(f"{kind.name}: {number + 1}/{rounds}")
    tally.seconds = time.perf_counter() - started
    return tally


def kill_all(rounds: int, say: Callable[[str], object] = lambda _: None) -> list[Tally]:
    """Share `rounds` among the kinds."""
    for name in _PREPARED:
        import_module(name)
    tallies = []
    for place, make in enumerate(KINDS):
        share = rounds // len(KINDS) + (place < rounds % len(KINDS))
        with tempfile.TemporaryDirectory(prefix="yorozu-kills-") as folder:
            tallies.append(kill(make, Path(folder), share, say))
    return tallies


def section(tallies: Sequence[Tally], circumstances: str) -> str:
    """The section of docs/faults.md."""
    rows = [
        (
            t.name, str(t.rounds), str(t.killed), f"{t.acknowledged:,}", str(len(t.lost)),
            str(len(t.unopened)), f"{t.seconds:.0f}",
        )
        for t in (*tallies, _sum(tallies))
    ]  # fmt: skip
    head = (
        "",
        "rounds",
        "killed at work",
        "acknowledged writes",
        "lost",
        "does not open or go on",
        "seconds",
    )
    return f"## Kills, measured\n\n{circumstances}\n\n{table(head, rows)}"


def _sum(tallies: Sequence[Tally]) -> Tally:
    whole = Tally("all")
    for one in tallies:
        whole.rounds += one.rounds
        whole.killed += one.killed
        whole.acknowledged += one.acknowledged
        whole.seconds += one.seconds
        whole.lost += one.lost
        whole.unopened += one.unopened
    return whole
