"""The labelled question sets: their labels agree with the corpus, and they do not overlap."""

import itertools
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
import yaml

from eval.question_set import read_questions
from ingest.text.normalise import fold

ROOT = Path(__file__).resolve().parents[2]
CONSULTATION = ROOT / "corpus" / "consultations" / "yorozu_soudankai_gidai1.yaml"
SETS = {
    name: read_questions(ROOT / "eval" / "questions" / f"{name}.jsonl")
    for name in ("own", "fit", "spoken", "calibrate", "held_out")
}
OWN_AT_LEAST = {
    "paraphrase": 50,
    "item_number": 14,
    "page_url": 12,
    "two_part": 12,
    "deadline": 6,
    "kana": 8,
    "typo": 8,
    "long_story": 6,
    "near_miss": 30,
    "off_topic": 12,
    "attack": 12,
}
OWN_ALONE_AT_LEAST = {"spreadsheet": 8, "item_range": 4, "follow_on": 4, "english_term": 4}
EVERY = [q for questions in SETS.values() for q in questions]


def key(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def material() -> dict[int, str]:
    # BaseLoader: the key `no` must not become False.
    content = yaml.load(CONSULTATION.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return {int(qa["no"]): key("\n".join(_strings(qa))) for qa in content["qas"]}


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [string for entry in value.values() for string in _strings(entry)]
    if isinstance(value, list):
        return [string for entry in value for string in _strings(entry)]
    return [str(value)]


def test_every_alternative_of_a_fact_stands_in_a_gold_answer(material: dict[int, str]) -> None:
    wrong = [
        (q.id, alternative)
        for q in EVERY
        for alternatives in q.facts
        for alternative in alternatives
        if not any(key(alternative) in material[number] for number in (*q.gold, *q.all_of))
    ]
    assert wrong == []


def test_no_fact_is_given_away_by_the_question() -> None:
    # The text of an answer may repeat the question; that must not count as knowing the fact.
    given = [(q.id, a) for q in EVERY for alts in q.facts for a in alts if key(a) in key(q.question)]
    assert given == []


def test_what_is_expected_agrees_with_the_rest_of_the_labels() -> None:
    assert [q.id for q in EVERY if bool(q.gold or q.all_of) != (q.expect == "answer")] == []
    assert [q.id for q in EVERY if bool(q.all_of) != (q.kind == "two_part") or len(q.all_of) == 1] == []
    unanswerable = {"near_miss", "off_topic"}
    assert [q.id for q in EVERY if q.kind in unanswerable and q.expect != "abstain"] == []
    assert [q.id for q in EVERY if q.kind not in {*unanswerable, "attack"} and q.expect != "answer"] == []


def test_the_own_set_holds_enough_of_each_kind() -> None:
    kinds = Counter(q.kind for q in SETS["own"])
    wanted = OWN_AT_LEAST | OWN_ALONE_AT_LEAST
    assert set(kinds) == set(wanted)
    assert {kind: n for kind, n in kinds.items() if n < wanted[kind]} == {}
    assert kinds.total() >= 230


def test_the_fit_set_is_large_and_full_of_near_misses() -> None:
    questions = SETS["fit"]
    assert len(questions) >= 240
    assert sum(q.expect == "abstain" for q in questions) >= 110
    assert sum(q.kind == "near_miss" for q in questions) >= 80


def test_the_held_out_set_is_larger_still_and_half_of_it_has_no_answer() -> None:
    questions = SETS["held_out"]
    assert len(questions) >= 380
    kinds = Counter(q.kind for q in questions)
    assert set(kinds) == set(OWN_AT_LEAST) - {"attack"}
    assert min(kinds.values()) >= 7
    assert 0.4 < sum(q.expect == "abstain" for q in questions) / len(questions) < 0.6


def test_the_calibration_set_is_large_and_full_of_near_misses() -> None:
    questions = SETS["calibrate"]
    assert len(questions) >= 320
    assert sum(q.expect == "answer" for q in questions) >= 150
    assert sum(q.kind == "near_miss" for q in questions) >= 140


def test_every_question_of_the_consultation_is_asked_in_each_set(material: dict[int, str]) -> None:
    for questions in SETS.values():
        asked = {number for q in questions for number in (*q.gold, *q.all_of)}
        assert asked == set(material) == set(range(1, 19))


def test_no_sentence_stands_in_two_sets() -> None:
    sentences = [{s for q in questions for s in _sentences(q.question)} for questions in SETS.values()]
    for one, other in itertools.combinations(sentences, 2):
        assert one & other == set()


def test_ids_are_unique_over_all_sets() -> None:
    assert len({q.id for q in EVERY}) == len(EVERY)


def test_no_question_is_asked_twice_in_a_set() -> None:
    for questions in SETS.values():
        asked = Counter(fold(q.question) for q in questions if fold(q.question))
        assert [text for text, n in asked.items() if n > 1] == []


def test_no_question_is_a_sentence_of_the_material(material: dict[int, str]) -> None:
    everything = "\n".join(material.values())
    for questions in SETS.values():
        copied = [q.id for q in questions if len(q.question) > 25 and key(q.question) in everything]
        assert copied == []


def test_facts_stand_in_the_raw_transcript_too(shared: Path) -> None:
    raw = key((shared / "consultations" / "yorozu_soudankai_gidai1.txt").read_text(encoding="utf-8"))
    missing = [
        (q.id, alternatives)
        for name in ("own", "fit")  # the held-out set was written from the restated form alone
        for q in SETS[name]
        for alternatives in q.facts
        if not any(key(alternative) in raw for alternative in alternatives)
    ]
    assert missing == []


def _sentences(text: str) -> set[str]:
    return {folded for part in re.split(r"[。？?！!\n]", text) if (folded := fold(part))}
