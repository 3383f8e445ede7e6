"""Measures the verifier: how many corrupted sentences it catches, how many true ones it rejects."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.answering.verification.verdict import Verdict
from eval.metrics import percentile, wilson_interval
from eval.verifier_set import Case

Check = Callable[[str, Sequence[str]], Verdict]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One sentence with the verdict on it and how long that took."""

    case: Case
    verdict: Verdict
    ms: float

    @property
    def shown(self) -> bool:
        """Whether it would be shown as supported."""
        return self.verdict.support == "verified"

    @property
    def right(self) -> bool:
        """A true sentence is shown, a corrupted one is not."""
        return self.shown == (self.case.expect == "supported")


@dataclass(frozen=True, slots=True)
class VerifierReport:
    """The outcomes of a set, in its order."""

    outcomes: tuple[Outcome, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints; a share with nothing to count is null."""
        bad, good = self._expected("unsupported"), self._expected("supported")
        times = [o.ms for o in self.outcomes]
        return {
            "n": len(self.outcomes),
            "corrupted": len(bad),
            "true": len(good),
            "caught": _share(bad, lambda o: o.right),
            "caught_95": _interval(bad, lambda o: o.right),
            "rejected": _share(good, lambda o: not o.right),
            "rejected_95": _interval(good, lambda o: not o.right),
            "kept": _share(good, lambda o: o.right),
            "true_paraphrases_rejected": _share(_written(good), lambda o: not o.right),
            "support_of_true": dict(Counter(o.verdict.support for o in good)),
            "support_of_corrupted": dict(Counter(o.verdict.support for o in bad)),
            "ms_mean": round(sum(times) / len(times), 3),
            "ms_p95": round(percentile(times, 0.95), 3),
            "by_kind": {
                f"{expect}/{kind}": {
                    "n": len(group),
                    "right": _share(group, lambda o: o.right),
                    "right_95": _interval(group, lambda o: o.right),
                }
                for (expect, kind), group in self._kinds().items()
            },
            "failures": [
                {"id": o.case.id, "support": o.verdict.support, "why": o.verdict.message}
                for o in self.outcomes
                if not o.right
            ],
        }

    def as_table(self) -> str:
        """Return the table for people, with 95% intervals."""
        bad, good = self._expected("unsupported"), self._expected("supported")
        times = [o.ms for o in self.outcomes]
        lines = [
            f"{'':<28}{'share':>7}{'of':>6}   95%",
            _row("誤りのある文を検出", bad, lambda o: o.right),
            _row("正しい文を誤って却下", good, lambda o: not o.right),
            _row("うち言い換えた文", _written(good), lambda o: not o.right),
            f"1文あたり 平均 {sum(times) / len(times):.2f} ms、95% が {percentile(times, 0.95):.2f} ms 以内",
            "",
            "種類別の正しい判定",
        ]
        lines += [
            _row(f"{'誤' if expect == 'unsupported' else '正'} {kind}", group, lambda o: o.right)
            for (expect, kind), group in self._kinds().items()
        ]
        wrong = [o for o in self.outcomes if not o.right]
        lines += ["", f"判定の誤り {len(wrong)} 件"]
        lines += [f"  {o.case.id}: {o.case.sentence} {o.verdict.message}" for o in wrong]
        return "\n".join(lines)

    def _expected(self, expect: str) -> list[Outcome]:
        return [o for o in self.outcomes if o.case.expect == expect]

    def _kinds(self) -> dict[tuple[str, str], list[Outcome]]:
        groups: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes:
            groups[outcome.case.expect, outcome.case.kind].append(outcome)
        return dict(sorted(groups.items()))


def run_cases(cases: Sequence[Case], check: Check) -> VerifierReport:
    """Check every sentence against its quotes."""
    outcomes = []
    for case in cases:
        started = time.perf_counter()
        verdict = check(case.sentence, case.quotes)
        outcomes.append(Outcome(case, verdict, (time.perf_counter() - started) * 1000))
    return VerifierReport(tuple(outcomes))


def _written(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Sentences in somebody's own words; those of the passage itself are never rejected."""
    return [o for o in outcomes if o.case.kind != "verbatim"]


def _count(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> int:
    return sum(holds(o) for o in outcomes)


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float | None:
    return round(_count(outcomes, holds) / len(outcomes), 6) if outcomes else None


def _interval(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> list[float]:
    return [round(end, 6) for end in wilson_interval(_count(outcomes, holds), len(outcomes))]


def _row(name: str, outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> str:
    share = _share(outcomes, holds)
    low, high = wilson_interval(_count(outcomes, holds), len(outcomes))
    shown = "-" if share is None else f"{share:.3f}"
    return f"{name:<28}{shown:>7}{len(outcomes):>6}   {low:.3f}–{high:.3f}"
