"""Rules and judge together: what is final, what the judge decides, and what holds without it."""

import pytest

from app.answering.verification.decision import Weights
from app.answering.verification.morphs import Analyser
from app.answering.verification.rules import Rules
from app.answering.verification.verifier import Verifier
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.claim_judge import FakeClaims

QUOTE = "ログは90日保存する。保存したログは、情報システム部が毎月点検する。"
TRUE = "ログの保存期間は90日です。"
REWORDED = "ログは90日のあいだ倉庫に眠らせます。"
WEIGHTS = Weights(1.0, 0.0, {"word_missing": -2.0, "polarity": -20.0}, 0.0)


def verifier(analyser: Analyser, claims: FakeClaims | None) -> Verifier:
    return Verifier(claims, Rules(analyser), WEIGHTS)


def test_the_passages_own_sentence_needs_no_judge(analyser: Analyser) -> None:
    claims = FakeClaims(-9.0)
    for text in ("ログは90日保存する。", "ログは９０日 保存する。"):
        assert verifier(analyser, claims).check(text, [QUOTE]).support == "verified"
        assert verifier(analyser, None).check(text, [QUOTE]).support == "verified"
    assert claims.asked == []


@pytest.mark.parametrize(
    ("text", "judged", "support"),
    [
        (TRUE, 0.5, "verified"),
        (TRUE, -0.5, "unsupported"),
        (REWORDED, 2.5, "verified"),  # a word stands nowhere, and the judge reads it all the same
        (REWORDED, 1.5, "partial"),
        ("ログは90日保存しない。", 9.0, "unsupported"),
    ],
)
def test_the_judge_decides_what_rules_leave_open(
    text: str, judged: float, support: str, analyser: Analyser
) -> None:
    assert verifier(analyser, FakeClaims(judged)).check(text, [QUOTE]).support == support


@pytest.mark.parametrize(
    "text", ["ログの保存期間は30日です。", "ログは90日以上保存します。", "ログはABC社が点検します。"]
)
def test_no_reading_makes_up_for_a_wrong_fact(text: str, analyser: Analyser) -> None:
    claims = FakeClaims(99.0)
    assert verifier(analyser, claims).check(text, [QUOTE]).support == "unsupported"
    assert claims.asked == []


def test_without_a_judge_a_free_sentence_is_not_verified_and_says_so(analyser: Analyser) -> None:
    gone = FakeClaims(problem=YorozuError(ErrorCode.MODEL_UNAVAILABLE, reason="x"))
    for claims in (None, gone):
        verdict = verifier(analyser, claims).check(TRUE, [QUOTE])
        assert (verdict.support, [r.code for r in verdict.reasons]) == ("partial", ["not_read"])
        assert "モデルが使えない" in verdict.message
        assert verifier(analyser, claims).check("保存期間は30日です。", [QUOTE]).support == "unsupported"


def test_every_sentence_is_read_and_one_is_enough_to_fail(analyser: Analyser) -> None:
    claims = FakeClaims(1.0)
    assert (
        verifier(analyser, claims).check(TRUE + "情報システム部がログを毎月点検します。", [QUOTE]).support
        == "verified"
    )
    assert len(claims.asked) == 2
    assert verifier(analyser, claims).check(TRUE + "保存期間は30日です。", [QUOTE]).support == "unsupported"


def test_without_a_source_nothing_is_verified(analyser: Analyser) -> None:
    verdict = verifier(analyser, FakeClaims(9.0)).check(TRUE, [])
    assert [r.code for r in verdict.reasons] == ["no_source"]


def test_what_only_the_judge_is_against_is_said_so(analyser: Analyser) -> None:
    verdict = verifier(analyser, FakeClaims(-1.0)).check(TRUE, [QUOTE])
    assert [reason.code for reason in verdict.reasons] == ["not_said"]
    assert verdict.message
