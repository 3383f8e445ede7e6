"""Tries all that decides what is true against small faults: `python -m tests.tools.mutate_all`.

Modules and tests stand in decisive.txt. The exit status is 1 where fewer are noticed than `--floor` says.
"""

import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_LIST = Path(__file__).with_name("decisive.txt")
_COUNTED = re.compile(r"(\d+) of (\d+) faults noticed")


def main() -> int:
    """Print what `tests.tools.mutate` says of each module, and the share of all faults that were noticed."""
    parser = argparse.ArgumentParser(prog="tests.tools.mutate_all", description=__doc__)
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="try only each N-th fault of a module"
    )
    parser.add_argument("--floor", type=float, default=0.0, help="share of the faults that must be noticed")
    parser.add_argument("--at-once", type=int, default=1, metavar="N", help="modules tried side by side")
    given = parser.parse_args()
    lines = [line for line in _LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    noticed = total = 0
    with ThreadPoolExecutor(given.at_once) as pool:
        for said in pool.map(lambda line: _tried(line, given.every), lines):
            print(said, end="", flush=True)
            counted = _COUNTED.search(said)
            if counted is None:
                return 2
            noticed += int(counted[1])
            total += int(counted[2])
    print(f"all: {noticed} of {total} faults noticed ({noticed / total:.3f})")
    return int(noticed < given.floor * total)


def _tried(line: str, every: int) -> str:
    """What `tests.tools.mutate` prints of one line of the list."""
    command = [sys.executable, "-m", "tests.tools.mutate", *line.split(), "--every", str(every)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout


if __name__ == "__main__":
    raise SystemExit(main())
