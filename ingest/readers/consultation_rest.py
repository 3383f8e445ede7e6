"""Which of the parsed questions stand; tables of contents and lists that repeat them go."""

import re
import unicodedata
from collections.abc import Sequence

from ingest.readers.consultation_captions import LEADERS
from ingest.readers.consultation_draft import Draft
from ingest.readers.consultation_drafts import Parsed
from ingest.readers.consultation_lines import Line
from ingest.readers.consultation_markers import ends_sentence, match_question
from ingest.text.normalise import fold

_LIST_HEAD = re.compile(
    r"(?:質問|照会|問)(?:内容)?(?:の)?(?:一覧|リスト|目次)(?:表)?$|^(?:目次|もくじ|CONTENTS)$", re.IGNORECASE
)
_COLUMN_HEAD = re.compile(r"^(?:№|No\.?|NO\.?|番号|#)\s+(?:ご)?質問(?:内容|事項)?(?:\s\S{1,8}){0,2}$")
_NUMBERED = re.compile(r"^(?:質問|問|Q)?\s*([0-9]{1,3})[.．)）:：]?(?:\s+(.*))?$")
_SAME = 0.6  # share of a list entry's character pairs that stand in the question it repeats
_LONGEST_ANSWER = 12_000  # characters; beyond that it is the rest of the document
_OUT_OF_PROPORTION = 5  # times the longest other answer


def settle(parsed: Parsed) -> tuple[list[Draft], list[Line]]:
    """Return the answered questions and the lines outside them, in reading order.

    Empty when the text is no Q&A document.
    """
    outside = list(parsed.outside)
    drafts: list[Draft] = []
    asked = [_bare(draft.asked) for draft in parsed.drafts if draft.answered]
    if not asked:
        return [], outside
    for draft in parsed.drafts:
        if not draft.answered and drafts and not _listed(draft, asked):
            _answer_without_mark(draft)
        if draft.answered:
            drafts.append(draft)
        else:
            outside += _unanswered(draft, asked)
    _bound(drafts, outside)
    if not _is_document(drafts):
        return [], outside
    outside.sort(key=lambda line: line.block)
    return drafts, _without_lists(outside, [_bare(draft.asked) for draft in drafts])


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(LEADERS.sub("", text)))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _repeats(entry: str, asked: Sequence[str]) -> bool:
    """Whether an entry of a list says what one of the questions asks, perhaps shortened."""
    entry = _bare(entry)
    pairs = _pairs(entry)
    if not pairs:
        return False
    return any(entry in other or len(pairs & _pairs(other)) >= _SAME * len(pairs) for other in asked)


def _listed(draft: Draft, asked: Sequence[str]) -> bool:
    first, _ = _first_paragraph(draft.question)
    text = "".join(line.text for line in first)
    return bool(LEADERS.search(text)) or _repeats(text, asked)


def _first_paragraph(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The question's own lines, up to dotted leaders, a blank line or a full stop, and the rest."""
    blank = next((index for index, line in enumerate(lines) if index and not line.text), len(lines))
    leaders = next((index for index, line in enumerate(lines[:blank]) if LEADERS.search(line.text)), None)
    if leaders is not None:
        return list(lines[: leaders + 1]), list(lines[leaders + 1 :])
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        if not line.text:
            continue
        done = following is None or not following.text or following.kind != line.kind
        if done or ends_sentence(line.text):
            return list(lines[: index + 1]), list(lines[index + 1 :])
    return list(lines), []


def _answer_without_mark(draft: Draft) -> None:
    """Where only this answer lacks its mark, it begins with the paragraph after the question's sentence."""
    first, rest = _first_paragraph(draft.question)
    if any(line.text for line in rest) and first and ends_sentence(first[-1].text):
        draft.question, draft.answer = first, rest


def _unanswered(draft: Draft, asked: Sequence[str]) -> list[Line]:
    """What remains of a question that nobody answers: nothing of one that a list repeats, else all of it."""
    _, rest = _first_paragraph(draft.question)
    if _listed(draft, asked):
        return rest
    return [draft.start, *draft.question[1:], *(draft.answer or ())]


def _bound(drafts: list[Draft], outside: list[Line]) -> None:
    """An answer out of all proportion has swallowed what follows it: it ends with its page or section."""
    sizes = [sum(len(line.text) for line in draft.answer or ()) for draft in drafts]
    for draft, size in zip(drafts, sizes, strict=True):
        others = max((other for other in sizes if other != size), default=0)
        answer = draft.answer or []
        if size <= max(_LONGEST_ANSWER, _OUT_OF_PROPORTION * others) or not answer:
            continue
        page = answer[0].page
        end = next(
            (at for at, line in enumerate(answer) if at and (line.kind == "heading" or line.page != page)),
            len(answer),
        )
        draft.answer = answer[:end]
        outside += answer[end:]


def _is_document(drafts: Sequence[Draft]) -> bool:
    """One question alone counts only if it has an answer of a possible length."""
    if len(drafts) > 1:
        return True
    return bool(drafts) and sum(len(line.text) for line in drafts[0].answer or ()) <= _LONGEST_ANSWER


def _without_lists(lines: Sequence[Line], asked: Sequence[str]) -> list[Line]:
    """Without lists that repeat the questions: their heads, their numbers and every line of their entries."""
    kept: list[Line] = []
    contents = sum(bool(LEADERS.search(line.text)) for line in lines) > 1
    pending: list[Line] = []  # a number on a line of its own, with the blank lines behind it
    in_entry = False
    for line in lines:
        text = unicodedata.normalize("NFKC", line.text)
        if _LIST_HEAD.search(text) or _COLUMN_HEAD.match(text) or (contents and LEADERS.search(text)):
            continue
        numbered = _NUMBERED.match(text)
        if numbered and not (numbered.group(2) or "").strip():
            kept += pending
            pending = [line]
            in_entry = False
            continue
        if not text:
            (pending or kept).append(line)
            in_entry = in_entry and bool(pending)
            continue
        marked = match_question(line.text, after_sentence=True)
        entry = numbered.group(2) if numbered else marked.rest if marked else text
        if (numbered or marked or pending or in_entry) and _repeats(entry, asked):
            pending, in_entry = [], True
        else:
            kept += [*pending, line]
            pending, in_entry = [], False
    return kept + pending
