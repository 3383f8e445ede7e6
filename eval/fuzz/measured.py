"""What the reading process runs while files are fuzzed: the product's reader, and its own peak of memory."""

from pathlib import Path

from ingest.errors import YorozuError
from ingest.readers.registry import read_file


def read_measured(path: Path) -> tuple[str, float]:
    """Read a file; return "read" or the code of the error, and the process's peak in MB so far."""
    try:
        read_file(path)
        outcome = "read"
    except YorozuError as error:
        outcome = error.code.value
    return outcome, _peak_mb()


def _peak_mb() -> float:
    """Of this program alone: getrusage also counts what the process was before, a copy of its parent."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
