from dataclasses import replace
from datetime import date

import pytest

from app.answering.cautions import deadline_cautions, edition_cautions, fact_cautions, year_cautions
from app.answering.findings import Finding
from app.answering.models import Citation, ReferenceLine, Statement
from ingest.models import Passage, Reference, Source

OLD = Source(
    id="g31",
    title="中小企業の対策ガイドライン",
    publisher="IPA",
    edition="第3.1版",
    url="https://example.org/31.pdf",
)
NEW = Source(id="g40", title="中小企業の対策ガイドライン", edition="第4.0版", supersedes="g31")
STATEMENT = Statement(text="23年度中に達成してください。", citations=[3], support="verified")


def test_a_past_deadline_is_named_once_with_its_citation() -> None:
    cautions = deadline_cautions([STATEMENT, STATEMENT], date(2026, 11, 23))
    assert [(c.code, c.citation) for c in cautions] == [("dated_deadline", 3)]
    assert "2024年3月31日" in cautions[0].message


def test_a_deadline_ahead_needs_no_caution() -> None:
    assert deadline_cautions([STATEMENT], date(2024, 3, 31)) == []
    assert len(deadline_cautions([STATEMENT], date(2024, 4, 1))) == 1


def test_a_cited_edition_that_was_replaced_is_named() -> None:
    citation = Citation(n=2, source_id="g31", kind="guideline", title=OLD.title, quote="…")
    (caution,) = edition_cautions([citation], [], [], [OLD, NEW])
    assert (caution.code, caution.citation) == ("older_edition", 2)
    assert "第4.0版" in caution.message


def test_so_is_one_that_is_only_referred_to() -> None:
    label = ReferenceLine(label="■IPA：中小企業の対策ガイドライン第３.１版 P54～64")
    assert [c.code for c in edition_cautions([], [label], [], [OLD, NEW])] == ["older_edition"]
    link = ReferenceLine(label="資料", url=OLD.url)
    assert [c.code for c in edition_cautions([], [link], [], [OLD, NEW])] == ["older_edition"]


def test_the_newest_edition_and_other_works_are_left_alone() -> None:
    newest = ReferenceLine(label="■IPA：中小企業の対策ガイドライン第4.0版 P10")
    other = ReferenceLine(label="■JPCERT/CC：別の手引き第3.1版")
    assert edition_cautions([], [newest, other], [], [OLD, NEW]) == []


def test_a_chain_of_editions_leads_to_the_newest() -> None:
    newest = Source(id="g50", title=OLD.title, edition="第5.0版", supersedes="g40")
    citation = Citation(n=1, source_id="g31", kind="guideline", title=OLD.title, quote="…")
    (caution,) = edition_cautions([citation], [], [], [OLD, NEW, newest])
    assert "第5.0版" in caution.message


def test_a_past_deadline_in_full() -> None:
    statement = Statement(text="23年度中に達成。", citations=[3, 1], support="verified")
    (caution,) = deadline_cautions([statement], date(2026, 11, 23))
    assert caution.citation == 3
    assert caution.message == (
        "「23年度中」（2024年3月31日まで）は、すでに過ぎた期限です。"
        "現在の期限は最新の資料か事務局でご確認ください。"
    )


def test_a_deadline_without_a_citation_is_named_without_one() -> None:
    statement = Statement(text="23年度中に達成。", citations=[], support="verified")
    assert [c.citation for c in deadline_cautions([statement], date(2026, 11, 23))] == [None]


def test_each_past_deadline_of_a_statement_is_named() -> None:
    statement = Statement(
        text="レベル2は23年度中、レベル3は24年度中、4は40年度中。", citations=[1], support="verified"
    )
    named = [c.message[:7] for c in deadline_cautions([statement], date(2026, 11, 23))]
    assert named == ["「23年度中」", "「24年度中」"]


def test_a_replaced_edition_in_full() -> None:
    newer = replace(NEW, url="https://example.org/40.pdf")
    citation = Citation(n=2, source_id="g31", kind="guideline", title=OLD.title, quote="…")
    (caution,) = edition_cautions([citation], [], [], [OLD, newer])
    assert caution.message == (
        "『中小企業の対策ガイドライン』第3.1版には、新しい第4.0版があります（https://example.org/40.pdf）。"
        "ここに示すページや内容は第3.1版のものですので、最新版でもご確認ください。"
    )


