"""Approved drafts of a meeting become a dated consultation of the corpus; taken back in one step."""

import json
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

from app.organiser.draft_desk import DraftDesk
from app.organiser.draft_models import Draft
from app.organiser.export import write_file
from app.organiser.handout import place_of
from app.organiser.models import Frozen, Meeting
from app.organiser.safe_text import known, plain, without_addresses
from app.store.database import now
from ingest.errors import ErrorCode, YorozuError
from ingest.readers.consultation_yaml import read_consultation_yaml

CASES_NAME = "published.jsonl"  # of the data folder: a question set for `yorozu eval answers`
_OURS = "# yorozu が公開した相談会です。変更や取り消しは yorozu publish / unpublish で行ってください。\n"
_FILE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_JAPAN = timezone(timedelta(hours=9))


class _Readable(yaml.SafeDumper):
    """Writes several lines as lines."""


def _lines(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _lines)


class Published(Frozen):
    """What a step did: how many questions the corpus holds of the meeting now, and the index's generation."""

    meeting_id: str
    questions: int
    generation: str
    file: str | None = None


def publish(desk: DraftDesk, meeting_id: str, *, by: str) -> Published:
    """Publish every approved draft of a meeting, together with what is published of it already.

    The drafts are marked first, so that nobody changes them meanwhile; then the file is written and the index
    built. Where that fails, corpus and marks are put back. Cut off halfway, the step can be taken again.

    Raises:
        YorozuError: MEETING_NOT_FOUND, PUBLISH_REFUSED, INDEX_LOCKED, EXPORT_UNWRITABLE ….
    """
    meeting = desk.questions.meeting(meeting_id)
    drafts = desk.drafts.find(meeting_id, states=("approved", "published"))
    if not drafts:
        raise YorozuError(ErrorCode.PUBLISH_REFUSED, id=meeting_id, reason="承認済みの下書きがありません")
    numbers = _numbers(drafts)
    path = _file(desk, meeting_id)
    with ExitStack() as undo:
        for draft in drafts:
            if draft.state == "approved":
                values = {"state": "published", "published_at": now(), "published_no": numbers[draft.id]}
                marked = desk.drafts.change(
                    draft.id, version=draft.version, action="publish", by=by, values=values
                )
                undo.callback(_unmarked, desk, [marked], by)
        _replaced(path, _text(desk, meeting, drafts, numbers))
        generation = _indexed(path, desk.reindex)
        undo.pop_all()
    _write_cases(desk)
    desk.drafts.note("meeting.published", meeting_id, questions=len(drafts), generation=generation)
    return Published(meeting_id=meeting_id, questions=len(drafts), generation=generation, file=path.name)


def unpublish(desk: DraftDesk, meeting_id: str, *, by: str) -> Published:
    """Take everything of a meeting out of the corpus; its drafts are approved ones again.

    Raises:
        YorozuError: MEETING_NOT_FOUND, PUBLISH_REFUSED, INDEX_LOCKED, EXPORT_UNWRITABLE ….
    """
    desk.questions.meeting(meeting_id)
    drafts = desk.drafts.find(meeting_id, states=("published",))
    path = _file(desk, meeting_id)
    if not drafts and not path.exists():
        raise YorozuError(ErrorCode.PUBLISH_REFUSED, id=meeting_id, reason="公開されていません")
    _replaced(path, None)
    generation = _indexed(path, desk.reindex)
    _write_cases(desk, without=meeting_id)
    _unmarked(desk, drafts, by)  # last: while one is marked, what was cut off can be taken again
    desk.drafts.note("meeting.unpublished", meeting_id, questions=len(drafts), generation=generation)
    return Published(meeting_id=meeting_id, questions=0, generation=generation)


def _unmarked(desk: DraftDesk, drafts: Sequence[Draft], by: str) -> None:
    for draft in drafts:
        values = {"state": "approved", "published_at": None, "published_no": None}
        desk.drafts.change(draft.id, version=draft.version, action="unpublish", by=by, values=values)


def _file(desk: DraftDesk, meeting_id: str) -> Path:
    """Where the meeting's consultation lies. A file that people wrote is never touched.

    Raises:
        YorozuError: PUBLISH_REFUSED.
    """
    if _FILE_ID.fullmatch(meeting_id) is None:
        raise YorozuError(ErrorCode.PUBLISH_REFUSED, id=meeting_id, reason="IDがファイル名として使えません")
    folder = desk.consultations
    path = folder / f"{meeting_id}.yaml"
    others = [folder / f"{meeting_id}{suffix}" for suffix in (".yml", ".txt")]
    if any(other.exists() for other in others) or (path.exists() and not _is_ours(path)):
        reason = f"{path.name} は手で置かれたファイルです。相談会のIDを変えてください"
        raise YorozuError(ErrorCode.PUBLISH_REFUSED, id=meeting_id, reason=reason)
    return path


def _is_ours(path: Path) -> bool:
    with path.open(encoding="utf-8") as stream:
        return stream.readline() == _OURS


