"""From lines to questions with answers: which marker begins what, and where an answer ends."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.consultation_captions import AGENDA, LEADERS, is_template, shape_of
from ingest.readers.consultation_draft import Draft
from ingest.readers.consultation_lines import Line, em
from ingest.readers.consultation_markers import (
    FAMILIES,
    Family,
    Marker,
    ends_sentence,
    match_answer,
    match_question,
)
from ingest.readers.consultation_slides import trim_slides
from ingest.text.normalise import fold

_CONTINUED = re.compile(
    r"^[（(\[【]?\s*(?:続き|つづき|続|cont\.?|\d\s*[/／]\s*\d)\s*[）)\]】]?$", re.IGNORECASE
)
_WRAPPED = 0.8  # of the text's width: a line that long may go on in the next
_WIDEST_CAPTION = 60.0  # ems


@dataclass(slots=True)
class Parsed:
    """What one notation finds in a text."""

    drafts: list[Draft]
    outside: list[Line]


def parse(lines: Sequence[Line]) -> Parsed:
    """Return the questions of the notation that finds the most answered ones; none gives no drafts."""
    best = Parsed([], list(lines))
    best_count = 0
    found = _questions(lines)
    present = {marker.family for marker in found if marker}
    for family in (family for family in FAMILIES if family in present):
        parsed = _Parser(lines, found, family).run()
        count = sum(draft.answered for draft in parsed.drafts)
        if count > best_count:
            best, best_count = parsed, count
    return best


def _questions(lines: Sequence[Line]) -> list[Marker | None]:
    """The question mark that each line begins with."""
    width = sorted(em(line.text) for line in lines)[int(0.95 * (len(lines) - 1))] if lines else 0.0
    return [
        match_question(_without_agenda(line.text), after_sentence=_fresh(lines, index, width))
        if line.text
        else None
        for index, line in enumerate(lines)
    ]


def _fresh(lines: Sequence[Line], index: int, width: float) -> bool:
    """Whether the line begins something, rather than going on with the sentence above."""
    line, above = lines[index], lines[index - 1] if index else None
    if above is None or not above.text or line.kind != "paragraph" or above.kind != "paragraph":
        return True
    if ends_sentence(above.text) or LEADERS.search(above.text) or above.text[-1] in ":：":
        return True
    open_end = "ぁ" <= above.text[-1] <= "ん" or above.text[-1] in "、，"
    return not open_end and em(above.text) < _WRAPPED * width


class _Parser:
    """One pass over the lines for one family of marks."""

    def __init__(self, lines: Sequence[Line], found: Sequence[Marker | None], family: Family) -> None:
        self.lines = lines
        self.family = family
        self.markers = [
            mark if mark and (mark.family == family or not mark.label) else None for mark in found
        ]
        self.shapes = self._caption_shapes()
        self.outside: list[Line] = []
        self.drafts: list[Draft] = []
        self.current: Draft | None = None

    def run(self) -> Parsed:
        for line, marker in zip(self.lines, self.markers, strict=True):
            if marker is not None:
                self._on_question(line, marker)
            elif not self._on_answer(line):
                self._on_text(line)
        _join_continued(self.drafts)
        for draft in self.drafts:
            _split_heading(draft)
        trim_slides(self.drafts, self.outside, self.lines)
        return Parsed(self.drafts, self.outside)

    def _caption_shapes(self) -> frozenset[str]:
        """Shapes of the lines above questions that are headings: the one above the first, and common ones."""
        above: list[str] = []
        last = ""
        for line, marker in zip(self.lines, self.markers, strict=True):
            if marker is not None and marker.family == self.family:
                above.append(shape_of(LEADERS.sub("", last).strip()))
            last = line.text or last
        counts = Counter(above)
        shapes = {shape for shape, count in counts.items() if 2 * count >= len(above)} | set(above[:1])
        return frozenset(shapes - {""})

    def _on_question(self, line: Line, marker: Marker) -> None:
        current = self.current
        open_question = current is not None and current.answer is None
        if (
            not marker.label
            and current is not None
            and open_question
            and current.marker.label
            and not current.inner
        ):
            current.captions += [part.text for part in current.question if part.text]
            current.question = [_behind(line, marker.rest)]
            if agenda := _agenda_before(line.text):
                current.captions.append(agenda)
            current.inner = True
        elif marker.family != self.family:
            self._on_text(line)
        else:
            captions = self._take_captions()
            if agenda := _agenda_before(line.text):
                captions.append(agenda)
            self.current = Draft(marker, line, captions, [_behind(line, marker.rest)])
            self.current.inner = not marker.label
            self.drafts.append(self.current)

    def _on_answer(self, line: Line) -> bool:
        current = self.current
        if current is None or not line.text:
            return False
        marker = match_answer(line.text, blank_sign=current.marker.weak)
        if marker is None:
            return False
        if not current.asked.strip() and current.answer is None:
            current = self._drop_repeated_mark() or current
        if current.answer is None and marker.number in (None, current.marker.number):
            pass
        elif marker.number is not None and (waiting := self._waiting(marker.number)) is not None:
            self.current = current = waiting
        elif current.answer is not None or not current.asked.strip():
            return False
        current.answer = [_behind(line, marker.rest)]
        return True

    def _drop_repeated_mark(self) -> Draft | None:
        """A question mark printed twice: the empty second one gives way to the question before it."""
        before = self.drafts[-2] if len(self.drafts) > 1 else None
        if before is None or before.answer is not None or not before.asked.strip():
            return None
        if self.drafts[-1].marker.label != before.marker.label:
            return None
        self.drafts.pop()
        self.current = before
        return before

    def _waiting(self, number: int) -> Draft | None:
        """All questions first, all answers after: the answer's number finds its question."""
        return next(
            (d for d in self.drafts if d.marker.number == number and d.answer is None and d.asked), None
        )

    def _on_text(self, line: Line) -> None:
        current = self.current
        if current is not None and self._ends(current, line):
            self.current = current = None
        if current is None:
            self.outside.append(line)
        elif is_template(line.text):
            return
        elif current.answer is None:
            if line.text and AGENDA.match(line.text) and not current.inner and not current.asked:
                current.captions.append(line.text)
            else:
                current.question.append(line)
        else:
            current.answer.append(line)

    @staticmethod
    def _ends(current: Draft, line: Line) -> bool:
        """A heading as high as the question's own ends its answer; 【解説】 and the like go on with it."""
        if line.kind != "heading" or current.start.kind != "heading":
            return False
        if current.answer is None and not (current.question[0].text and len(current.question) > 1):
            return False
        return line.level <= current.start.level and not line.text.startswith(
            ("【", "（", "(", "＜", "［", "[")
        )

    def _take_captions(self) -> list[str]:
        """Headings that stand right above a question: they end nothing, they begin it."""
        source = self.outside
        if self.current is not None:
            source = self.current.question if self.current.answer is None else self.current.answer
        taken: list[str] = []
        keep = 1 if self.current is not None and self.current.answer is None else 0
        while True:
            at = len(source)
            while at > keep and not source[at - 1].text:
                at -= 1
            if at <= keep or not self._is_caption(source[at - 1]):
                return taken[::-1]
            if not is_template(source[at - 1].text):
                taken.append(source[at - 1].text)
            del source[at - 1 :]

    def _is_caption(self, line: Line) -> bool:
        text = line.text
        if ends_sentence(text) or em(text) > _WIDEST_CAPTION or LEADERS.search(text):
            return False
        return line.kind == "heading" or bool(AGENDA.match(text)) or shape_of(text) in self.shapes


