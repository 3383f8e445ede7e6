"""From findings to statements that may be shown, whoever composes them: an extract, or a model."""

import logging
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from app.answering.findings import Finding
from app.answering.inert import inert
from app.answering.meant_for import meant_for_reader
from app.answering.models import Citation, Engine, Statement
from app.answering.progress import Reset, StatementReady, Waiting
from app.answering.verification.statements import check_statements
from app.answering.verification.verifier import Verifier
from app.answering.verify import verified

log = logging.getLogger(__name__)


class ComposeFailed(Exception):  # noqa: N818 - an outcome that is planned for, not an error of the program
    """A composer gave nothing that can be shown, so another one answers. Never reaches the user."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Material:
    """What an answer is composed of.

    Attributes:
        question: as the answer restates it: parts without evidence and markup taken out.
        parts: the parts of the question that are answered; each must keep a statement.
        findings: what answers them.
        citations: the passages of all findings, numbered; nothing else can be cited.
        numbers: citation number of each passage by its id.
        wording: a follow-up as it would be asked by itself; None for a question that stands by itself.
        known: addresses that an answer may show so that they can be followed.
    """

    question: str
    parts: tuple[str, ...]
    findings: tuple[Finding, ...]
    citations: tuple[Citation, ...]
    numbers: dict[str, int]
    wording: str | None = None
    known: frozenset[str] = frozenset()

    def by_finding(self, statements: Iterable[Statement]) -> list[tuple[Finding, list[Statement]]]:
        """Statements sorted to the finding that each cites first, in the order of the findings."""
        sorted_in: list[tuple[Finding, list[Statement]]] = [(finding, []) for finding in self.findings]
        for statement in statements:
            finding = self._finding_of(statement.citations[0])
            next(group for owner, group in sorted_in if owner is finding).append(statement)
        return sorted_in

    def parts_without(self, statements: Iterable[Statement]) -> set[str]:
        """Parts of the question that have a finding and that no statement cites."""
        covered = {self._finding_of(n).part for statement in statements for n in statement.citations}
        return {finding.part for finding in self.findings if finding.part in self.parts} - covered

    def _finding_of(self, number: int) -> Finding:
        passage_ids = {passage_id for passage_id, n in self.numbers.items() if n == number}
        return next(f for f in self.findings if any(p.id in passage_ids for p in f.passages))


class Composer(Protocol):
    """Writes statements. Safe to use from several threads."""

    @property
    def engine(self) -> Engine:
        """What the answer names as its engine."""
        ...

    @property
    def model(self) -> str | None:
        """Name of the language model, None where there is none."""
        ...

    def compose(self, material: Material) -> Generator[Statement | None]:
        """Yield each statement as soon as it is complete; nothing has verified it yet.

        None says that it is still at work. It comes several times a second, since closing the generator is
        what stops the work, and only a generator that has yielded can be closed.

        Raises:
            ComposeFailed: the rest will not come.
        """
        ...

    def close(self) -> None:
        """Stop what runs and give back what is held; nothing is composed afterwards."""
        ...


@dataclass(frozen=True, slots=True)
class Composition:
    """Verified statements by finding, who composed them, and when they were there (performance counter)."""

    drafts: list[tuple[Finding, list[Statement]]]
    engine: Engine
    model: str | None
    composed_at: float


def composition(
    material: Material,
    composer: Composer,
    extractive: Composer,
    verifier: Verifier,
    dropped: Callable[[int], object] = lambda _: None,
) -> Generator[StatementReady | Reset | Waiting, None, Composition]:
    """Compose with `composer`; where it fails, with `extractive`, which never does and only quotes.

    Yields each statement once it is verified, and `Reset` where those before it are withdrawn. `dropped`
    hears how many statements were not.
    """
    if composer is not extractive:
        statements: list[Statement] = []
        try:
            with closing(supported(material, composer, verifier, dropped)) as ready:
                for statement in ready:
                    yield Waiting() if statement is None else StatementReady(statement)
                    if statement is not None:
                        statements.append(statement)
        except ComposeFailed as failure:
            log.warning("%s: %s。資料からの抜き出しで答えます", composer.model, failure.reason)
        else:
            # Written as one text: it is cut under headings only where the question has several parts.
            one = len(material.parts) == 1
            drafts = [(material.findings[0], statements)] if one else material.by_finding(statements)
            return Composition(drafts, composer.engine, composer.model, time.perf_counter())
        if statements:
            yield Reset()
    offered = [statement for statement in extractive.compose(material) if statement is not None]
    composed = time.perf_counter()
    shown = verified(offered, material.citations)
    dropped(len(offered) - len(shown))
    drafts = material.by_finding(_fit(shown, material))
    once: dict[str, Statement] = {}  # the answer says nothing twice either
    for _, group in drafts:
        for statement in group:
            once.setdefault(statement.text, statement)
    for statement in once.values():
        yield StatementReady(statement)
    return Composition(drafts, extractive.engine, extractive.model, composed)


def supported(
    material: Material,
    composer: Composer,
    verifier: Verifier,
    dropped: Callable[[int], object] = lambda _: None,
) -> Generator[Statement | None]:
    """Yield the statements that their citations support, each as soon as it is complete and verified.

    None where the composer says that it is still at work.

    Raises:
        ComposeFailed: of the composer, or because what is left is no answer: the conclusion, which comes
            first, a part of the question, or most of the sentences are not supported.
    """
    offered = 0
    kept: list[Statement] = []
    with closing(composer.compose(material)) as statements:
        for statement in statements:
            if statement is None:
                yield None
                continue
            offered += 1
            checked = check_statements([statement], material.citations, verifier)
            held = [c.statement for c in checked if c.statement.support == "verified"]
            dropped(len(checked) - len(held))
            fresh = _fit(held, material)
            if not kept and not fresh:
                raise ComposeFailed("結論が資料で裏づけられません")
            kept += fresh
            yield from fresh
    if not kept:
        raise ComposeFailed("何も書きませんでした")
    if len(kept) * 2 < offered:
        raise ComposeFailed("多くの文が資料で裏づけられません")
    if material.parts_without(kept):
        raise ComposeFailed("質問の一部に答えていません")


def _fit(statements: Sequence[Statement], material: Material) -> list[Statement]:
    """Of verified statements those that speak to whoever asks, with nothing in them that acts."""
    quotes = {citation.n: citation.quote for citation in material.citations}
    return [
        s.model_copy(update={"text": inert(s.text, material.known)})
        for s in statements
        if meant_for_reader(s.text, [quotes[n] for n in s.citations if n in quotes])
    ]
