"""Which drafts and published answers cite what has changed, or what a newer edition has replaced."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from difflib import SequenceMatcher
from typing import Literal

from app.answering.models import Citation
from app.organiser.draft_desk import DraftDesk
from app.organiser.draft_models import Draft, DraftState
from app.organiser.models import Frozen
from ingest.index.reader import Index, open_index
from ingest.models import Passage, Source
from ingest.text.normalise import fold

Why = Literal["changed", "removed", "newer_edition"]
WHY = {
    "changed": "引用した一節の文が変わりました。",
    "removed": "引用した資料が、資料の一覧からなくなりました。",
    "newer_edition": "引用した資料に新しい版があります。",
}
_LEAST_ALIKE = 0.2  # below it a passage is not shown as what the old one has become
_STATES: tuple[DraftState, ...] = ("proposed", "edited", "approved", "published")
_CANDIDATES = 40  # passages that share most letters; only these are compared word by word


class Impact(Frozen):
    """One citation that does not stand as it did.

    Attributes:
        old: the passage as it was cited.
        new: the passage that has most likely taken its place; None where none is near.
        newer: id and title of the newer edition.
    """

    draft_id: str
    meeting_id: str
    question: str
    state: DraftState
    n: int
    source_id: str
    title: str
    why: Why
    message: str
    old: str
    new: str | None = None
    newer: str | None = None
    newer_title: str | None = None


def impact(desk: DraftDesk, *, source_id: str | None = None) -> list[Impact]:
    """Compare every citation that a draft or a published answer marks with the current index.

    Args:
        desk: the desk.
        source_id: only citations of this source; by default all.

    Raises:
        YorozuError: INDEX_MISSING, INDEX_DAMAGED.
    """
    with closing(open_index(desk.settings.data_dir, None)) as index:
        now = _Now(index)
        return [
            found
            for draft in desk.drafts.find(states=_STATES)
            for citation in _marked(draft)
            if source_id in (None, citation.source_id)
            for found in now.of(draft, citation)
        ]


def _marked(draft: Draft) -> Iterable[Citation]:
    marked = {n for line in draft.lines for n in line.citations}
    return (citation for citation in draft.content.citations if citation.n in marked)


class _Now:
    """The index as it is now; a source's passages are read once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._sources = {source.id: source for source in index.sources()}
        self._newer = {s.supersedes: s for s in self._sources.values() if s.supersedes}
        self._files = [record.file for record in index.files() if not record.code]
        self._passages: dict[str, list[Passage]] = {}
        for file in self._files:
            for passage in index.passages_of_file(file):
                self._passages.setdefault(passage.source_id, []).append(passage)

    def of(self, draft: Draft, citation: Citation) -> Iterable[Impact]:
        """What has become of one citation; nothing where all stands as it did."""
        passages = self._passages.get(citation.source_id, [])
        key = fold(citation.quote)
        if not any(key == fold(passage.text) for passage in passages):
            here = citation.source_id in self._sources and bool(passages)
            why: Why = "changed" if here else "removed"
            yield _impact(draft, citation, why, _nearest(citation, passages))
        newest = self._newest(citation.source_id)
        if newest is not None:
            new = _nearest(citation, self._passages.get(newest.id, []))
            yield _impact(draft, citation, "newer_edition", new, newest)

    def _newest(self, source_id: str) -> Source | None:
        newest = self._newer.get(source_id)
        while newest is not None and newest.id in self._newer:
            newest = self._newer[newest.id]
        return newest


def _nearest(citation: Citation, passages: Sequence[Passage]) -> str | None:
    """The passage that says most of what the cited one said; the same number or page counts first."""
    same = [p for p in passages if citation.question_no and p.question_no == citation.question_no]
    letters = set(citation.quote)
    close = sorted(
        same or passages, key=lambda p: -len(letters & set(p.text)) / len(letters | set(p.text) | {""})
    )
    rated = [
        (SequenceMatcher(None, citation.quote, p.text, autojunk=False).ratio(), p.text)
        for p in close[:_CANDIDATES]
    ]
    best = max(rated, default=(0.0, ""))
    return best[1] if best[0] >= _LEAST_ALIKE else None


def _impact(
    draft: Draft, citation: Citation, why: Why, new: str | None, newer: Source | None = None
) -> Impact:
    return Impact(
        draft_id=draft.id,
        meeting_id=draft.meeting_id,
        question=draft.question,
        state=draft.state,
        n=citation.n,
        source_id=citation.source_id,
        title=citation.title,
        why=why,
        message=WHY[why],
        old=citation.quote,
        new=new,
        newer=newer.id if newer else None,
        newer_title=f"{newer.title}{newer.edition or ''}" if newer else None,
    )
