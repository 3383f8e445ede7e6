"""Review of a draft: edit, cite, approve, reject, redo. Every step names the version it was made from."""

from collections.abc import Sequence
from typing import Any

from app.answering.models import Citation
from app.organiser.checking import checked, content_of
from app.organiser.draft_desk import DraftDesk
from app.organiser.draft_models import CheckedLine, Content, Draft, DraftState
from app.organiser.handout import STATES
from app.organiser.models import Frozen
from app.organiser.safe_text import plain
from app.store.database import now
from ingest.errors import ErrorCode, YorozuError
from ingest.models import Source

MOST_CHARACTERS = 8000  # of a draft's text; a slide deck of one answer
MOST_CITATIONS = 50
_EDITABLE: frozenset[DraftState] = frozenset({"proposed", "edited", "rejected"})
_NOTABLE: frozenset[DraftState] = frozenset({*_EDITABLE, "approved"})
_HINTS = {
    "approved": "承認を取り消してから操作してください。",
    "published": "公開を取り消してから操作してください。",
    "rejected": "編集してから承認してください。",
}


class Place(Frozen):
    """A passage as a search shows it, to be cited: which source, and its own words."""

    source_id: str
    text: str
    question_no: int | None = None
    page: int | None = None


def check_text(desk: DraftDesk, draft_id: str, text: str) -> tuple[CheckedLine, ...]:
    """Check a text sentence by sentence against the draft's citations, as it is typed; nothing is stored.

    Raises:
        YorozuError: DRAFT_NOT_FOUND, CHANGE_INVALID.
    """
    draft = desk.drafts.get(draft_id)
    return checked(_typed(text), draft.content.citations, desk.check)


def edit(
    desk: DraftDesk, draft_id: str, *, version: int, by: str, text: str | None = None, note: str | None = None
) -> Draft:
    """Store a new text, or a note of what was said at the meeting, or both.

    A note may be added to an approved draft as well; a text may not, as it is what was approved.

    Raises:
        YorozuError: DRAFT_NOT_FOUND, DRAFT_CHANGED, DRAFT_STATE, CHANGE_INVALID.
    """
    draft = _current(desk, draft_id, version)
    allowed = _EDITABLE if text is not None else _NOTABLE
    _require(draft, allowed)
    content = draft.content
    if note is not None:
        content = content.model_copy(update={"note": _typed(note)})
    if text is not None:
        content = content.model_copy(update={"text": _typed(text)})
    state = "edited" if text is not None else draft.state
    return _write(desk, draft, version, "edit" if text is not None else "note", by, content, state)


def cite(desk: DraftDesk, draft_id: str, *, version: int, by: str, place: Place) -> Draft:
    """Add a citation that a search found; it gets the next number. The passage must stand in its source.

    Raises:
        YorozuError: DRAFT_NOT_FOUND, DRAFT_CHANGED, DRAFT_STATE, CHANGE_INVALID, SOURCE_NOT_FOUND.
    """
    draft = _current(desk, draft_id, version)
    _require(draft, _EDITABLE)
    known = draft.content.citations
    if len(known) >= MOST_CITATIONS:
        raise YorozuError(ErrorCode.CHANGE_INVALID, reason=f"引用は{MOST_CITATIONS}件までです")
    citation = _found(desk, draft, place, max((c.n for c in known), default=0) + 1)
    content = draft.content.model_copy(update={"citations": (*known, citation)})
    return _write(desk, draft, version, "cite", by, content, "edited")


def approve(desk: DraftDesk, draft_id: str, *, version: int, by: str, reason: str | None = None) -> Draft:
    """Approve a draft as it stands.

    Args:
        desk: the desk.
        draft_id: the draft.
        version: as it was read.
        by: who approves.
        reason: needed where sentences lack support: why they may stand all the same. It is kept.

    Raises:
        YorozuError: DRAFT_NOT_FOUND, DRAFT_CHANGED, DRAFT_STATE; DRAFT_UNSUPPORTED without such a reason.
    """
    draft = _current(desk, draft_id, version)
    _require(draft, frozenset({"proposed", "edited"}))
    if not any(not line.heading for line in draft.lines):
        raise YorozuError(ErrorCode.CHANGE_INVALID, reason="回答が空です。回答を入力してから承認してください")
    why = plain(reason or "").strip() or None
    if draft.unsupported and why is None:
        first = draft.unsupported[0].text
        raise YorozuError(ErrorCode.DRAFT_UNSUPPORTED, count=len(draft.unsupported), first=first[:40])
    values = {
        "state": "approved",
        "reason": why,
        "approved_by": desk.drafts.visitor.acting(by),
        "approved_at": now(),
    }
    return desk.drafts.change(draft_id, version=version, action="approve", by=by, values=values)


