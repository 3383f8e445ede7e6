"""What the reading process runs while files are fuzzed: the product's reader, and its own peak of memory."""

import resource
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
    return outcome, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
