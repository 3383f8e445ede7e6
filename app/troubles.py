"""What the service does without at the moment: it still answers, and readyz and its counters say so."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, get_args

from pydantic import BaseModel

Part = Literal["model", "vectors", "llm", "oidc", "store", "disk"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
LOW_DISK: Final = 500_000_000  # bytes; an ingest of a usual corpus needs less, an alarm must come earlier


class Trouble(BaseModel):
    """One part that does not work, and what follows from it."""

    part: Part
    message: str


class Troubles:
    """Asks each part whether it works. Nothing here waits or raises: a health check must stay quick.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._probes: dict[Part, Callable[[], str | None]] = {}
        self._begun: dict[Part, str] = {}
        self._lock = threading.Lock()

    def watch(self, part: Part, probe: Callable[[], str | None]) -> None:
        """Ask `probe` from now on: what is wrong, in Japanese, or None."""
        self._probes[part] = probe

    def begin(self, part: Part, message: str) -> None:
        """Note a trouble that somebody met; it lasts until `over`."""
        with self._lock:
            self._begun[part] = message

    def over(self, part: Part) -> None:
        """Note that it works again."""
        with self._lock:
            self._begun.pop(part, None)

    def now(self) -> list[Trouble]:
        """What does not work at the moment, in the order of `PARTS`."""
        with self._lock:
            begun = dict(self._begun)
        found = {part: message for part, probe in self._probes.items() if (message := probe())}
        both = found | begun
        return [Trouble(part=part, message=both[part]) for part in PARTS if part in both]


def low_disk(folder: Path, least: int = LOW_DISK) -> str | None:
    """What to say where the disk of `folder` is nearly full; None where there is room."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return None
    if free >= least:
        return None
    return f"{folder} の空き容量が残り {free // 1_000_000} MB です。空きを作ってください。"
