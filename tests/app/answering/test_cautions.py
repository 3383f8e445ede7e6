from datetime import date

from app.answering.cautions import deadline_cautions, edition_cautions
from app.answering.models import Citation, ReferenceLine, Statement
from ingest.models import Source

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
