"""Asks every question of a set of cautions on its day and compares the cautions with those that are due."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.answering.models import Answer
from app.answering.service import AnswerService
from eval.cautions_set import CautionCase
from eval.metrics import wilson_interval
from ingest.embedding.base import Embedder
from ingest.index.build import build_index

Serve = Callable[[Path, date], AnswerService]  # data folder, today
# How sure the evidence is and how it was searched for is measured elsewhere.
_OTHER = frozenset({"weak_evidence", "degraded"})


@dataclass(frozen=True, slots=True)
class CautionOutcome:
    """One case with the codes that came."""

    case: CautionCase
    status: str
    codes: frozenset[str]

    @property
    def right(self) -> bool:
        """Every code that is due came, and none that is not."""
        return self.case.expect <= self.codes <= self.case.expect | self.case.may


@dataclass(frozen=True, slots=True)
class CautionReport:
    """The outcomes of a set, in its order."""

    outcomes: tuple[CautionOutcome, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints; a share with nothing to count is null."""
        return {
            "n": len(self.outcomes),
            **{f"right_{name}": _share(group) for name, group in self._groups().items()},
            "by_code": {
                code: {
                    "due": sum(code in o.case.expect for o in self.outcomes),
                    "came": sum(code in o.case.expect & o.codes for o in self.outcomes),
                    "false": sum(code in o.codes - o.case.expect - o.case.may for o in self.outcomes),
                }
                for code in sorted({c for o in self.outcomes for c in o.case.expect | o.codes})
            },
            "failures": [
                {"id": o.case.id, "status": o.status, "due": sorted(o.case.expect), "came": sorted(o.codes)}
                for o in self.outcomes
                if not o.right
            ],
        }

    def as_table(self) -> str:
        """Return the table for people, with 95% intervals."""
        lines = [f"{'':<22}{'share':>7}{'of':>6}   95%"]
        for name, group in self._groups().items():
            share, (low, high) = _share(group), wilson_interval(sum(o.right for o in group), len(group))
            shown = "-" if share is None else f"{share:.3f}"
            lines.append(f"{name:<22}{shown:>7}{len(group):>6}   {low:.3f}–{high:.3f}")
        result = self.as_json()
        lines += ["", f"{'code':<22}{'due':>5}{'came':>6}{'false':>7}"]
        lines += [f"{c:<22}{v['due']:>5}{v['came']:>6}{v['false']:>7}" for c, v in result["by_code"].items()]
        lines += ["", f"不正解 {len(result['failures'])} 件"]
        lines += [f"  {f['id']} [{f['status']}]: {f['due']} → {f['came']}" for f in result["failures"]]
        return "\n".join(lines)

    def _groups(self) -> dict[str, list[CautionOutcome]]:
        due = [o for o in self.outcomes if o.case.expect]
        none = [o for o in self.outcomes if not o.case.expect]
        measure = [o for o in self.outcomes if o.case.use == "measure"]
        return {
            "where_due": due,
            "where_none": none,
            "measure_where_due": [o for o in measure if o.case.expect],
            "measure_where_none": [o for o in measure if not o.case.expect],
        }


def run_caution_cases(
    cases: Sequence[CautionCase], shipped: Path, embedder: Embedder | None, serve: Serve
) -> CautionReport:
    """Ask every question on its day.

    Args:
        cases: the set.
        shipped: data folder with the index of the shipped corpus.
        embedder: for the planted documents; None for words alone.
        serve: (data folder, today) → the answering side.
    """
    return CautionReport(tuple(_outcome(case, shipped, embedder, serve) for case in cases))


def _outcome(case: CautionCase, shipped: Path, embedder: Embedder | None, serve: Serve) -> CautionOutcome:
    if not case.documents:
        return _judged(case, serve(shipped, case.today).answer(case.question))
    with tempfile.TemporaryDirectory(prefix="yorozu-cautions-") as name:
        sources, passages = zip(*case.documents, strict=True)
        build_index(Path(name), sources, passages, embedder)
        return _judged(case, serve(Path(name), case.today).answer(case.question))


def _judged(case: CautionCase, answer: Answer) -> CautionOutcome:
    return CautionOutcome(case, answer.status, frozenset(c.code for c in answer.cautions) - _OTHER)


def _share(outcomes: Sequence[CautionOutcome]) -> float | None:
    return round(sum(o.right for o in outcomes) / len(outcomes), 6) if outcomes else None
