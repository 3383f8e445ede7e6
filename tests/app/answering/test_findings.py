import pytest

from app.answering.filters import Filters
from app.answering.findings import Finder, Findings
from app.answering.understand import understand
from ingest.index.reader import Index
from ingest.text.words import Tokenizer

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
