"""A draft's text taken apart into sentences, each checked against the passages that its marks name."""

import re
from collections.abc import Callable, Sequence
from threading import Lock
from typing import NamedTuple

from app.answering.models import Answer, Citation, Support
from app.answering.verification.statements import Checks, check_edit, names_of
from app.answering.verify import support_of
from app.organiser.draft_models import CheckedLine, Content
from ingest.text.sentences import split_sentences

_MARKS = re.compile(r"(?:\[\d{1,3}\])+")
_NUMBER = re.compile(r"\d{1,3}")
_HEADING = re.compile(r"【[^【】]{1,200}】")
_SEVERITY: tuple[Support, ...] = ("verified", "partial", "unsupported")
_DIFFERS = "引用元の文と一致しません。言い換えや追記を確認してください。"
_AFTER = frozenset({"注意：", "参考資料", "出典"})  # what follows the answer's own lines, see `render`


class Verdict(NamedTuple):
    """What came of checking one sentence."""

    support: Support
    message: str = ""
    nowhere: tuple[str, ...] = ()


Check = Callable[[str, Sequence[Citation]], Verdict]


def word_for_word(text: str, citations: Sequence[Citation]) -> Verdict:
    """The check of one sentence that every other check can take the place of."""
    support = support_of(text, [citation.quote for citation in citations])
    return Verdict(support, "" if support == "verified" else _DIFFERS)


class EditCheck:
    """The check of the one verifier: what is not word for word is read against the passages, with reasons.

    Args:
        verifier: makes it, when the first sentence needs it: proposals are quoted and never do.
    """

    def __init__(self, verifier: Callable[[], Checks]) -> None:
        self._make = verifier
        self._lock = Lock()
        self._made: Checks | None = None

    def __call__(self, text: str, citations: Sequence[Citation]) -> Verdict:
        """Return the verdict on one sentence that cites `citations`."""
        quotes = [citation.quote for citation in citations]
        if support_of(text, quotes) == "verified":
            return Verdict("verified")
        names = [name for citation in citations for name in names_of(citation)]
        found = check_edit(text, quotes, self._verifier(), names)
        if not found:
            return Verdict("unsupported", _DIFFERS)
        return Verdict(
            max((one.verdict.support for one in found), key=_SEVERITY.index),
            "".join(dict.fromkeys(one.verdict.message for one in found)),
            tuple(dict.fromkeys(said for one in found for said in one.nowhere)),
        )

    def _verifier(self) -> Checks:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


def content_of(answer: Answer) -> Content:
    """A proposed answer as text to edit; empty where there is no answer."""
    if answer.status != "answered":
        return Content(text="")
    return Content(text="\n".join(_body(answer)), citations=tuple(answer.citations))


def _body(answer: Answer) -> list[str]:
    """The answer's lines between 回答： and what follows it, with headings and marks."""
    lines = answer.text.split("\n")
    if "回答：" not in lines:
        return [s.text + "".join(f"[{n}]" for n in s.citations) for s in answer.statements]
    start = lines.index("回答：") + 1
    end = next((n for n in range(start, len(lines)) if lines[n] in _AFTER), len(lines))
    return [line for line in lines[start:end] if line.strip()]


def checked(text: str, citations: Sequence[Citation], check: Check) -> tuple[CheckedLine, ...]:
    """Return every sentence of `text` with its verdict, in order.

    Marks stand behind the sentences that they belong to: [1] after two sentences counts for both. A line in
    【】 is a heading. A mark that names no citation makes its sentence unsupported.
    """
    by_number = {citation.n: citation for citation in citations}
    found: list[CheckedLine] = []
    for line in text.split("\n"):
        if _HEADING.fullmatch(line.strip()):
            found.append(CheckedLine(text=line.strip()))
            continue
        for words, numbers in _marked(line):
            found += [_verdict(sentence, numbers, by_number, check) for sentence in split_sentences(words)]
    return tuple(found)


def _marked(line: str) -> list[tuple[str, tuple[int, ...]]]:
    parts = []
    position = 0
    for marks in _MARKS.finditer(line):
        numbers = tuple(dict.fromkeys(int(n) for n in _NUMBER.findall(marks.group())))
        if words := line[position : marks.start()].strip():
            parts.append((words, numbers))
        position = marks.end()
    if rest := line[position:].strip():
        parts.append((rest, ()))
    return parts


def _verdict(
    sentence: str, numbers: tuple[int, ...], citations: dict[int, Citation], check: Check
) -> CheckedLine:
    unknown = [n for n in numbers if n not in citations]
    if unknown:
        verdict = Verdict("unsupported", f"引用 [{unknown[0]}] はありません。番号を確認してください。")
    elif not numbers:
        verdict = Verdict("unsupported", "引用がありません。[1] のように引用の番号を付けてください。")
    else:
        verdict = check(sentence, [citations[n] for n in numbers])
    return CheckedLine(
        text=sentence,
        citations=numbers,
        support=verdict.support,
        message=verdict.message,
        nowhere=verdict.nowhere,
    )
