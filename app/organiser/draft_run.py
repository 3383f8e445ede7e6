"""From a file of questions to a file of drafts: intake → generalise → group → draft → export."""

import hashlib
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field
from tqdm import tqdm

from app.organiser.desk import Desk
from app.organiser.draft_desk import DraftDesk
from app.organiser.drafting import work
from app.organiser.export import MEDIA_TYPES, exported, handout, write_file
from app.organiser.export_xlsx import Written, workbook_of
from app.organiser.generalisation.generaliser import Generaliser
from app.organiser.intake import intake
from app.organiser.models import Frozen, IntakeResult
from app.organiser.taking_in import Tally, choose
from app.store.originals import OriginalStore
from ingest.embedding.base import Embedder
from ingest.errors import ErrorCode, YorozuError
from ingest.text.words import Tokenizer

_BY = "yorozu draft"
_TABLES = frozenset({".xlsx", ".xlsm", ".csv", ".tsv"})
TITLE = "よろず相談会"


class DraftReport(Frozen):
    """What a run did. `left_out` are rows of the file, `failed` questions that could not be drafted.

    `draft_seconds` is the time of drafting alone, `stages` that of each: take_in (reading, generalising,
    storing), group, draft, export.
    """

    meeting: str
    output: str
    questions: int
    new: int
    duplicates: int
    drafted: int
    ready: int
    check: int
    no_source: int
    failed: int
    replaced: int
    unsure: int
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    draft_seconds: float = 0.0
    stages: dict[str, float] = Field({})
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether every question of the file has its draft."""
        return not self.failed and not self.left_out


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted.

    Attributes:
        source: xlsx, csv, docx, txt, md or eml.
        output: .pptx, .docx, .xlsx, .md or .json.
        meeting_id: to put the questions into; by default one of its own for each file.
        neutral: None leaves the questions as they are written.
        redo: draft again what is drafted already (approved ones stay).
        warm: loads what drafting needs, while other work goes on.
        workers: how many questions are drafted side by side.
    """

    source: Path
    output: Path
    meeting_id: str | None = None
    title: str | None = None
    held_on: str | None = None
    theme: str | None = None
    neutral: Generaliser | None = None
    embedder: Embedder | None = None
    redo: bool = False
    engine: str | None = None
    progress: bool = False
    warm: Callable[[], object] = lambda: None
    workers: int = 1


def draft_file(desk: DraftDesk, order: Order) -> DraftReport:
    """Do the whole of it. Killed and started again, it goes on where it was.

    Raises:
        YorozuError: EXPORT_FORMAT, EXPORT_UNWRITABLE, NO_QUESTIONS, a FILE_* code, INDEX_MISSING ….
    """
    clock, stages = _Clock(), dict[str, float]()
    suffix = _checked_suffix(order)
    result = intake(order.source)
    if not result.questions:
        raise YorozuError(ErrorCode.NO_QUESTIONS, reason="質問の列が分かりません")
    meeting_id = order.meeting_id or f"m_{hashlib.sha256(order.source.read_bytes()).hexdigest()[:16]}"
    _open_meeting(desk, meeting_id, order)
    tally = Tally(order.neutral)
    with closing(OriginalStore.open(desk.settings.place)) as originals, ThreadPoolExecutor(1) as ahead:
        table = Desk(desk.questions, originals, tally)
        ahead.submit(order.warm)  # models load while names are looked for; what is missing is told later
        new = len(table.take_in(result, meeting_id, accepted_by=_BY).questions)
        stages["take_in"] = clock()
        table.arrange(meeting_id, order.embedder, Tokenizer(), by=_BY)
        stages["group"] = clock()
        prints = [originals.fingerprint(incoming.text) for incoming in result.questions]
    ids = [desk.questions.with_fingerprint(meeting_id, one) or "" for one in prints]
    chosen = choose(desk.questions, meeting_id, by=_BY)
    desk.queue.put(meeting_id, [question.id for question in chosen], by=_BY, redo=order.redo)
    _draft(desk, meeting_id, order)
    stages["draft"] = clock()
    if suffix == ".xlsx":
        content = _workbook(desk, meeting_id, order, result, ids)
    else:
        content = exported(desk, meeting_id, suffix, title=order.title)
    write_file(order.output, content)
    counts = {"new": new, "replaced": tally.replaced, "unsure": tally.unsure}
    report = _report(desk, meeting_id, order, result, ids, counts)
    stages["export"] = clock()
    told = {"stages": stages, "draft_seconds": stages["draft"], "seconds": round(clock.whole, 2)}
    return report.model_copy(update=told)