def reject(desk: DraftDesk, draft_id: str, *, version: int, by: str, reason: str) -> Draft:
    """Send a draft back, with the reason.

    Raises:
        YorozuError: DRAFT_NOT_FOUND, DRAFT_CHANGED, DRAFT_STATE, CHANGE_INVALID.
    """
    draft = _current(desk, draft_id, version)
    _require(draft, frozenset({"proposed", "edited", "approved"}))
    if not reason.strip():
        raise YorozuError(ErrorCode.CHANGE_INVALID, reason="差し戻す理由を入力してください")
    values = {"state": "rejected", "reason": plain(reason).strip(), "approved_by": None, "approved_at": None}
    return desk.drafts.change(draft_id, version=version, action="reject", by=by, values=values)


def reopen(desk: DraftDesk, draft_id: str, *, version: int, by: str) -> Draft:
    """Take an approval or a rejection back.

    Raises:
        YorozuError: DRAFT_NOT_FOUND, DRAFT_CHANGED, DRAFT_STATE.
    """
    draft = _current(desk, draft_id, version)
    _require(draft, frozenset({"approved", "rejected"}))
    values = {"state": "edited", "reason": None, "approved_by": None, "approved_at": None}
    return desk.drafts.change(draft_id, version=version, action="reopen", by=by, values=values)


def restore(desk: DraftDesk, draft_id: str, *, version: int, by: str) -> Draft:
    """Put the text back as it was proposed; what was written instead stays in the history.

    Raises:
        YorozuError: DRAFT_NOT_FOUND, DRAFT_CHANGED, DRAFT_STATE.
    """
    draft = _current(desk, draft_id, version)
    _require(draft, _EDITABLE)
    content = content_of(draft.answer).model_copy(update={"note": draft.content.note})
    return _write(desk, draft, version, "restore", by, content, "proposed")


def redo(desk: DraftDesk, draft_id: str, *, by: str) -> None:
    """Hand the question in once more; the new proposal takes the draft's place, the old stays in the history.

    Raises:
        YorozuError: DRAFT_NOT_FOUND, DRAFT_STATE.
    """
    draft = desk.drafts.get(draft_id)
    _require(draft, _EDITABLE)
    desk.queue.put(draft.meeting_id, [draft.question_id], by=by, redo=True)


def _current(desk: DraftDesk, draft_id: str, version: int) -> Draft:
    """The draft, in the version that was read: what is decided is decided on that."""
    return desk.drafts.get_version(draft_id, version)


def _require(draft: Draft, states: frozenset[DraftState]) -> None:
    if draft.state not in states:
        hint = _HINTS.get(draft.state, "先に内容を確認してください。")
        raise YorozuError(ErrorCode.DRAFT_STATE, state=STATES[draft.state], hint=hint, id=draft.id)


def _write(
    desk: DraftDesk, draft: Draft, version: int, action: str, by: str, content: Content, state: DraftState
) -> Draft:
    lines = checked(content.text, content.citations, desk.check)
    values: dict[str, Any] = {
        "content": content.model_dump(mode="json"),
        "lines": [line.model_dump(mode="json") for line in lines],
        "state": state,
    }
    return desk.drafts.change(draft.id, version=version, action=action, by=by, values=values)


def _typed(text: str) -> str:
    text = "\n".join(line.rstrip() for line in plain(text).split("\n")).strip()
    if len(text) > MOST_CHARACTERS:
        raise YorozuError(ErrorCode.CHANGE_INVALID, reason=f"文章は{MOST_CHARACTERS}文字までです")
    return text


def _found(desk: DraftDesk, draft: Draft, place: Place, n: int) -> Citation:
    """The citation of a passage, from the index: nobody cites words that a source does not hold."""
    hits = desk.drafter.search(place.text[:500], 20).results
    hit = next((h for h in hits if (h.source_id, h.text) == (place.source_id, place.text)), None)
    if hit is None:
        raise YorozuError(ErrorCode.CHANGE_INVALID, reason="引用する一節が資料に見つかりません")
    if any((c.source_id, c.quote) == (hit.source_id, hit.text) for c in draft.content.citations):
        raise YorozuError(ErrorCode.CHANGE_INVALID, reason="この一節はすでに引用されています")
    source = _source(desk.drafter.sources(), hit.source_id)
    return Citation(
        n=n,
        source_id=source.id,
        kind=source.kind,
        title=source.title,
        publisher=source.publisher,
        edition=source.edition,
        file=hit.file,
        question_no=hit.question_no,
        question=hit.question,
        item_nos=hit.item_nos,
        page=hit.page,
        page_end=hit.page_end,
        heading=hit.heading,
        quote=hit.text,
        url=source.url,
        as_of=source.as_of or source.published,
    )


def _source(sources: Sequence[Source], source_id: str) -> Source:
    found = next((source for source in sources if source.id == source_id), None)
    if found is None:
        raise YorozuError(ErrorCode.SOURCE_NOT_FOUND, id=source_id)
    return found
