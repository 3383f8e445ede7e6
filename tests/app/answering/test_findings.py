import math
from pathlib import Path

import pytest

from app.answering.evidence import EvidenceModel, Weights
from app.answering.filters import Filters
from app.answering.findings import HOPELESS, ITEM_ALONE, SURE, Finder, Findings
from app.answering.judge import Judge
from app.answering.retrieve import Retriever
from app.answering.understand import understand
from ingest.errors import ErrorCode, YorozuError
from ingest.index.build import build_index
from ingest.index.reader import Index, open_index
from ingest.models import Passage, Source
from ingest.text.words import Tokenizer
from tests.fakes.evidence_judge import FakeJudge, TellingJudge
from tests.fakes.letter_embedder import LetterEmbedder

BADGE = "来客に渡す名札はどう管理すればよいですか。"
CLOCK = "工場の時計が遅れるときはどう直せばよいですか。"
WEATHER = "火星の天気予報の精度の検証方法を教えてください。"


@pytest.fixture(scope="module")
def find(finder: Finder, index: Index, tokenizer: Tokenizer) -> "Find":
    return Find(finder, index, tokenizer)


class Find:
    def __init__(self, finder: Finder, index: Index, tokenizer: Tokenizer) -> None:
        self._finder, self._index, self._tokenizer = finder, index, tokenizer

    def __call__(self, raw: str, filters: Filters | None = None) -> Findings:
        question = understand(raw, self._tokenizer, limit=2000)
        return self._finder.find(self._index, question, filters or Filters())


def cited(findings: Findings) -> list[int | None]:
    return [finding.passages[0].question_no for finding in findings.answered]


def test_one_question_one_answer_with_all_its_passages(find: Find) -> None:
    found = find(BADGE)
    assert [p.id for p in found.answered[0].passages] == ["qa2.0", "qa2.1"]
    assert cited(found) == [2]
    assert (found.open_parts, found.unknown_items) == ((), ())


def test_a_page_is_given_by_itself(find: Find) -> None:
    (finding,) = find("夏の冷房は何度に設定しますか").answered
    assert [p.id for p in finding.passages] == ["page4"]


def test_two_questions_two_answers_in_the_order_asked(find: Find) -> None:
    assert cited(find(BADGE + CLOCK)) == [2, 1]
    assert cited(find(CLOCK + BADGE)) == [1, 2]


def test_what_is_asked_twice_is_answered_once(find: Find) -> None:
    assert cited(find(BADGE + "来客の名札は受付でどう管理すればよいですか。")) == [2]


def test_nothing_near_nothing_found(find: Find) -> None:
    found = find(WEATHER)
    assert found.answered == ()
    assert found.open_parts == (WEATHER,)
    assert found.best < 0.5


def test_the_part_without_an_answer_stays_open(find: Find) -> None:
    found = find(BADGE + WEATHER)
    assert cited(found) == [2]
    assert found.open_parts == (WEATHER,)


@pytest.mark.parametrize(
    ("second", "open_parts"),
    [("祝日はいつですか。", 1), ("名札は？", 0), ("期限はいつですか。", 0), ("よろしくお願いします。", 0)],
)
def test_a_short_second_question_needs_more_than_the_answer_to_the_first(
    second: str, open_parts: int, find: Find
) -> None:
    found = find(BADGE + second)
    assert cited(found) == [2]
    assert len(found.open_parts) == open_parts


def test_a_part_that_the_place_of_another_answers_is_kept_with_it(find: Find) -> None:
    (finding,) = find(BADGE + "名札は？").answered
    assert finding.also == (BADGE + "名札は？",)


@pytest.mark.parametrize("number", [7, 170, 711])
def test_an_unknown_item_number_is_not_answered_with_something_alike(number: int, find: Find) -> None:
    found = find(f"No{number}の来客に渡す名札はどう管理すればよいですか")
    assert found.answered == ()
    assert found.unknown_items == (number,)


def test_a_known_item_beside_an_unknown_one_is_answered(find: Find) -> None:
    found = find("No117とNo7の来客に渡す名札はどう管理すればよいですか")
    assert cited(found) == [2]
    assert found.unknown_items == (7,)


def test_each_of_the_items_named_is_there(find: Find) -> None:
    found = find("No117とNo30の来客に渡す名札はどう管理すればよいですか")
    assert set(cited(found)) == {2, 4}
    assert find("No94～96の非常口の鍵はどこに置きますか").unknown_items == ()
    assert cited(find("No94～96の非常口の鍵はどこに置きますか")) == [5]