class _Clock:
    """Seconds since it was asked last."""

    def __init__(self) -> None:
        self._begun = self._last = time.perf_counter()

    def __call__(self) -> float:
        before, self._last = self._last, time.perf_counter()
        return round(self._last - before, 2)

    @property
    def whole(self) -> float:
        """Seconds since it was made."""
        return time.perf_counter() - self._begun


def _checked_suffix(order: Order) -> str:
    """The form that is wanted, before any work is done for it."""
    suffix = order.output.suffix.lower()
    if suffix not in MEDIA_TYPES:
        raise YorozuError(ErrorCode.EXPORT_FORMAT, suffix=suffix or order.output.name)
    if suffix == ".xlsx" and order.source.suffix.lower() not in _TABLES:
        raise YorozuError(ErrorCode.EXPORT_FORMAT, suffix=suffix)
    if order.output.exists() and order.source.exists() and order.output.samefile(order.source):
        raise YorozuError(
            ErrorCode.EXPORT_UNWRITABLE, path=str(order.output), reason="もとの質問のファイルと同じです"
        )
    if not order.output.parent.is_dir() or order.output.is_dir():
        raise YorozuError(
            ErrorCode.EXPORT_UNWRITABLE, path=str(order.output), reason="フォルダーがありません"
        )
    return suffix


def _open_meeting(desk: DraftDesk, meeting_id: str, order: Order) -> None:
    try:
        desk.questions.create_meeting(
            meeting_id, order.title or TITLE, theme=order.theme, held_on=order.held_on
        )
    except YorozuError as error:
        if error.code is not ErrorCode.MEETING_EXISTS:
            raise


def _draft(desk: DraftDesk, meeting_id: str, order: Order) -> None:
    progress = desk.queue.progress(meeting_id)
    hidden = not (order.progress and sys.stderr.isatty())
    with tqdm(
        total=progress.total, initial=progress.done + progress.failed, desc="下書き", unit="問",
        file=sys.stderr, disable=hidden,
    ) as bar:  # fmt: skip
        work(
            desk,
            meeting_id=meeting_id,
            engine=order.engine,
            told=lambda: bar.update(1),
            workers=order.workers,
        )
        while not desk.queue.progress(meeting_id).over:  # another process has some of them
            time.sleep(0.2)
            work(
                desk,
                meeting_id=meeting_id,
                engine=order.engine,
                told=lambda: bar.update(1),
                workers=order.workers,
            )


def _workbook(
    desk: DraftDesk, meeting_id: str, order: Order, result: IntakeResult, ids: Sequence[str]
) -> bytes:
    shown, _ = handout(desk, meeting_id, title=order.title)
    items = {item.question_id: item for item in shown.items}
    known = {question.id: question for question in desk.questions.of_meeting(meeting_id)}
    rows: dict[tuple[int, int], Written] = {}
    for incoming, question_id in zip(result.questions, ids, strict=True):
        place = (incoming.origin.sheet_no or 0, incoming.origin.row or 0)
        question = known[question_id]
        item = items.get(question.duplicate_of or question_id)
        before = rows.get(place, Written("", ()))
        text = "\n".join(part for part in (before.question, question.text or "") if part)
        rows[place] = Written(text, (*before.items, *([item] if item else [])))
    neutral = order.neutral
    said: dict[str, str] = {}

    def once(text: str) -> str:
        assert neutral is not None
        return said.setdefault(text, neutral.generalise(text).text)

    return workbook_of(order.source, result.plans, rows, once if neutral is not None else None)


def _report(
    desk: DraftDesk,
    meeting_id: str,
    order: Order,
    result: IntakeResult,
    ids: Sequence[str],
    counts: dict[str, int],
) -> DraftReport:
    mine = set(ids)
    stored = [q for q in desk.questions.of_meeting(meeting_id) if q.id in mine]
    needs = [draft.triage.needs for draft in desk.drafts.find(meeting_id)]
    return DraftReport(
        meeting=meeting_id,
        output=str(order.output),
        questions=len(result.questions),
        duplicates=len(ids) - len(mine) + sum(q.duplicate_of is not None for q in stored),
        drafted=len(needs),
        ready=needs.count("ready"),
        check=needs.count("check"),
        no_source=needs.count("no_source"),
        failed=len(desk.queue.failures(meeting_id)),
        left_out=tuple(f"{s.row}行目: {s.why}" for s in result.skipped if "空" not in s.why),
        notes=result.notes,
        **counts,
    )