def test_editions_without_a_name_and_address() -> None:
    old, new = replace(OLD, edition=None), replace(NEW, edition=None)
    (caution,) = edition_cautions([], [ReferenceLine(label=f"{OLD.title} 第1版")], [], [old, new])
    assert caution.message == (
        "『中小企業の対策ガイドライン』には、新しい版があります。"
        "ここに示すページや内容は旧版のものですので、最新版でもご確認ください。"
    )
    assert caution.citation is None


def test_a_work_named_without_its_edition_may_be_the_old_one() -> None:
    statement = Statement(text="中小企業の対策ガイドラインを見る。", citations=[1], support="verified")
    assert [c.code for c in edition_cautions([], [], [statement], [OLD, NEW])] == ["older_edition"]
    label = ReferenceLine(label="中小企業の対策ガイドライン 第3版の付録")
    assert edition_cautions([], [label], [], [OLD, NEW]) == []


def test_sources_without_an_address_are_not_linked_to_each_other() -> None:
    old = replace(OLD, url=None)
    assert edition_cautions([], [ReferenceLine(label="別の資料")], [], [old, NEW]) == []
    assert (
        edition_cautions([], [ReferenceLine(label="別", url="https://example.org/x")], [], [OLD, NEW]) == []
    )


def test_an_older_edition_outside_the_catalogue_hides_no_other() -> None:
    lone = Source(id="x2", title="別の手引き", supersedes="x1")
    citation = Citation(n=1, source_id="g31", kind="guideline", title=OLD.title, quote="…")
    assert len(edition_cautions([citation], [], [], [lone, OLD, NEW])) == 1


def test_editions_that_replace_each_other_end() -> None:
    one = Source(id="a", title="甲", edition="1", supersedes="b")
    two = Source(id="b", title="甲", edition="2", supersedes="a")
    citation = Citation(n=1, source_id="a", kind="guideline", title="甲", quote="…")
    assert len(edition_cautions([citation], [], [], [one, two])) == 1


def finding(text: str, *references: Reference) -> Finding:
    return Finding("", (Passage("p", "s", "s.yaml", text, 0, references=references),), 0.9)


def test_a_fact_that_is_asked_for_and_not_there_is_named_once() -> None:
    silent = finding("違反には懲戒で臨みます。")
    (caution,) = fact_cautions(["違反したら何日の出勤停止ですか", "何日休ませますか"], [silent, silent])
    assert caution.code == "partial"
    assert "何日" in caution.message


def test_a_fact_that_is_there_or_not_asked_for_needs_no_caution() -> None:
    suspension = "違反したら何日の出勤停止ですか"
    silent, told = finding("違反には懲戒で臨みます。"), finding("三日の出勤停止とします。")
    assert fact_cautions([suspension], [silent, told]) == []
    assert fact_cautions(["違反した社員はどうなりますか"], [silent]) == []
    page = finding("手引きを見てください。", Reference("■手引き P12", None, None, "P12"))
    assert fact_cautions(["手引きの何ページにありますか"], [page]) == []


YEARLY = Source("y2023", "館内の事故2023 一覧", edition="2023", publisher="館")
IN_2024, IN_2023 = date(2024, 1, 1), date(2023, 12, 31)


@pytest.mark.parametrize("said", ["館内の事故２０２３一覧", "『館内の事故2023』に例があります。"])
def test_a_yearly_publication_of_a_past_year_is_named(said: str) -> None:
    label, sentence = ReferenceLine(label=said), Statement(text=said, citations=[1], support="verified")
    for references, statements in (([label], []), ([], [sentence])):
        (caution,) = year_cautions([], references, statements, [YEARLY], IN_2024)
        assert (caution.code, caution.citation) == ("dated_edition", None)
        assert "2023年の資料" in caution.message
        assert year_cautions([], references, statements, [YEARLY], IN_2023) == []


def test_not_where_another_year_is_meant_or_the_catalogue_knows_what_came_after() -> None:
    assert year_cautions([], [ReferenceLine(label="館内の事故2022 一覧")], [], [YEARLY], IN_2024) == []
    assert year_cautions([], [ReferenceLine(label="館内の事故")], [], [YEARLY], IN_2024) == []
    label = ReferenceLine(label=YEARLY.title)
    newer = Source("y2024", "館内の事故2024", edition="2024", supersedes="y2023")
    assert year_cautions([], [label], [], [YEARLY, newer], date(2024, 5, 1)) == []
    third = replace(YEARLY, edition="第3版")
    assert year_cautions([], [label], [], [third], IN_2024) == []
