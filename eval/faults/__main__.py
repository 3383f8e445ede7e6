"""`python -m eval.faults kills | restoring`: faults on purpose, measured; see docs/faults.md."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from eval.faults.document import circumstances, write_section


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print one JSON object, write the section; 1 where something was lost or took too long."""
    parser = argparse.ArgumentParser(prog="python -m eval.faults", description=__doc__)
    parser.add_argument("--out", type=Path, help="page whose section is written")
    commands = parser.add_subparsers(dest="command", required=True)
    kills = commands.add_parser("kills", help="SIGKILL at random moments")
    kills.add_argument("--rounds", type=int, default=500, help="altogether (default 500)")
    restoring = commands.add_parser("restoring", help="from a backup under load to an answering machine")
    restoring.add_argument("--limit", type=float, default=120.0, help="seconds until the first answer")
    given = parser.parse_args(argv)
    return _kills(given) if given.command == "kills" else _restoring(given)


def _kills(given: argparse.Namespace) -> int:
    from eval.faults.kills import kill_all, section

    tallies = kill_all(given.rounds, _say)
    print(json.dumps([asdict(tally) for tally in tallies], ensure_ascii=False))
    text = section(tallies, circumstances(f"python -m eval.faults kills --rounds {given.rounds}"))
    _write(given.out, "kills", text)
    return int(any(tally.lost or tally.unopened for tally in tallies))


def _restoring(given: argparse.Namespace) -> int:
    from app.settings import ServiceSettings
    from eval.faults.restoring import measure, section

    base, results = ServiceSettings.load(), []
    for models in (False, True):
        with tempfile.TemporaryDirectory(prefix="yorozu-restoring-") as folder:
            results.append(measure(base, Path(folder), models=models))
        _say(json.dumps(results[-1], ensure_ascii=False))
    print(json.dumps(results, ensure_ascii=False))
    _write(given.out, "restoring", section(results, circumstances("python -m eval.faults restoring")))
    bad = [r for r in results if r["lost"] or r["answered"] != "answered"]
    return int(bool(bad) or any(r["answered_seconds"] > given.limit for r in results))


def _write(path: Path | None, name: str, text: str) -> None:
    if path is not None:
        write_section(path, name, text)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
