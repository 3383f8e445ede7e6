"""Two organisers at one draft, reading and saving in any order: nobody overwrites what they have not seen."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from app.organiser import review
from app.organiser.draft_desk import DraftDesk
from app.organiser.draft_models import Draft
from app.organiser.drafting import work
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.drafting import MEETING, desk_in, with_questions

STEPS = st.lists(
    st.tuples(st.sampled_from(["甲", "乙"]), st.sampled_from(["read", "edit", "note", "reject", "restore"])),
    max_size=14,
)


@settings(max_examples=40)
@given(steps=STEPS)
def test_the_second_is_told_and_nothing_is_lost(steps: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        desk = desk_in(Path(folder))
        with_questions(desk, ["規程はどう作りますか"])
        work(desk)
        current = desk.drafts.find(MEETING)[0]
        seen = {"甲": current, "乙": current}
        saved: list[str] = []
        for number, (who, step) in enumerate(steps):
            text = f"{who}の{number}番目の文です。"
            told: YorozuError | None = None
            try:
                seen[who] = _step(desk, seen[who], who, step, text)
            except YorozuError as error:
                told = error
            if told is not None:
                assert told.code is ErrorCode.DRAFT_CHANGED
                assert seen[who].version < current.version
                assert told.detail["version"] == current.version
                assert told.detail["text"] == current.content.text
                assert desk.drafts.get(current.id) == current
                continue
            if step != "read":
                assert seen[who].version == current.version + 1
                saved += [text] if step == "edit" else []
            current = desk.drafts.get(current.id)
            assert current == seen[who]
        changes = desk.drafts.history(current.id)
        assert [change.version for change in changes] == list(range(1, current.version + 1))
        kept = [change.after["content"]["text"] for change in changes if change.action == "edit"]
        assert kept == saved
        desk.close()


def _step(desk: DraftDesk, seen: Draft, who: str, step: str, text: str) -> Draft:
    if step == "read":
        return desk.drafts.get(seen.id)
    if step == "edit":
        return review.edit(desk, seen.id, version=seen.version, by=who, text=text)
    if step == "note":
        return review.edit(desk, seen.id, version=seen.version, by=who, note=text)
    if step == "restore":
        return review.restore(desk, seen.id, version=seen.version, by=who)
    desk.drafts.get_version(seen.id, seen.version)
    if seen.state == "rejected":
        return review.reopen(desk, seen.id, version=seen.version, by=who)
    return review.reject(desk, seen.id, version=seen.version, by=who, reason=text)
