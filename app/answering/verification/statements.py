"""Checks the statements of an answer, or the sentences of a person's edit, against what each cites."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.answering.models import Citation, Statement
from app.answering.verification.verdict import Reason, Verdict, verdict_of
from ingest.text.sentences import split_sentences


class Checks(Protocol):
    """What gives a verdict: the `Verifier`, or the rules alone."""

    def check(self, text: str, quotes: Sequence[str], also: Sequence[str] = ()) -> Verdict:
        """Return the verdict on `text`, which cites `quotes` and may name `also`."""
        ...


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement marked with its support, and the verdict with its reasons."""

    statement: Statement
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class StatementVerdict:
    """One sentence of an edited text, and whether the passages support it."""

    text: str
    verdict: Verdict

    @property
    def supported(self) -> bool:
        """Whether it may be shown as supported."""
        return self.verdict.support == "verified"

    @property
    def nowhere(self) -> tuple[str, ...]:
        """Numbers, dates, levels, pages, addresses and names that stand in none of the passages."""
        return tuple(r.said for r in self.verdict.reasons if r.code in {"fact_missing", "name_missing"})


def check_edit(
    text: str, passages: Sequence[str], verifier: Checks, also: Sequence[str] = ()
) -> list[StatementVerdict]:
    """Return every sentence of an edited text in order, checked against all passages that it rests on.

    Args:
        text: what a person wrote.
        passages: the cited passages' own words.
        verifier: gives the verdicts.
        also: `names_of` the citations, which the text may name.
    """
    return [StatementVerdict(s, verifier.check(s, passages, also)) for s in split_sentences(text)]


def check_statements(
    statements: Sequence[Statement], citations: Sequence[Citation], verifier: Checks
) -> list[Checked]:
    """Return every statement, in order, marked `verified`, `partial` or `unsupported`.

    Only the citations that a statement names count for it. A composer leaves out what is `unsupported`, an
    editor shows the reasons. Numbers that name no citation of the answer make the statement unsupported.
    """
    by_number = {citation.n: citation for citation in citations}
    checked = []
    for statement in statements:
        cited = [by_number[n] for n in statement.citations if n in by_number]
        unknown = [n for n in statement.citations if n not in by_number]
        verdict = verifier.check(
            statement.text, [c.quote for c in cited], [name for c in cited for name in names_of(c)]
        )
        if unknown:
            verdict = verdict_of((*verdict.reasons, *(Reason("no_source", f"[{n}]") for n in unknown)))
        marked = statement.model_copy(update={"support": verdict.support})
        checked.append(Checked(marked, verdict))
    return checked


def names_of(citation: Citation) -> list[str]:
    """What the citation says of itself, as a statement may name it: title, edition, page, number, address."""
    pages = [citation.page_label, f"{citation.page}ページ" if citation.page else None]
    found = [
        f"{citation.title}{citation.edition or ''}",
        citation.publisher,
        citation.url,
        f"質問{citation.question_no}" if citation.question_no else None,
        *(f"No{number}" for number in citation.item_nos),
        *(f"P{page.lstrip('Pp.')}" if page and page.lstrip("Pp.").isdecimal() else page for page in pages),
        *citation.heading,
    ]
    return [name for name in found if name]