def _behind(line: Line, rest: str) -> Line:
    return Line(rest, line.block, line.page, line.kind, line.level, line.urls)


def _without_agenda(text: str) -> str:
    """「議題１ 内容をここに書く質問内容：…」 without what the slide's subtitle left in front."""
    if AGENDA.match(text) and (found := re.search(r"(?:ご?質問内容|ご?質問|質問[①-㊿])\s*[:：]", text)):
        return text[found.start() :]
    return text


def _agenda_before(text: str) -> str:
    rest = _without_agenda(text)
    agenda = text[: len(text) - len(rest)].strip()
    return "" if is_template(agenda) else agenda


def _split_heading(draft: Draft) -> None:
    """A heading that asks (Q1. …) is answered by the text below it, even without a mark."""
    if draft.answer is None and draft.start.kind == "heading" and draft.asked and draft.question[0].text:
        below = draft.question[1:]
        if any(line.text and line.kind != "heading" for line in below):
            draft.question, draft.answer = draft.question[:1], below


def _join_continued(drafts: list[Draft]) -> None:
    """A question on one slide and its answer on the next, both headed 質問③, are one."""
    index = 1
    while index < len(drafts):
        first, second = drafts[index - 1], drafts[index]
        same = first.marker.label == second.marker.label and first.marker.number is not None
        asked = fold(second.asked)
        again = not asked or asked == fold(first.asked) or _CONTINUED.match(second.asked.strip())
        if same and again and (first.answered or second.answer is not None):
            first.answer = [*(first.answer or []), *(second.answer or [])]
            del drafts[index]
        elif same and _CONTINUED.match(second.question[0].text) and first.answer is not None:
            first.answer += [*second.question[1:], *(second.answer or [])]
            del drafts[index]
        else:
            index += 1
