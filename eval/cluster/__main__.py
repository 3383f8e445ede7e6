"""Tries a cluster out: `python -m eval.cluster --minutes 20`. PostgreSQL and Redis must be installed."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from eval.cluster.cluster import Cluster
from eval.cluster.report import table, write
from eval.cluster.trial import Plan, run

_TOLD = ("minutes", "ingests", "kills", "clients", "pause", "embedder")


def main() -> int:
    """Start a cluster, try it out, print what came of it; 1 where something was lost, mixed or unclean."""
    parser = argparse.ArgumentParser(prog="python -m eval.cluster", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0, help="of load")
    parser.add_argument("--ingests", type=int, default=10)
    parser.add_argument("--kills", type=int, default=2, help="of each process")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between a client's requests")
    parser.add_argument("--models", type=Path, default=Path("var/models"))
    parser.add_argument("--embedder", default="package")
    parser.add_argument("--write", type=Path, help="page whose table is replaced")
    parser.add_argument("--keep", type=Path, help="folder for logs and data, which stay")
    given = parser.parse_args()
    plan = Plan(given.minutes * 60, given.ingests, given.kills, given.clients, given.pause)
    with tempfile.TemporaryDirectory(prefix="cluster-") as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # PostgreSQL's user goes through it
        cluster = Cluster.in_folder(folder.resolve(), given.models.resolve(), given.embedder)
        started = time.monotonic()

        def say(line: str) -> None:
            print(f"{time.monotonic() - started:7.1f} s  {line}", file=sys.stderr, flush=True)

        try:
            cluster.start()
            say("started")
            outcome = run(cluster, plan, say)
        finally:
            cluster.stop()
    # Where the logs were kept says nothing to others.
    told = [f"--{name} {value}" for name, value in vars(given).items() if name in _TOLD]
    words = " ".join(["python -m eval.cluster", *told])
    text = table(cluster, plan, outcome, words)
    print(text)
    for line in (*outcome.lost[:20], *outcome.notes.mixed[:20], *outcome.notes.broken[:20]):
        print(line, file=sys.stderr)
    if given.write:
        write(given.write, text)
    return 0 if outcome.fine else 1


if __name__ == "__main__":
    sys.exit(main())
