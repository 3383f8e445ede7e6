"""Weigh the judge of claims against the rules: `python -m eval.fit_verifier SET.jsonl…`.

Fits on the third of the sentences that the judge was not trained on, and writes the weights. The threshold is
set where the wanted share of the corrupted sentences is caught there.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, get_args

import numpy as np
import typer
from numpy.typing import NDArray

from app.answering.verification.decision import FINAL, WEIGHTS_FILE, Weights
from app.answering.verification.excerpt import excerpt, nearness
from app.answering.verification.rules import Rules
from app.answering.verification.verdict import Code, Reason
from app.answering.verification.verifier import Claims
from eval.corruptions import all_corrupted
from eval.verifier_set import Case, read_cases

_STRENGTH = 0.3  # inverse of the L2 penalty: some hundred sentences carry no more
_CHANGED = 400  # false sentences made of the true ones of a set
_CODES: tuple[Code, ...] = tuple(code for code in get_args(Code) if code not in FINAL)


@dataclass(frozen=True, slots=True)
class Seen:
    """A sentence as the decision sees it."""

    case: Case
    reasons: tuple[Reason, ...]
    judged: float
    near: float

    @property
    def final(self) -> bool:
        """Whether the rules decide alone."""
        return any(reason.code in FINAL for reason in self.reasons)


def see(cases: Sequence[Case], claims: Claims, rules: Rules) -> list[Seen]:
    """Rules and judge on every sentence that is not a passage's own."""
    seen = []
    for case in cases:
        reasons = rules.reasons(case.sentence, case.quotes)
        if reasons is not None and case.kind != "verbatim":
            judged = claims.support(case.sentence, excerpt(case.sentence, case.quotes))
            seen.append(Seen(case, reasons, judged, nearness(case.sentence, case.quotes)))
    return seen


def fit(seen: Sequence[Seen], *, catch: float) -> Weights:
    """Return the weights that tell the true sentences best; the threshold catches `catch` of the false."""
    from sklearn.linear_model import LogisticRegression

    open_ = [s for s in seen if not s.final]
    true = np.array([s.case.expect == "supported" for s in open_])
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced").fit(_table(open_), true)
    judged, near, *codes = (round(float(w), 4) for w in model.coef_[0])
    weights = Weights(judged, near, dict(zip(_CODES, codes, strict=True)), 0.0)
    false = (s for s in open_ if s.case.expect != "supported")
    sums = sorted((weights.sum(s.reasons, s.judged, s.near) for s in false), reverse=True)
    leaks = int((1 - catch) * sum(s.case.expect != "supported" for s in seen))
    return replace(weights, threshold=round(float(sums[leaks]) + 1e-3, 4))


def _with_changed(cases: Sequence[Case]) -> list[Case]:
    """The sentences of a set, and some of the false ones that a small change makes of the true."""
    return [*cases, *all_corrupted(cases, seed=0)[:_CHANGED]]


def _table(seen: Sequence[Seen]) -> NDArray[np.float64]:
    rows = [[s.judged, s.near, *(any(r.code == code for r in s.reasons) for code in _CODES)] for s in seen]
    return np.array(rows, np.float64)


def main(
    sets: list[Path],
    catch: Annotated[float, typer.Option(help="検出すべき誤りの割合")] = 0.985,
    out: Path = WEIGHTS_FILE,
) -> None:
    """引用元との照合の重みを、判定器の学習に使っていない文で求めます。"""  # noqa: D415 - Japanese
    from app.cli import load_settings
    from eval.training.claim_judge import for_fitting
    from ingest.embedding.load import load_claim_judge

    claims = load_claim_judge(load_settings())
    if claims is None:
        raise typer.BadParameter("判定器のモデルが要ります")
    cases = [case for path in sets for case in _with_changed(read_cases(path)) if for_fitting(case)]
    weights = fit(see(cases, claims, Rules()), catch=catch)
    out.write_text(json.dumps(asdict(weights), indent=1) + "\n", encoding="utf-8")
    print(json.dumps(asdict(weights)))


if __name__ == "__main__":
    typer.run(main)
