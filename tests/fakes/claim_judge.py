"""A judge of claims that says what it is told and remembers what it was asked."""

from dataclasses import dataclass, field


@dataclass
class FakeClaims:
    """Answers `verdict` to every pair, or raises `problem`."""

    verdict: float = 0.0
    problem: Exception | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def support(self, claim: str, passage: str) -> float:
        self.asked.append((claim, passage))
        if self.problem is not None:
            raise self.problem
        return self.verdict
