"""A composer that says what it is told to say."""

from collections.abc import Generator
from dataclasses import dataclass, field

from app.answering.compose import ComposeFailed, Material
from app.answering.models import Engine, Statement


@dataclass
class ScriptedComposer:
    """Yields `said`, (text, citations) each, then fails where `fails` says why."""

    said: list[tuple[str, list[int]]]
    fails: str | None = None
    engine: Engine = "llm"
    model: str | None = "fake:model"
    given: list[Material] = field(default_factory=list)
    closed_after: int | None = None  # statements taken before it was closed

    def compose(self, material: Material) -> Generator[Statement]:
        self.given.append(material)
        taken = 0
        try:
            for text, citations in self.said:
                taken += 1
                yield Statement(text=text, citations=citations, support="unsupported")
        finally:
            self.closed_after = taken
        if self.fails is not None:
            raise ComposeFailed(self.fails)

    def close(self) -> None:
        """Hold nothing."""
