import random
from pathlib import Path

import numpy as np
import pytest

from eval.training import claim_judge as training
from eval.training.claim_judge import for_fitting, train_claim_judge
from eval.verifier_set import Case
from ingest.embedding.adapter import read_adapter, read_head
from ingest.embedding.claim_judge import ClaimJudge
from ingest.embedding.packaged_model import convert_file
from tests.fakes.tiny_model import HIDDEN, tiny_file


def made_up(count: int, seed: int = 2) -> list[Case]:
    """A sentence is supported unless posag stands in it, whatever else does."""
    draw = random.Random(seed)
    cases = []
    for n in range(count):
        noise = "".join(draw.choices("規程専任者質問9", k=6))
        said = noise[:3] + ("ABC" if n % 2 else "posag") + noise[3:]
        cases.append(Case(f"{seed}.{n}", "x", said, ("規程",), "supported" if n % 2 else "unsupported"))
    return cases


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "_BATCH", 8)
    monkeypatch.setattr(training, "_RATE", 2e-2)  # so small a model needs longer steps


def test_a_few_steps_teach_it_and_the_judge_that_is_shipped_reads_it(
    base: Path, base_content: bytes, tmp_path: Path
) -> None:
    told: list[tuple[int, int, float]] = []
    out = tmp_path / "claims.npz"
    train_claim_judge([made_up(48)] * 10, base, out, report=lambda *step: told.append(step))
    assert [step for step, _, _ in told] == list(range(1, 61))
    losses = [loss for _, _, loss in told]
    assert np.mean(losses[-6:]) < 0.5 * losses[0]

    head, adapter = read_head(out), read_adapter(out)
    assert head.weights.shape == (HIDDEN,)
    folder = tmp_path / "models" / "claims"
    convert_file(base_content, tiny_file(base_content), folder, title="claims", adapter=adapter)
    reader = ClaimJudge(folder, head)
    for case in made_up(12, seed=3):
        assert (reader.support(case.sentence, case.quotes[0]) > 0) == (case.expect == "supported")


def test_about_a_third_of_the_passages_is_kept_for_fitting_whole() -> None:
    cases = [Case(str(n), "x", f"文{n}", (f"引用{n // 2}",), "supported") for n in range(600)]
    kept = [for_fitting(case) for case in cases]
    assert 150 < sum(kept) < 250
    assert kept[::2] == kept[1::2]
