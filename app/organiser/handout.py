"""What every export holds: the meeting and its questions with their answers, safe to hand to others."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Annotated

from pydantic import AfterValidator

from app.answering.models import Citation
from app.organiser.draft_models import CheckedLine, Draft
from app.organiser.models import Frozen, Meeting
from app.organiser.safe_text import known, plain, without_addresses

STATES = {
    "proposed": "下書き（未確認）",
    "edited": "下書き（編集中）",
    "approved": "承認済み",
    "rejected": "差し戻し",
    "published": "公開済み",
}
NEEDS = {"ready": "確認のみ", "check": "担当者の検討が必要", "no_source": "根拠が見つからない"}
_NO_ANSWER = "資料に根拠が見つからないため、回答は担当者が作成します。"


# Whoever fills these, nothing that cannot be seen or stored gets into a file.
Shown = Annotated[str, AfterValidator(plain)]


class Line(Frozen):
    """One line of an answer as shown: words with their marks."""

    text: Shown
    heading: bool = False


class Item(Frozen):
    """One question with its answer.

    Attributes:
        no: its place in the meeting, from 1.
        lines: of the answer.
        references: (label, address or None).
        sources: what the marks of the lines stand for, "[1] …".
        cautions: what must be known before acting, in front of the references.
        supplied: whether there is an answer at all.
    """

    no: int
    question: Shown
    lines: tuple[Line, ...]
    references: tuple[tuple[Shown, str | None], ...] = ()
    sources: tuple[Shown, ...] = ()
    cautions: tuple[Shown, ...] = ()
    state: str = ""
    needs: str = ""
    why: tuple[str, ...] = ()
    supplied: bool = True
    question_id: str = ""


class Handout(Frozen):
    """A meeting ready to be written to a file."""

    title: Shown
    theme: Shown | None = None
    held_on: Shown | None = None
    items: tuple[Item, ...] = ()
    final: bool = False

    @property
    def subtitle(self) -> str:
        """Theme and date in one line."""
        day = date_words(self.held_on) if self.held_on else ""
        return "　".join(part for part in (self.theme or "", day) if part)


def handout_of(
    meeting: Meeting, drafts: Sequence[Draft], urls: AbstractSet[str], *, title: str | None = None
) -> Handout:
    """Put a meeting and its drafts, in order, into the form that every export takes.

    Args:
        meeting: whose drafts they are.
        drafts: in the order of the meeting; rejected ones are left out.
        urls: the only addresses that may appear.
        title: instead of the meeting's.
    """
    shown = [draft for draft in drafts if draft.state != "rejected"]
    items = tuple(_item(no, draft, urls) for no, draft in enumerate(shown, 1))
    return Handout(
        title=plain(title or meeting.title),
        theme=plain(meeting.theme) if meeting.theme else None,
        held_on=meeting.held_on,
        items=items,
        final=bool(shown) and all(draft.state in {"approved", "published"} for draft in shown),
    )


def _item(no: int, draft: Draft, urls: AbstractSet[str]) -> Item:
    lines = tuple(
        Line(text=without_addresses(shown_line(line), urls), heading=line.heading) for line in draft.lines
    )
    marked = {n for line in draft.lines for n in line.citations}
    references = dict.fromkeys(
        (without_addresses(r.label, urls), r.url if known(r.url, urls) else None) for r in draft.references
    )
    added = {c.source_id: c for c in draft.content.citations if c.n > len(draft.answer.citations)}
    for citation in added.values():
        label = f"■{citation.publisher or ''}：{citation.title}{citation.edition or ''}".replace("■：", "■")
        references.setdefault((plain(label), citation.url if known(citation.url, urls) else None))
    return Item(
        no=no,
        question=without_addresses(draft.question, urls),
        lines=lines or (Line(text=_NO_ANSWER),),
        references=tuple(references),
        sources=tuple(plain(place_of(c)) for c in draft.content.citations if c.n in marked),
        cautions=tuple(plain(caution.message) for caution in draft.cautions),
        state=STATES[draft.state],
        needs=NEEDS[draft.triage.needs],
        why=draft.triage.why,
        supplied=bool(lines),
        question_id=draft.question_id,
    )


def shown_line(line: CheckedLine) -> str:
    """A sentence with its marks; one without support says so."""
    marks = "".join(f"[{n}]" for n in line.citations)
    own = "（主催者による回答）" if line.support == "unsupported" and not line.citations else ""
    return f"{line.text}{marks}{own}"


def place_of(citation: Citation) -> str:
    """Where a citation stands, in one line behind its number."""
    number = f"質問{citation.question_no}" if citation.question_no is not None else ""
    page = citation.page_label or (f"{citation.page}ページ" if citation.page else "")
    edition = citation.edition or ""
    edition = f"（{edition}）" if edition and citation.kind == "consultation" else edition
    words = (f"{citation.title}{edition}", number, page)
    return f"[{citation.n}] " + " ".join(word for word in words if word)


def date_words(held_on: str) -> str:
    """2026-12-01 → 2026年12月1日."""
    try:
        day = date.fromisoformat(held_on)
    except ValueError:
        return plain(held_on)  # 2026, 2026-12: as it is known
    return f"{day.year}年{day.month}月{day.day}日"