def test_only_the_kinds_asked_for(find: Find) -> None:
    assert find(BADGE, Filters(kinds=("guideline",))).answered == ()
    assert cited(find(BADGE, Filters(kinds=("consultation",)))) == [2]
    assert cited(find(BADGE, Filters(kinds=("guideline", "consultation")))) == [2]


def test_only_the_sources_asked_for(find: Find) -> None:
    assert find(BADGE, Filters(source_ids=("guide",))).answered == ()
    assert cited(find(BADGE, Filters(source_ids=("meeting", "guide")))) == [2]
    assert find(BADGE, Filters(source_ids=("no-such",))).answered == ()


def test_filters_hold_for_what_is_related_too(find: Find) -> None:
    found = find(BADGE, Filters(source_ids=("guide",)))
    assert found.related == []


def test_related_questions_are_not_those_cited_and_few(find: Find) -> None:
    related = find(BADGE).related
    assert 1 <= len(related) <= 3
    assert 2 not in {r.question_no for r in related}
    assert len({r.question_no for r in related}) == len(related)
    assert {r.source_id for r in related} == {"meeting"}


@pytest.fixture(scope="module")
def compared(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The small index once more, with vectors."""
    folder = tmp_path_factory.mktemp("compared")
    build_index(folder, index.sources(), index.passages(range(len(index))), LetterEmbedder())
    return open_index(folder, LetterEmbedder().name)


class Judged:
    """Finds over `compared`; without the judge every question has the probability `before`."""

    def __init__(self, index: Index, tokenizer: Tokenizer, judge: Judge, before: float) -> None:
        vectors = Weights(math.log(before / (1 - before)), {})
        words = Weights(2.0, {})
        evidence = EvidenceModel(Weights(0.0, {"judged": 1.0}), vectors, words, threshold=0.5)
        finder = Finder(Retriever(tokenizer, LetterEmbedder()), tokenizer, evidence, judge)
        self.find = Find(finder, index, tokenizer)


def test_the_judge_has_the_last_word(compared: Index, tokenizer: Tokenizer) -> None:
    for before in (0.1, 0.9):
        kind, strict = FakeJudge(3.0), FakeJudge(-3.0)
        assert cited(Judged(compared, tokenizer, kind, before).find(BADGE)) == [2]
        refused = Judged(compared, tokenizer, strict, before).find(BADGE)
        assert refused.answered == ()
        assert refused.best == pytest.approx(1 / (1 + math.exp(3)))


def test_the_judge_reads_the_part_and_the_whole_answer(compared: Index, tokenizer: Tokenizer) -> None:
    judge = FakeJudge(3.0)
    Judged(compared, tokenizer, judge, 0.9).find(BADGE)
    ((asked, (text,)),) = judge.asked
    assert asked == BADGE
    assert "来客に渡す名札は、どう管理すればよいですか。" in text
    assert "受付で管理します。" in text
    assert "必ず返してもらってください。" in text


def test_each_part_is_judged_by_itself(compared: Index, tokenizer: Tokenizer) -> None:
    judge = FakeJudge(3.0)
    assert cited(Judged(compared, tokenizer, judge, 0.9).find(BADGE + CLOCK)) == [2, 1]
    assert {BADGE, CLOCK} <= {asked for asked, _ in judge.asked}


@pytest.mark.parametrize(
    ("before", "asked", "answered"),
    [(HOPELESS - 0.001, 0, False), (HOPELESS, 1, True), (SURE - 0.001, 1, True), (SURE, 0, True)],
)
def test_the_judge_is_asked_where_it_may_change_something(
    compared: Index, tokenizer: Tokenizer, before: float, asked: int, *, answered: bool
) -> None:
    judge = FakeJudge(9.0)
    found = Judged(compared, tokenizer, judge, before).find(BADGE)
    assert len(judge.asked) == asked
    assert bool(found.answered) is answered


def test_what_is_sure_without_the_judge_is_not_refused_by_it(compared: Index, tokenizer: Tokenizer) -> None:
    assert cited(Judged(compared, tokenizer, FakeJudge(-9.0), SURE).find(BADGE)) == [2]


def test_the_judge_is_not_asked_about_kana_alone(compared: Index, tokenizer: Tokenizer) -> None:
    judge = FakeJudge(-9.0)
    found = Judged(compared, tokenizer, judge, 0.9).find(
        "らいきゃくにわたすなふだはどうかんりすればよいですか"
    )
    assert judge.asked == []
    assert found.answered


def test_the_judge_is_not_asked_where_no_vectors_were_compared(index: Index, tokenizer: Tokenizer) -> None:
    judge = FakeJudge(-9.0)
    assert cited(Judged(index, tokenizer, judge, 0.9).find(BADGE)) == [2]
    assert judge.asked == []


@pytest.mark.parametrize("code", [ErrorCode.MODEL_UNAVAILABLE, ErrorCode.MODEL_CHECKSUM])
def test_without_the_judge_the_other_features_decide(
    compared: Index, tokenizer: Tokenizer, code: ErrorCode
) -> None:
    for before, answered in ((0.9, [2]), (0.1, [])):
        judge = FakeJudge(problem=YorozuError(code, file="x", reason="x"))
        assert cited(Judged(compared, tokenizer, judge, before).find(BADGE)) == answered
        assert judge.asked


def test_other_faults_of_the_judge_are_not_passed_over(compared: Index, tokenizer: Tokenizer) -> None:
    judge = FakeJudge(problem=YorozuError(ErrorCode.INDEX_MISSING))
    with pytest.raises(YorozuError):
        Judged(compared, tokenizer, judge, 0.9).find(BADGE)


@pytest.mark.parametrize(("text", "sure"), [("No30について教えてください", True), ("No30の費用は", False)])
def test_an_item_number_alone_asks_for_what_there_is(
    text: str, sure: object, index: Index, retriever: Retriever, tokenizer: Tokenizer
) -> None:
    never = Weights(-20.0, {})
    doubting = Finder(retriever, tokenizer, EvidenceModel(never, never, never, threshold=0.5))
    found = doubting.find(index, understand(text, tokenizer, limit=200), Filters())
    assert (found.best == ITEM_ALONE) is sure
    assert bool(found.answered) is sure


BADGE_CLAUSE, CLOCK_CLAUSE = "来客に渡す名札の管理", "工場の時計の遅れの直し方を教えてください"
JOINED = f"{BADGE_CLAUSE}と、{CLOCK_CLAUSE}"


@pytest.mark.parametrize(
    ("of_whole", "of_clause", "places"),
    [
        ({"名札は番号": 3.0, "時計は毎朝": -1.0}, {"名札は番号": -1.0, "時計は毎朝": 2.0}, [2, 1]),
        # The clause is answered where the whole is, and the other place says little about the whole.
        ({"名札は番号": 3.0, "時計は毎朝": -1.0}, {"名札は番号": 1.5, "時計は毎朝": 2.0}, [2]),
        # A place that answers the whole by itself is a precedent of its own.
        ({"名札は番号": 3.0, "時計は毎朝": 0.5}, {"名札は番号": 2.5, "時計は毎朝": 2.0}, [2, 1]),
    ],
)
def test_a_clause_has_its_own_place_where_that_adds_something(
    of_whole: dict[str, float],
    of_clause: dict[str, float],
    places: list[int],
    compared: Index,
    tokenizer: Tokenizer,
) -> None:
    judge = TellingJudge({JOINED: of_whole, BADGE_CLAUSE: {"名札は番号": 3.0}, CLOCK_CLAUSE: of_clause})
    assert cited(Judged(compared, tokenizer, judge, 0.9).find(JOINED)) == places


TALK = "話し合う場を開きたいと考えています。"
ADVICE = "時計は毎朝、標準電波に合わせます。"
STORY, ASKING = "工場の時計に詳しい係がいないのですが", "時計の遅れはどう直せばよいですか"


@pytest.mark.parametrize(("first", "order"), [(TALK, [2]), ("係は兼任でかまいません。", [1, 2])])
def test_where_the_clause_that_asks_is_answered_what_only_talks_of_itself_is_left_out(
    first: str, order: list[int], tmp_path: Path, tokenizer: Tokenizer
) -> None:
    passages = [
        Passage("t", "m", "m.yaml", first, 0, question=f"{STORY}、{ASKING}", question_no=1),
        Passage("a", "m", "m.yaml", ADVICE, 1, question=ASKING, question_no=2),
    ]
    build_index(tmp_path, [Source("m", "相談会", kind="consultation")], passages, LetterEmbedder())
    judge = TellingJudge({f"{STORY}、{ASKING}": {first: 3.0, ADVICE: 2.0}, ASKING: {ADVICE: 3.0}})
    judged = Judged(open_index(tmp_path, LetterEmbedder().name), tokenizer, judge, 0.9)
    assert cited(judged.find(f"{STORY}、{ASKING}")) == order
