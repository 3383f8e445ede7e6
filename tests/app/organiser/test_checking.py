"""An edited sentence gets the verdict of the one verifier: what lost its support, what is nowhere."""

from dataclasses import replace

import pytest

from app.answering.models import Citation
from app.answering.verification.verifier import Verifier
from app.organiser import review
from app.organiser.checking import EditCheck, checked
from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work
from tests.fakes.drafting import MEETING, QUOTE, with_questions

LOGS = Citation(
    n=1,
    source_id="g",
    kind="guideline",
    title="記録の手引き",
    page=12,
    quote="ログは30日間保存してください。保存したログは毎月確認してください。",
)
OTHER = LOGS.model_copy(update={"n": 2, "quote": "教育は年に一回以上行ってください。"})


@pytest.fixture
def check() -> EditCheck:
    return EditCheck(Verifier)


def test_the_number_that_is_nowhere_is_named(check: EditCheck) -> None:
    kept, changed = checked(
        "保存したログは毎月確認してください。[1]\nログは90日間保存してください。[1]", [LOGS], check
    )
    assert (kept.support, kept.message, kept.nowhere) == ("verified", "", ())
    assert (changed.support, changed.nowhere) == ("unsupported", ("90日間",))
    assert "90日間" in changed.message


def test_a_sentence_is_read_against_its_own_citations_only(check: EditCheck) -> None:
    (line,) = checked("教育は年に一回以上行ってください。[1]", [LOGS, OTHER], check)
    assert line.support != "verified"
    (line,) = checked("教育は年に一回以上行ってください。[1][2]", [LOGS, OTHER], check)
    assert line.support == "verified"


def test_what_a_citation_says_of_itself_may_be_named(check: EditCheck) -> None:
    (line,) = checked("記録の手引きの12ページのとおり、ログは30日間保存してください。[1]", [LOGS], check)
    assert line.nowhere == ()
    (line,) = checked("記録の手引きの34ページのとおり、ログは30日間保存してください。[1]", [LOGS], check)
    assert line.nowhere


def test_the_verifier_is_made_for_the_first_sentence_that_needs_it_and_once() -> None:
    made: list[Verifier] = []

    def make() -> Verifier:
        made.append(Verifier())
        return made[-1]

    check = EditCheck(make)
    checked(f"{LOGS.quote}[1]", [LOGS], check)
    assert made == []
    for _ in range(2):
        checked("ログは90日間保存してください。[1]", [LOGS], check)
    assert len(made) == 1


def test_an_edit_is_stored_with_these_verdicts(desk: DraftDesk, check: EditCheck) -> None:
    with_questions(desk, ["規程はどう作りますか"])
    work(desk)
    desk = replace(desk, check=check)
    draft = desk.drafts.find(MEETING)[0]
    edited = review.edit(
        desk, draft.id, version=1, by="甲", text=f"{QUOTE}[1]\n2031年までに規程にします。[1]"
    )
    assert [line.support for line in edited.lines] == ["verified", "unsupported"]
    assert edited.lines[1].nowhere == ("2031年",)
    assert [line.text for line in edited.unsupported] == ["2031年までに規程にします。"]
