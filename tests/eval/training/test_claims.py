from eval.training.claim_judge import for_fitting
from eval.training.claims import claims, passes
from eval.verifier_set import Case
from ingest.text.normalise import fold

PASSAGES = (
    "社外秘の書類は上長が管理します。写しを取るときは、総務課の許可が必要です。期限は14日以内です。",
    "来客の名札は受付で渡してください。退出のときは、必ず返してもらう必要があります。",
    "ログは90日間保存します。保存を延ばす場合は、情報システム部へ申請してください。",
)


def test_true_ones_and_false_ones_are_made_of_each_passage_the_same_each_time() -> None:
    made = list(claims(PASSAGES))
    assert made == list(claims(PASSAGES))
    for passage in PASSAGES:
        about = [case for case in made if case.quotes == (passage,)]
        assert {case.expect for case in about} == {"supported", "unsupported"}
    share = sum(case.expect == "supported" for case in made) / len(made)
    assert 0.3 < share < 0.7


def test_what_stands_in_the_passage_is_never_called_false() -> None:
    for case in claims(PASSAGES):
        if case.expect == "unsupported":
            assert fold(case.sentence) not in fold(case.quotes[0])


def test_made_sentences_come_first_and_none_about_a_passage_that_people_wrote_about() -> None:
    written = [
        Case(f"{n}", kind, f"文{n}", (PASSAGES[0] if n < 3 else f"引用{n}",), "supported")
        for n, kind in enumerate(["reworded"] * 40 + ["verbatim"] * 40)
    ]
    turns = passes(PASSAGES, written)
    made = [[case for case in turn if case not in written] for turn in turns]
    assert made[0]
    assert not made[-1]
    assert all(case.quotes != (PASSAGES[0],) for turn in made for case in turn)
    assert not any(for_fitting(case) for turn in turns for case in turn if case in written)
    reworded = [c for c in written if c.kind == "reworded" and not for_fitting(c)]
    assert all(set(reworded) <= set(turn) for turn in turns)
