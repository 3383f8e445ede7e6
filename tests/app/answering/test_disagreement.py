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
    ],
)
def test_what_agrees_or_is_about_something_else_is_left_alone(
    disagreements: Disagreements, mine: str, theirs: str
) -> None:
    assert cautions(disagreements, mine, theirs) == []


def test_one_source_is_not_held_against_itself(disagreements: Disagreements) -> None:
    mine, theirs = "花瓶の水は3日ごとに替えます。", "花瓶の水は5日ごとに替えます。"
    assert cautions(disagreements, mine, theirs, source="a") == []
