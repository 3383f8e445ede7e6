import pytest

from app.organiser import review
from app.organiser.draft_desk import DraftDesk
from app.organiser.draft_models import Draft
from app.organiser.drafting import work
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.drafting import MEETING, QUOTE, with_questions


@pytest.fixture
def draft(desk: DraftDesk) -> Draft:
    with_questions(desk, ["規程はどう作りますか"])
    work(desk)
    return desk.drafts.find(MEETING)[0]


def test_an_edited_sentence_is_checked_against_its_own_citations(desk: DraftDesk, draft: Draft) -> None:
    text = f"【規程】\n{QUOTE}[1]毎月見直します。[1]\n出典のない文です。\n番号が違います。[7]"
    lines = review.check_text(desk, draft.id, text)
    assert [line.support for line in lines] == [None, "verified", "unsupported", "unsupported", "unsupported"]
    assert [bool(line.message) for line in lines] == [False, False, True, True, True]
    assert desk.drafts.get(draft.id).version == 1


def test_an_approval_needs_support_or_a_reason(desk: DraftDesk, draft: Draft) -> None:
    edited = review.edit(desk, draft.id, version=1, by="甲", text=f"{QUOTE}[1]\n独自の文です。")
    assert edited.state == "edited"
    with pytest.raises(YorozuError) as told:
        review.approve(desk, draft.id, version=2, by="甲")
    assert told.value.code is ErrorCode.DRAFT_UNSUPPORTED
    approved = review.approve(desk, draft.id, version=2, by="甲", reason="事務局で確認済み")
    assert (approved.state, approved.approved_by, approved.reason) == ("approved", "甲", "事務局で確認済み")
    with pytest.raises(YorozuError) as told:
        review.edit(desk, draft.id, version=3, by="乙", text="x")
    assert told.value.code is ErrorCode.DRAFT_STATE
    assert review.edit(desk, draft.id, version=3, by="乙", note="補足です").state == "approved"
    assert review.reopen(desk, draft.id, version=4, by="乙").approved_by is None


def test_the_history_holds_every_text(desk: DraftDesk, draft: Draft) -> None:
    review.edit(desk, draft.id, version=1, by="甲", text="一")
    review.reject(desk, draft.id, version=2, by="乙", reason="短すぎます")
    restored = review.restore(desk, draft.id, version=3, by="甲")
    assert restored.content.text == f"{QUOTE}[1]"
    changes = desk.drafts.history(draft.id)
    assert [c.action for c in changes] == ["propose", "edit", "reject", "restore"]
    assert changes[3].before["content"]["text"] == "一"
    assert [c.changed_by for c in changes[1:]] == ["甲", "乙", "甲"]


def test_a_rejection_says_why_and_an_empty_answer_is_not_approved(desk: DraftDesk, draft: Draft) -> None:
    with pytest.raises(YorozuError):
        review.reject(desk, draft.id, version=1, by="甲", reason=" ")
    review.edit(desk, draft.id, version=1, by="甲", text="【見出しだけ】")
    with pytest.raises(YorozuError) as told:
        review.approve(desk, draft.id, version=2, by="甲")
    assert told.value.code is ErrorCode.CHANGE_INVALID


def test_only_what_a_source_holds_can_be_cited(desk: DraftDesk, draft: Draft) -> None:
    place = review.Place(source_id="gidai1", text="記録は三年残します。")
    cited = review.cite(desk, draft.id, version=1, by="甲", place=place)
    assert [c.n for c in cited.content.citations] == [1, 2]
    edited = review.edit(desk, draft.id, version=2, by="甲", text="記録は三年残します。[2]")
    assert edited.lines[0].support == "verified"
    for wrong in (place, review.Place(source_id="gidai1", text="作り話です。")):
        with pytest.raises(YorozuError) as told:
            review.cite(desk, draft.id, version=3, by="甲", place=wrong)
        assert told.value.code is ErrorCode.CHANGE_INVALID


def test_comments_stay_in_order(desk: DraftDesk, draft: Draft) -> None:
    desk.drafts.comment(draft.id, by="甲", text="一")
    desk.drafts.comment(draft.id, by="乙", text="二")
    assert [(c.written_by, c.text) for c in desk.drafts.comments(draft.id)] == [("甲", "一"), ("乙", "二")]
    with pytest.raises(YorozuError):
        desk.drafts.comment("drf_none", by="甲", text="一")
