"""Ask a question set through the language model, and compare what it wrote with what is shown of it."""

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

from app.answering.compose import ComposeFailed, Composer, Material
from app.answering.models import Answer, Engine, Statement
from app.answering.render import references_of
from app.answering.service import AnswerService
from app.answering.verify import support_of
from eval.judge import Verdict, judge
from eval.question_set import Question


@dataclass(slots=True)
class Written:
    """What the model wrote for one question, verified by nobody."""

    material: Material
    statements: list[Statement] = field(default_factory=list)
    failure: str | None = None
    seconds: float = 0.0


class RecordingComposer:
    """Passes on what `inner` writes and keeps all of it, also what nobody reads after a failed conclusion."""

    def __init__(self, inner: Composer, on_first: Callable[[], None] | None = None) -> None:
        self.engine: Engine = inner.engine
        self.model = inner.model
        self.written: Written | None = None
        self._inner = inner
        self._on_first = on_first

    def compose(self, material: Material) -> Generator[Statement]:
        """Read the whole reply, then yield it."""
        written = self.written = Written(material)
        started = time.perf_counter()
        try:
            for statement in self._inner.compose(material):
                if statement is None:
                    continue
                written.statements.append(statement)
                if self._on_first is not None and len(written.statements) == 1:
                    self._on_first()
        except ComposeFailed as failure:
            written.failure = failure.reason
        written.seconds = time.perf_counter() - started
        yield from written.statements
        if written.failure is not None:
            raise ComposeFailed(written.failure)

    def close(self) -> None:
        """Close the composer behind."""
        self._inner.close()


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the answer as shown, what the model wrote (None where it was not asked), both judged."""

    question: Question
    answer: Answer
    written: Written | None
    before: Verdict
    after: Verdict


def ask_all(
    service: AnswerService, composer: RecordingComposer, questions: Sequence[Question]
) -> Generator[Asked]:
    """Yield the questions as they are answered."""
    for question in questions:
        composer.written = None
        answer = service.answer(question.question, engine="llm")
        written = composer.written
        raw = answer if written is None else unverified(answer, written)
        yield Asked(question, answer, written, judge(question, raw), judge(question, answer))


def unverified(answer: Answer, written: Written) -> Answer:
    """The answer as it would be shown if the model were believed."""
    cited = {n for statement in written.statements for n in statement.citations}
    material = written.material
    citations = [citation for citation in material.citations if citation.n in cited]
    passages = [p for f in material.findings for p in f.passages if material.numbers[p.id] in cited]
    lines = [s.text + "".join(f"[{n}]" for n in s.citations) for s in written.statements]
    changed = {
        "statements": written.statements,
        "citations": citations,
        "references": references_of(citations, passages),
        "text": "\n".join(lines),
        "engine": "llm",
    }
    return answer.model_copy(update=changed)


def supported_in(statements: Sequence[Statement], material: Material) -> int:
    """How many of the statements the verification takes for supported by what they cite."""
    quotes = {citation.n: citation.quote for citation in material.citations}
    return sum(
        support_of(s.text, [quotes[n] for n in s.citations if n in quotes]) == "verified" for s in statements
    )
