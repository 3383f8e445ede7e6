"""Names the machine that something was measured on, without what would identify it."""

import os
import platform
from pathlib import Path


def machine() -> dict[str, str | int]:
    """Return usable cores, processor, Python and system."""
    return {
        "cores": _cores(),
        "cpu": _cpu_model(),
        "python": platform.python_version(),
        "system": platform.system(),
    }


def cpu_seconds() -> float:
    """Return the processor time that this process and its ended children have taken so far."""
    taken = os.times()
    return taken.user + taken.system + taken.children_user + taken.children_system


def _cores() -> int:
    # The cores this process may use, not those the machine has.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
