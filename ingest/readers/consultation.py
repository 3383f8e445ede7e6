"""Consultations (questions with their answers) found in the text of any format."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from ingest.models import Block, Consultation, Qa
from ingest.readers.consultation_captions import AGENDA, LEADERS, is_template
from ingest.readers.consultation_draft import Draft
from ingest.readers.consultation_drafts import parse
from ingest.readers.consultation_lines import Line, reflow, to_lines
from ingest.readers.consultation_markers import ends_sentence
from ingest.readers.consultation_references import take_references
from ingest.readers.consultation_rest import settle
from ingest.readers.consultation_tables import read_tables
from ingest.text.item_numbers import find_item_numbers

_MEETING = re.compile(r"(?:第\s*[0-9０-９]+\s*回\s*)?よろず相談会")
_HELD_ON = re.compile(r"(?:開催日時?|日時|開催)\s*[：:]?\s*(\d{4})\s*[年/.]\s*(\d{1,2})\s*[月/.]\s*(\d{1,2})")


def find_consultation(
    blocks: Sequence[Block], *, file_stem: str, title: str | None
) -> tuple[Consultation | None, tuple[Block, ...]]:
    """Return the questions and answers of a text, and the blocks that belong to none of them.

    Args:
        blocks: the file in reading order: one block a printed line (empty ones included) or a paragraph;
            `page` (from 1) fills the pages of each Qa.
        file_stem: name of the file without its ending; becomes the consultation's id.
        title: the file's own title, if it has one.

    Returns:
        The consultation, status 原文, or None for a text without questions and answers (then all blocks
        come back); and the remaining blocks: without template residue, without tables of contents and
        lists that repeat the questions.

    Numbers are those of the marks; where they repeat, are hierarchical (問1-2) or missing, they count from 1.
    Answers keep labels (■…, 付録…, 出典:) and the lists under them; bare addresses and titles of linked
    pages stand in the references only. Raises nothing of its own.
    """
    lines = to_lines(blocks)
    drafts, outside = settle(parse(lines))
    if not drafts:
        return None, tuple(blocks)
    numbers = _numbers(drafts)
    qas = tuple(_qa(draft, number) for draft, number in zip(drafts, numbers, strict=True))
    theme = _theme(drafts)
    consultation = Consultation(
        id=file_stem,
        title=_title(lines, theme) or title or file_stem,
        qas=qas,
        theme=theme,
        held_on=_held_on(outside),
    )
    return consultation, _remaining(blocks, outside)


def _numbers(drafts: Sequence[Draft]) -> list[int]:
    printed = [draft.marker.number for draft in drafts]
    plain = not any(draft.marker.part for draft in drafts)
    numbers = [number for number in printed if number]
    if plain and len(numbers) == len(drafts) == len(set(numbers)):
        return numbers
    return list(range(1, len(drafts) + 1))


def _qa(draft: Draft, number: int) -> Qa:
    question = _one_line([line.text for line in reflow(draft.question) if line.text])
    tabled, rows = read_tables(draft.answer or ())
    texts, references = take_references(reflow(tabled))
    _, asked_references = take_references(
        [line for line in draft.question if line.urls or "://" in line.text]
    )
    known = {ref.url for ref in references}
    references += tuple(ref for ref in asked_references if ref.url and ref.url not in known)
    pages = [line.page for line in (draft.start, *draft.lines()) if line.page is not None and line.text]
    return Qa(
        question_no=number,
        question=question,
        answer="\n".join(texts) or "\n".join(ref.url or "" for ref in references),
        item_nos=tuple(dict.fromkeys((*find_item_numbers(question), *rows))),
        references=references,
        label=draft.marker.label,
        heading=tuple(caption for caption in draft.captions if not is_template(caption)),
        page=pages[0] if pages else None,
        page_end=max(pages) if pages else None,
    )


def _one_line(texts: Sequence[str]) -> str:
    line = ""
    for text in texts:
        line += ("" if not line or ends_sentence(line) else " ") + text
    return LEADERS.sub("", line).strip()


def _theme(drafts: Sequence[Draft]) -> str | None:
    """The subject that the slides name (議題１ 規程の整備 → 規程の整備), if they all name the same."""
    agendas = {caption for draft in drafts for caption in draft.captions if AGENDA.match(caption)}
    themes = {AGENDA.sub("", agenda).strip(" :：") for agenda in agendas if not is_template(agenda)}
    return themes.pop() or None if len(themes) == 1 else None


def _title(lines: Sequence[Line], theme: str | None) -> str | None:
    """「よろず相談会 議題１ 規程の整備」, as far as the deck says so."""
    named = next((found.group() for line in lines if (found := _MEETING.search(line.text))), None)
    agendas = [found.group().strip() for line in lines if (found := AGENDA.match(line.text))]
    if named is None or not agendas:
        return None
    agenda = unicodedata.normalize("NFKC", agendas[0]) if len(set(agendas)) == 1 else ""
    return " ".join(part for part in (named, agenda, theme or "") if part)


def _held_on(lines: Sequence[Line]) -> str | None:
    for line in lines:
        if found := _HELD_ON.search(unicodedata.normalize("NFKC", line.text)):
            year, month, day = (int(part) for part in found.groups())
            return f"{year:04d}-{month:02d}-{day:02d}"
    return None


def _remaining(blocks: Sequence[Block], outside: Sequence[Line]) -> tuple[Block, ...]:
    """The blocks that are left, cut to the lines that are; empty blocks only between two that are left."""
    left: dict[int, list[str]] = {}
    for line in outside:
        if line.text and not is_template(line.text):
            left.setdefault(line.block, []).append(line.text)
    found: list[Block] = []
    for index, block in enumerate(blocks):
        if index in left:
            whole = "".join(left[index]) == "".join(part.strip() for part in block.text.split("\n"))
            found.append(block if whole else replace(block, text="\n".join(left[index])))
        elif not block.text.strip() and found and found[-1].text.strip():
            found.append(block)
    while found and not found[-1].text.strip():
        found.pop()
    return tuple(found)
