"""Asks every question of a set and reports how many answers are right."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from app.answering.models import Answer
from eval.calibration import Bin, calibration_error, reliability
from eval.judge import Verdict, judge
from eval.metrics import Interval, bootstrap_interval, wilson_interval
from eval.question_set import Question, read_questions
from ingest.errors import YorozuError

Ask = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of things counted question by question; `value` is None where there was nothing to count."""

    hits: tuple[int, ...]
    of: tuple[int, ...]

    @property
    def value(self) -> float | None:
        """The share, 0 to 1."""
        total = sum(self.of)
        return sum(self.hits) / total if total else None

    @property
    def interval(self) -> Interval:
        """95%: Wilson where a question counts at most once, else whole questions are resampled."""
        if max(self.of, default=0) <= 1:
            return wilson_interval(sum(self.hits), sum(self.of))
        return bootstrap_interval(self.hits, self.of)


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """The verdicts on a question set, in its order."""

    verdicts: tuple[Verdict, ...]

    def rates(self) -> dict[str, Rate]:
        """Return every measure by its name in the JSON object."""
        answerable = [v for v in self.verdicts if v.question.expect == "answer"]
        with_gold = [v for v in answerable if v.question.gold or v.question.all_of]
        unanswerable = [v for v in self.verdicts if v.question.expect == "abstain"]
        abstained = [v for v in self.verdicts if v.abstained]
        return {
            "accuracy": _share(self.verdicts, lambda v: v.right),
            "citation_hit": _share(with_gold, lambda v: v.cited),
            "first_citation_hit": _share(with_gold, lambda v: v.cited_first),
            "fact_recall": Rate(
                tuple(v.facts_found for v in answerable), tuple(len(v.question.facts) for v in answerable)
            ),
            "abstention_precision": _share(abstained, lambda v: v.question.expect == "abstain"),
            "abstention_recall": _share(unanswerable, lambda v: v.abstained),
            "support": Rate(
                tuple(v.supported for v in self.verdicts), tuple(v.statements for v in self.verdicts)
            ),
            "fact_first": _share([v for v in answerable if v.facts_found], lambda v: v.fact_first),
        }

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints; a share with nothing to count is null."""
        rates = {name: _rounded(rate.value) for name, rate in self.rates().items()}
        kinds = {
            kind: {"n": len(rate.of), "accuracy": _rounded(rate.value)}
            for kind, rate in self._kinds().items()
        }
        failures = [{"id": v.question.id, "why": "; ".join(v.why)} for v in self.verdicts if not v.right]
        error = _rounded(calibration_error(self.reliability()))
        return {
            "n": len(self.verdicts),
            **rates,
            "calibration_error": error,
            "by_kind": kinds,
            "failures": failures,
        }

    def as_table(self) -> str:
        """Return the table for people, with 95% intervals."""
        lines = [f"質問数 {len(self.verdicts)}", "", f"{'measure':<22}{'value':>7}{'of':>7}   95%"]
        lines += [_row(name, rate) for name, rate in self.rates().items()]
        lines += ["", "種類別の正答率"]
        lines += [_row(kind, rate) for kind, rate in self._kinds().items()]
        bins = self.reliability()
        error = calibration_error(bins)
        told = "-" if error is None else f"{error:.3f}"
        lines += ["", f"確信度の較正誤差 {told}（確信度 → 答えのある割合）"]
        lines += [
            f"  {b.low:.1f}–{b.high:.1f}  {b.confidence:.2f} → {b.answerable:.2f} {b.n:>4} {_bar(b)}"
            for b in bins
        ]
        wrong = [v for v in self.verdicts if not v.right]
        lines += ["", f"不正解 {len(wrong)} 件"]
        lines += [f"  {v.question.id}: {'; '.join(v.why)}" for v in wrong]
        return "\n".join(lines)

    def reliability(self) -> list[Bin]:
        """Confidences beside the share of questions that the material answers."""
        told = [v for v in self.verdicts if v.confidence is not None and v.question.expect != "error"]
        confidences = [v.confidence for v in told if v.confidence is not None]
        return reliability(confidences, [v.question.expect == "answer" for v in told])

    def _kinds(self) -> dict[str, Rate]:
        groups: defaultdict[str, list[Verdict]] = defaultdict(list)
        for verdict in self.verdicts:
            groups[verdict.question.kind].append(verdict)
        return {kind: _share(group, lambda v: v.right) for kind, group in groups.items()}


def run_questions(questions: Sequence[Question] | Path, answer: Ask) -> AnswerReport:
    """Ask `answer` every question and judge what comes back.

    Args:
        questions: a question set, or the file of one.
        answer: returns the answer or raises YorozuError; any other exception is a fault and passes through.

    Raises:
        YorozuError: QUESTION_SET_INVALID, or an error of the service itself (INDEX_MISSING and the like): it
            says nothing about the question and would pass for an expected one.
    """
    loaded = read_questions(questions) if isinstance(questions, Path) else questions
    return AnswerReport(tuple(judge(question, _outcome(question, answer)) for question in loaded))


def _outcome(question: Question, answer: Ask) -> Answer | YorozuError:
    try:
        return answer(question.question)
    except YorozuError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return error


def _share(verdicts: Sequence[Verdict], holds: Callable[[Verdict], bool]) -> Rate:
    return Rate(tuple(int(holds(v)) for v in verdicts), (1,) * len(verdicts))


def _row(name: str, rate: Rate) -> str:
    if rate.value is None:
        return f"{name:<22}{'-':>7}{0:>7}"
    low, high = rate.interval
    return f"{name:<22}{rate.value:>7.3f}{sum(rate.of):>7}   {low:.3f}–{high:.3f}"


def _bar(given: Bin) -> str:
    return "█" * round(20 * given.answerable)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
