"""Sources that say different things about the same are named; what is about something else is not."""

import pytest

from app.answering.disagreement import Disagreements
from app.answering.models import Caution, Citation, Statement
from ingest.models import Passage, Source

SOURCES = {"a": Source("a", "甲の手引き"), "b": Source("b", "乙の手引き", edition="第2版")}


@pytest.fixture(scope="module")
def disagreements() -> Disagreements:
    return Disagreements()


def cautions(disagreements: Disagreements, mine: str, theirs: str, source: str = "b") -> list[Caution]:
    statement = Statement(text=mine, citations=[1], support="verified")
    citation = Citation(n=1, source_id="a", kind="guideline", title="甲の手引き", quote=mine)
    return disagreements.cautions([statement], [citation], [Passage("p", source, "f", theirs, 0)], SOURCES)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("花瓶の水は3日ごとに替えます。", "花瓶の水は5日ごとに替えます。"),
        ("No41の目録の整備は必須です。", "No41の目録の整備は望ましいです。"),
        ("写真機の持ち込みを禁止します。", "写真機の持ち込みは認められます。"),
        ("目録の提出期限は2027年3月31日です。", "目録の提出期限は2028年3月31日です。"),
        ("No41はレベル1の項目です。", "No41はレベル2の項目です。"),
        ("目録の点検は毎月行います。", "目録の点検は毎週行います。"),
        ("目録の整備は2027年度に行います。", "目録の整備は2028年度に行います。"),
        ("目録の点検は三人で行います。", "目録の点検は五人で行います。"),
        ("目録の点検は３日かけて行います。", "目録の点検は5日かけて行います。"),
        ("目録の整備を行わなければなりません。", "目録の整備を行う必要はありません。"),
        ("目録の整備を行ってください。", "目録の整備を行ってはいけません。"),
        ("目録の整備を行ってください。", "目録の整備を行ってもよいです。"),
        ("目録の整備を行います。", "目録の整備を行いません。"),
        ("目録の整備を行うことが望ましいです。", "目録の整備を行わなくてもよいです。"),
        ("目録の複製はできます。", "目録の複製をしてはなりません。"),
    ],
)
def test_a_contradiction_is_named_with_both_sentences(
    disagreements: Disagreements, mine: str, theirs: str
) -> None:
    (caution,) = cautions(disagreements, mine, theirs)
    assert (caution.code, caution.citation) == ("sources_disagree", 1)
    assert mine in caution.message
    assert theirs in caution.message
    assert "乙の手引き 第2版" in caution.message


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("花瓶の水は3日ごとに替えます。", "花瓶の水は3日ごとに替えてください。"),
        ("花瓶の水は3日ごとに替えます。", "金魚の水は5日ごとに替えます。"),
        ("レベル1の項目は50あります。", "レベル2の項目は74あります。"),
        ("No41の目録の整備は必須です。", "No42の目録の整備は望ましいです。"),
        ("付録2の目録は全1ページです。", "付録5の目録は全45ページです。"),
        ("No41の目録はP3にあります。", "No41の目録はP9にあります。"),
        ("目録の点検は3日と5日に行います。", "目録の点検は5日に行います。"),
        ("目録の整備を行ってください。", "目録の整備をお願いします。"),
        ("花瓶の水替作業の点検記録は必須です。", "花瓶の水替作業の点検記録は3日以内であれば不要です。"),
        ("目録の整備を総務が行います。", "写真機の修理を工場が行いません。"),
        ("棚は3日です。", "棚は5日です。"),  # too short to say of what
    ],
)
def test_what_agrees_or_is_about_something_else_is_left_alone(
    disagreements: Disagreements, mine: str, theirs: str
) -> None:
    assert cautions(disagreements, mine, theirs) == []


def test_one_source_is_not_held_against_itself(disagreements: Disagreements) -> None:
    mine, theirs = "花瓶の水は3日ごとに替えます。", "花瓶の水は5日ごとに替えます。"
    assert cautions(disagreements, mine, theirs, source="a") == []


def test_a_short_sentence_counts_where_it_is_about_the_very_same(disagreements: Disagreements) -> None:
    assert cautions(disagreements, "点検は3日です。", "点検は5日です。") == []
    assert len(cautions(disagreements, "点検日は3日です。", "点検日は5日です。")) == 1


def test_a_long_sentence_that_holds_the_short_one_is_about_more(disagreements: Disagreements) -> None:
    mine = "花瓶の水替作業の点検記録は3日ごとです。"
    near = "会議室の花瓶の水替作業の点検記録は5日ごとです。"
    far = "会議室と応接室の花瓶の水替作業の点検記録と植木鉢の手入れと廊下の電球は5日ごとです。"
    assert len(cautions(disagreements, mine, near)) == 1
    assert cautions(disagreements, mine, far) == []


def test_each_pair_of_sources_is_named_once(disagreements: Disagreements) -> None:
    statements = [
        Statement(text="花瓶の水は3日ごとに替えます。", citations=[1], support="verified"),
        Statement(text="目録の点検は毎月行います。", citations=[1], support="verified"),
    ]
    citation = Citation(n=1, source_id="a", kind="guideline", title="甲の手引き", quote="文")
    text = "花瓶の水は5日ごとに替えます。目録の点検は毎週行います。"
    near = [Passage("p", "b", "f", text, 0), Passage("q", "c", "f", text, 0)]
    found = disagreements.cautions(statements, [citation], near, SOURCES)
    assert ["『乙の手引き 第2版』" in each.message for each in found] == [True, False]
    assert "『c』" in found[1].message  # a source that the catalogue does not know


def test_a_statement_without_a_citation_that_is_there_is_passed_over(disagreements: Disagreements) -> None:
    text = "花瓶の水は3日ごとに替えます。"
    statements = [
        Statement(text=text, citations=[], support="unsupported"),
        Statement(text=text, citations=[2], support="verified"),
        Statement(text=text, citations=[1], support="verified"),
    ]
    citation = Citation(n=1, source_id="a", kind="guideline", title="甲の手引き", quote=text)
    near = [Passage("p", "b", "f", "花瓶の水は5日ごとに替えます。", 0)]
    assert [c.citation for c in disagreements.cautions(statements, [citation], near, SOURCES)] == [1]


def test_the_rows_of_a_table_are_compared_one_by_one(disagreements: Disagreements) -> None:
    statement = Statement(text="花瓶の水は3日ごとに替えます", citations=[1], support="verified")
    citation = Citation(n=1, source_id="a", kind="guideline", title="甲の手引き", quote="文")
    rows = "植木の水は毎日替えます\n花瓶の水は5日ごとに替えます"
    near = [Passage("p", "b", "f", rows, 0, columns=("手入れ",))]
    (caution,) = disagreements.cautions([statement], [citation], near, SOURCES)
    assert "「花瓶の水は5日ごとに替えます」" in caution.message


def test_a_long_sentence_is_shown_shortened(disagreements: Disagreements) -> None:
    mine = "会議室と応接室の窓際に置いてある花瓶の水は係の者が交代で3日ごとに"
    for end, shown in (("必ず替えます。", True), ("必ず全部を替えます。", False)):
        (caution,) = cautions(disagreements, mine + end, (mine + end).replace("3日", "5日"))
        assert (f"「{mine + end}」" in caution.message) is shown
        assert shown or f"「{(mine + end)[:39]}…」" in caution.message
