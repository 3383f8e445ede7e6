"""What a look at one part says, and how it is written down."""

from dataclasses import asdict, dataclass
from typing import Any

from ingest.errors import ErrorCode, YorozuError


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes:
        fine: whether nothing needs to be done.
        what: the part, in Japanese.
        says: what was found and, where something is wrong, what to do.
        code: of the closed list, where something is wrong.
    """

    fine: bool
    what: str
    says: str
    code: ErrorCode | None = None

    def __str__(self) -> str:
        mark = "良好" if self.fine else "問題"
        return f"{mark}  {self.what}: {self.says}" + (f" [{self.code}]" if self.code else "")

    def as_json(self) -> dict[str, Any]:
        """The finding as `--json` prints it."""
        return asdict(self)


def problem(code: ErrorCode, says: str) -> "FoundError":
    """A problem whose words are better than those of the list: the doctor knows more of the place."""
    return FoundError(code, says)


class FoundError(YorozuError):
    """A problem that a check found, in words of its own."""

    def __init__(self, code: ErrorCode, says: str) -> None:
        self._says = says
        super().__init__(code)

    @property
    def message(self) -> str:
        """What was found and what to do."""
        return self._says
