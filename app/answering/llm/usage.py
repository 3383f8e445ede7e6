"""How much the language model was used today, kept across processes, and the limits on it."""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from app.answering.compose import ComposeFailed

log = logging.getLogger(__name__)
FILE = "llm_usage.sqlite"
_JAPAN = timezone(timedelta(hours=9))
_PER = 1_000_000  # tokens that a price is for
_WAIT = 2.0  # seconds for another process that writes
_TABLE = """CREATE TABLE IF NOT EXISTS usage
(day TEXT PRIMARY KEY, input INTEGER NOT NULL, output INTEGER NOT NULL)"""
_ADD = """INSERT INTO usage VALUES (?, ?, ?)
ON CONFLICT (day) DO UPDATE SET input = input + excluded.input, output = output + excluded.output"""


@dataclass(frozen=True, slots=True)
class DailyLimits:
    """Limits of one day, None for none, and prices for a million tokens in whatever money the limit is."""

    tokens: int | None = None
    cost: float | None = None
    price_input: float = 0.0
    price_output: float = 0.0

    @property
    def any(self) -> bool:
        """Whether there is anything to watch."""
        return self.tokens is not None or self.cost is not None

    def reached(self, used: tuple[int, int]) -> bool:
        """Whether `used` input and output tokens leave nothing for another answer."""
        cost = (used[0] * self.price_input + used[1] * self.price_output) / _PER
        return (self.tokens is not None and sum(used) >= self.tokens) or (
            self.cost is not None and cost >= self.cost
        )


def _today_in_japan() -> date:
    return datetime.now(tz=_JAPAN).date()


class DailyUsage:
    """Counts tokens by day in a file of the data folder; without limits nothing is written at all."""

    def __init__(
        self, data_dir: Path, limits: DailyLimits, today: Callable[[], date] = _today_in_japan
    ) -> None:
        self._path = data_dir / FILE
        self._limits = limits
        self._today = today

    def check(self) -> None:
        """Return where another answer may be written.

        Raises:
            ComposeFailed: the day's limit is reached, or what was used cannot be read.
        """
        if self._limits.any and self._limits.reached(self.today()):
            raise ComposeFailed("一日の上限に達しました")

    def today(self) -> tuple[int, int]:
        """Input and output tokens used today.

        Raises:
            ComposeFailed: it cannot be read; nothing is spent without knowing.
        """
        try:
            with closing(self._open()) as store:
                row = store.execute(
                    "SELECT input, output FROM usage WHERE day = ?", (str(self._today()),)
                ).fetchone()
        except sqlite3.Error as error:
            raise ComposeFailed(f"使用量の記録を読めません（{error}）") from error
        return (row[0], row[1]) if row else (0, 0)

    def add(self, tokens_in: int, tokens_out: int) -> None:
        """Count one call. A count that cannot be written is logged: the answer is there already."""
        if not self._limits.any:
            return
        try:
            with closing(self._open()) as store, store:
                store.execute(_ADD, (str(self._today()), tokens_in, tokens_out))
        except sqlite3.Error as error:
            log.warning("the day's usage cannot be written: %s", error)

    def _open(self) -> sqlite3.Connection:
        store = sqlite3.connect(self._path, timeout=_WAIT)
        store.execute(_TABLE)
        return store