def _numbers(drafts: Sequence[Draft]) -> dict[str, int]:
    """A number for each draft: what is published keeps its own, others get the next free ones."""
    numbers = {draft.id: draft.published_no for draft in drafts if draft.published_no is not None}
    free = max(numbers.values(), default=0) + 1
    for draft in drafts:
        if draft.id not in numbers:
            numbers[draft.id] = free
            free += 1
    return numbers


def _text(desk: DraftDesk, meeting: Meeting, drafts: Sequence[Draft], numbers: dict[str, int]) -> str:
    urls = desk.catalogue_urls()
    ids = {source.id: source.url for source in desk.drafter.sources()}
    today = datetime.now(tz=_JAPAN).date().isoformat()
    ordered = sorted(drafts, key=lambda draft: numbers[draft.id])
    whole: dict[str, Any] = {
        "id": meeting.id,
        "title": plain(meeting.title),
        "theme": plain(meeting.theme) if meeting.theme else None,
        "held_on": meeting.held_on,
        "as_of": meeting.held_on or today,
        "status": "原文",
        "note": f"{today} に公開。各質問の承認者と承認日を approved_by と approved_on に記録しています。",
        "qas": [_qa(draft, numbers[draft.id], urls, ids) for draft in ordered],
    }
    kept = {name: value for name, value in whole.items() if value is not None}
    return _OURS + yaml.dump(kept, Dumper=_Readable, allow_unicode=True, sort_keys=False, width=1000)


def _qa(draft: Draft, number: int, urls: frozenset[str], ids: dict[str, str | None]) -> dict[str, Any]:
    """One question as the corpus writes it. The marks go; what they stand for is under the references."""
    answer = [without_addresses(line.text, urls) for line in draft.lines]
    if draft.content.note:
        answer += ["当日の補足：", *without_addresses(draft.content.note, urls).split("\n")]
    question = " ".join(without_addresses(draft.question, urls).split())
    return {
        "no": number,
        "label": f"質問{number}",
        "question": question,
        "answer": "\n".join(line for line in answer if line.strip()),
        "item_nos": sorted({n for n in _item_nos(draft) if n > 0}),
        "references": _references(draft, urls, ids),
        "approved_by": plain(draft.approved_by or "-"),
        "approved_on": (draft.approved_at or now())[:10],
    }


def _item_nos(draft: Draft) -> list[int]:
    from ingest.text.item_numbers import find_item_numbers

    return list(find_item_numbers(draft.question))


def _references(draft: Draft, urls: frozenset[str], ids: dict[str, str | None]) -> list[dict[str, str]]:
    by_url = {url: source_id for source_id, url in ids.items() if url}
    found: list[dict[str, str]] = []
    for line in draft.references:
        entry = {"label": " ".join(without_addresses(line.label, urls).split())}
        if known(line.url, urls):
            assert line.url is not None
            entry |= {"url": line.url} | ({"source": by_url[line.url]} if line.url in by_url else {})
        found.append(entry)
    marked = {n for line in draft.lines for n in line.citations}
    for citation in draft.content.citations:
        if citation.n in marked:
            label = "■" + place_of(citation).partition(" ")[2]
            found.append({"label": " ".join(plain(label).split()), "source": citation.source_id})
    return [entry for n, entry in enumerate(found) if entry not in found[:n]]


def _replaced(path: Path, text: str | None) -> None:
    """Put a new text in the file's place, or none; the old one is kept beside it until `_indexed` is done."""
    backup = path.with_suffix(".yaml.before")  # no file that `ingest` reads
    if text is not None:
        _checked(path.name, text)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            write_file(backup, path.read_bytes())
        write_file(path, text.encode())
    elif path.exists():
        path.replace(backup)


def _checked(name: str, text: str) -> None:
    """Read it as ingest will: what would be refused is not published.

    Outside the corpus: a file of another name that is left there would be read for ever, and never taken out.
    """
    with tempfile.TemporaryDirectory(prefix="yorozu-publish-") as folder:
        scratch = Path(folder) / name
        scratch.write_text(text, encoding="utf-8")
        read_consultation_yaml(scratch)


def _indexed(path: Path, reindex: Callable[[], str]) -> str:
    """Build the index; whatever goes wrong, the file before is put back."""
    backup = path.with_suffix(".yaml.before")
    with ExitStack() as undo:
        undo.callback(_put_back, path, backup)
        generation = reindex()
        undo.pop_all()
    backup.unlink(missing_ok=True)
    return generation


def _put_back(path: Path, backup: Path) -> None:
    if backup.exists():
        backup.replace(path)
    else:
        path.unlink(missing_ok=True)


def _write_cases(desk: DraftDesk, *, without: str | None = None) -> None:
    """Each published question as a case: asked again, it must be answered from its own Q&A."""
    drafts = [d for d in desk.drafts.find(states=("published",)) if d.meeting_id != without]
    cases = [
        {
            "id": f"{draft.meeting_id}-{draft.published_no}",
            "kind": "published",
            "question": draft.question,
            "gold": [draft.published_no],
            "expect": "answer",
        }
        for draft in drafts
    ]
    text = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    folder = desk.settings.data_dir
    with suppress(OSError):  # writing says what is wrong with it
        folder.mkdir(parents=True, exist_ok=True)  # nothing else is in it where the stores are on a server
    write_file(folder / CASES_NAME, text.encode())
