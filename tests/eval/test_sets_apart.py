"""The sets that measure must not stand in what the system searches or was fitted on."""

import itertools
from pathlib import Path

from eval.question_set import read_questions
from ingest.readers.consultation_yaml import read_consultation_yaml
from ingest.text.normalise import fold

ROOT = Path(__file__).resolve().parents[2]
SETS = ("own", "fit", "fresh")


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
