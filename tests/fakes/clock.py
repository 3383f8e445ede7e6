"""A clock on the wall that can be made to jump, in the place of `datetime`."""

from datetime import datetime, timedelta, tzinfo


class JumpingClock:
    """What code asks for the time; everything else of `datetime` is not needed by it."""

    def __init__(self) -> None:
        self._off = timedelta()

    def jump(self, by: timedelta) -> None:
        """Set the clock forward or back."""
        self._off += by

    def now(self, tz: tzinfo | None = None) -> datetime:
        """As `datetime.now`."""
        return datetime.now(tz) + self._off

    def text(self) -> str:
        """As `app.store.database.now`."""
        from datetime import UTC

        return self.now(UTC).isoformat(timespec="microseconds")
