import random

from app.answering.verification.rules import Rules
from app.answering.verification.verdict import Reason
from eval.fit_verifier import Seen, fit, see
from eval.verifier_set import Case
from tests.fakes.claim_judge import FakeClaims

QUOTE = "ログは90日保存する。"


def seen(count: int) -> list[Seen]:
    """True ones are judged higher by far, and `role` speaks against a sentence."""
    draw = random.Random(1)
    found = []
    for n in range(count):
        true = bool(n % 2)
        reasons = () if draw.random() < (0.9 if true else 0.3) else (Reason("role", "x"),)
        case = Case(str(n), "x", "文", ("文",), "supported" if true else "unsupported")
        found.append(Seen(case, reasons, draw.gauss(1.5 if true else -1.5, 1), 0.5))
    return found


def test_the_threshold_catches_the_share_that_is_asked_for() -> None:
    given = seen(400)
    strict, lax = (fit(given, catch=catch) for catch in (0.97, 0.8))
    assert strict.judged > 0
    assert strict.codes["role"] < 0
    for weights, catch in ((strict, 0.97), (lax, 0.8)):
        bad = [s for s in given if s.case.expect == "unsupported"]
        caught = sum(not weights.supports(s.reasons, s.judged, s.near) for s in bad) / len(bad)
        assert catch <= caught < catch + 0.02
    good = [s for s in given if s.case.expect == "supported"]
    assert sum(strict.supports(s.reasons, s.judged, s.near) for s in good) / len(good) > 0.8


def test_final_reasons_count_as_caught_and_are_not_fitted() -> None:
    given = seen(100)
    wrong = Case("w", "x", "文", ("文",), "unsupported")
    final = [Seen(wrong, (Reason("fact_missing", "1"),), 9.0, 0.5)] * 900
    assert fit([*given, *final], catch=0.97).threshold < fit(given, catch=0.97).threshold
    assert "fact_missing" not in fit(given, catch=0.97).codes


def test_only_sentences_that_are_not_the_passage_s_own_are_seen() -> None:
    cases = [
        Case("1", "verbatim", "ログは90日保存する。", (QUOTE,), "supported"),
        Case("2", "reworded", "ログの保存期間は90日です。", (QUOTE,), "supported"),
        Case("3", "number", "ログの保存期間は30日です。", (QUOTE,), "unsupported"),
    ]
    found = see(cases, FakeClaims(1.0), Rules())
    assert [(s.case.id, s.final, s.judged) for s in found] == [("2", False, 1.0), ("3", True, 1.0)]


def test_the_nearness_is_that_to_the_passage() -> None:
    cases = [Case("2", "reworded", "ログは90日間保存する。", (QUOTE,), "supported")]
    assert 0.5 < see(cases, FakeClaims(1.0), Rules())[0].near < 1.0
