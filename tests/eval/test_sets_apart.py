"""The sets that measure must not stand in what the system searches or was fitted on."""

import itertools
from pathlib import Path

from eval.kit import read_kit
from eval.question_set import read_questions
from eval.training.data import read_material
from ingest.readers.consultation_yaml import read_consultation_yaml
from ingest.text.normalise import fold

ROOT = Path(__file__).resolve().parents[2]
SETS = ("own", "fit", "spoken", "fresh", "calibrate", "held_out")
KITS = sorted(path for path in (ROOT / "eval" / "kits").iterdir() if path.is_dir())


def _questions(name: str) -> set[str]:
    found = {fold(q.question) for q in read_questions(ROOT / "eval" / "questions" / f"{name}.jsonl")}
    return found - {""}


def test_no_question_stands_in_two_sets() -> None:
    for one, other in itertools.combinations(SETS, 2):
        assert not _questions(one) & _questions(other)


def test_no_question_is_a_wording_of_the_corpus() -> None:
    wordings: set[str] = set()
    for path in (ROOT / "corpus" / "consultations").glob("*.yaml"):
        consultation = read_consultation_yaml(path).consultation
        assert consultation is not None
        wordings |= {fold(wording) for qa in consultation.qas for wording in qa.wordings}
    assert len(wordings) > 200
    for name in SETS:
        assert not _questions(name) & wordings, name


def test_no_query_stands_in_two_kits() -> None:
    queries = [{fold(text) for text in read_kit(folder).queries.values()} for folder in KITS]
    assert len(queries) >= 4
    for one, other in itertools.combinations(queries, 2):
        assert not one & other


def test_no_contrast_question_is_a_query_of_any_kit() -> None:
    material = read_material(KITS)
    queries = {fold(text) for folder in KITS for text in read_kit(folder).queries.values()}
    contrasts = [fold(text) for c in material.contrasts for text in (*c.answered, *c.open)]
    assert len(contrasts) > 2000
    assert len(set(contrasts)) == len(contrasts)
    assert not queries & set(contrasts)


def test_no_question_is_trained_on_through_a_kit() -> None:
    material = read_material(KITS)
    trained = {fold(asked.text) for asked in material.asked}
    trained |= {fold(text) for c in material.contrasts for text in (*c.answered, *c.open)}
    for name in SETS:
        assert not _questions(name) & trained, name
