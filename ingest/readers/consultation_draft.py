"""A question with its answer, while its lines are being gathered."""

from dataclasses import dataclass, field

from ingest.readers.consultation_lines import Line
from ingest.readers.consultation_markers import Marker


@dataclass(slots=True)
class Draft:
    """A question in the making, and the lines that belong to it."""

    marker: Marker
    start: Line
    captions: list[str] = field(default_factory=list)
    question: list[Line] = field(default_factory=list)
    answer: list[Line] | None = None
    inner: bool = False  # the question's own mark (質問内容：) has been met

    @property
    def asked(self) -> str:
        """The question's words so far."""
        return "".join(line.text for line in self.question)

    @property
    def answered(self) -> bool:
        """Whether it has words of both."""
        return bool(self.asked.strip()) and any(line.text for line in self.answer or ())

    def lines(self) -> list[Line]:
        """Every line that it took, except marker lines without text."""
        return [*self.question, *(self.answer or ())]
