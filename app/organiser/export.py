"""A meeting into a file, in the form that the file's name asks for."""

import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.organiser.draft_desk import DraftDesk
from app.organiser.draft_models import Draft
from app.organiser.export_docx import document_of
from app.organiser.export_markdown import markdown_of
from app.organiser.export_pptx import deck_of
from app.organiser.handout import Handout, handout_of
from app.organiser.models import Meeting
from ingest.errors import ErrorCode, YorozuError

MEDIA_TYPES = {
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".md": "text/markdown; charset=utf-8",
    ".json": "application/json",
}


def handout(desk: DraftDesk, meeting_id: str, *, title: str | None = None) -> tuple[Handout, list[Draft]]:
    """A meeting's drafts in order, ready for every form, and the drafts themselves.

    Raises:
        YorozuError: MEETING_NOT_FOUND, NOTHING_TO_EXPORT.
    """
    meeting = desk.questions.meeting(meeting_id)
    drafts = desk.drafts.find(meeting_id, states=("proposed", "edited", "approved", "published"))
    left_out = {q.id for q in desk.questions.of_meeting(meeting_id, states=("declined", "reserve"))}
    drafts = [draft for draft in drafts if draft.question_id not in left_out]
    if not drafts:
        raise YorozuError(ErrorCode.NOTHING_TO_EXPORT)
    return handout_of(meeting, drafts, desk.catalogue_urls(), title=title), drafts


def exported(desk: DraftDesk, meeting_id: str, suffix: str, *, title: str | None = None) -> bytes:
    """Return the meeting in the form of `suffix`: .pptx, .docx, .md or .json.

    Raises:
        YorozuError: MEETING_NOT_FOUND, NOTHING_TO_EXPORT, EXPORT_FORMAT, TEMPLATE_UNUSABLE.
    """
    shown, drafts = handout(desk, meeting_id, title=title)
    font = desk.settings.deck_font
    if suffix == ".pptx":
        return deck_of(shown, font=font, template=desk.settings.deck_template)
    if suffix == ".docx":
        return document_of(shown, font=font)
    if suffix == ".md":
        return markdown_of(shown).encode()
    if suffix == ".json":
        return _json(desk.questions.meeting(meeting_id), drafts).encode()
    raise YorozuError(ErrorCode.EXPORT_FORMAT, suffix=suffix)


def _json(meeting: Meeting, drafts: Sequence[Draft]) -> str:
    listed = [
        {
            "no": number,
            "draft_id": draft.id,
            "question_id": draft.question_id,
            "state": draft.state,
            "triage": draft.triage.model_dump(),
            "text": draft.content.text,
            "answer": draft.answer.model_dump(mode="json"),
        }
        for number, draft in enumerate(drafts, 1)
    ]
    whole = {"meeting": meeting.model_dump(mode="json"), "drafts": listed}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        YorozuError: EXPORT_UNWRITABLE.
    """
    scratch = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as stream:
            scratch = Path(stream.name)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())  # renamed before it is on the disk, a power cut leaves an empty file
        mask = os.umask(0)
        os.umask(mask)
        scratch.chmod(0o666 & ~mask)  # as any other new file; a temporary one is its owner's alone
        scratch.replace(path)
    except OSError as error:
        if scratch is not None:
            with suppress(OSError):
                scratch.unlink(missing_ok=True)
        reason = error.strerror or type(error).__name__
        raise YorozuError(ErrorCode.EXPORT_UNWRITABLE, path=str(path), reason=reason) from error
