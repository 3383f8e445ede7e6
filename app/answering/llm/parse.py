"""Read sentences and their citation numbers out of a model's reply while it is being written.

Asked for is one JSON object a line. Models also write one object that holds a list, JSON between fences, or
plain text with marks (「文。[1]」): all of these are read. What cannot be read is no sentence.
"""

import re
from dataclasses import dataclass

from app.answering.llm.json_objects import JsonObjects, loaded
from app.answering.llm.marks import has_marks, is_whole, marked, numbers_in, without_marks
from ingest.text.normalise import clean
from ingest.text.sentences import split_sentences

_TEXT_KEYS = ("text", "sentence", "文")
_CITATION_KEYS = ("citations", "citation", "cite", "sources", "出典")
_BULLET = re.compile(r"^\s*(?:[-*•#>]+\s+|\d{1,2}[.)]\s+)?")
_NOT_SAID = re.compile(r"^(?:[\[\]{},\s`]*|`{3}\w*|.*[:：]|回答)$")  # punctuation of JSON, fences, headings
_THOUGHT, _THOUGHT_ENDS = "<think>", "</think>"
_ENDS = ("]", "］", "】", "。", "．")
_STAYS = "[［【。．」"  # what may follow the marks of a sentence and still belongs to it


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as the model wrote it, and the numbers that it gave."""

    text: str
    citations: tuple[int, ...]


class SentenceParser:
    """Takes the reply piece by piece and gives each sentence once, as soon as it is complete."""

    def __init__(self) -> None:
        self.unfinished = 0  # characters said since the last sentence that was complete
        self._objects = JsonObjects()
        self._line = ""
        self._held: list[
            Sentence
        ] = []  # lines without a mark: the words before the JSON, or uncited sentences
        self._thinking: bool | None = None  # None until it is known
        self._thought = ""

    def feed(self, piece: str) -> list[Sentence]:
        """Return the sentences that `piece` completes."""
        spoken = self._spoken(piece)
        found = [s for char in spoken for s in self._char(char)]
        self.unfinished = 0 if found else self.unfinished + len(spoken)
        return found

    def close(self) -> list[Sentence]:
        """Return what the end of the reply completes. An object that is still open is no sentence."""
        unread = self._thought if self._thinking is None else ""
        self._thinking = False
        return [*self.feed(unread), *self._end_of_line(), *self._released()]

    def _spoken(self, piece: str) -> str:
        """The piece without what a reasoning model thinks aloud in front of its answer."""
        if self._thinking is False:
            return piece
        self._thought += piece
        if self._thinking is None:
            head = self._thought.lstrip()
            if len(head) < len(_THOUGHT) and _THOUGHT.startswith(head):
                return ""
            self._thinking = head.startswith(_THOUGHT)
        if self._thinking:
            _, ended, behind = self._thought.partition(_THOUGHT_ENDS)
            if not ended:
                return ""
            self._thought = behind
        self._thinking = False
        return self._thought

    def _char(self, char: str) -> list[Sentence]:
        if self._objects.inside or char == "{":
            before = self._end_of_line() if char == "{" and not self._objects.inside else []
            if char == "{":
                self._held = []  # words in front of the JSON
            return before + [s for source in self._objects.feed(char) for s in _of_json(source)]
        if char == "\n":
            return self._end_of_line()
        # In running text a sentence is complete when something else follows its marks.
        ends = char not in _STAYS and not char.isspace() and self._line.rstrip().endswith(_ENDS)
        done = ends and is_whole(self._line)
        found = self._end_of_line() if done else []
        self._line += char
        return found

    def _end_of_line(self) -> list[Sentence]:
        line, self._line = self._line, ""
        text = _BULLET.sub("", line, count=1).replace("**", "").strip()
        if not has_marks(text):
            if not _NOT_SAID.match(text):
                self._held += _sentences(text, ())
            return []
        return [*self._released(), *(s for said, numbers in marked(text) for s in _sentences(said, numbers))]

    def _released(self) -> list[Sentence]:
        held, self._held = self._held, []
        return held


def _of_json(source: str) -> list[Sentence]:
    """The sentences of one JSON object; none where it is something else."""
    given = loaded(source)
    text = next((given[key] for key in _TEXT_KEYS if isinstance(given.get(key), str)), "")
    numbers = [n for key in _CITATION_KEYS if key in given for n in numbers_in(given[key])]
    said, inside = without_marks(text)
    return _sentences(said, (*numbers, *inside))


def _sentences(text: str, numbers: tuple[int, ...]) -> list[Sentence]:
    cited = tuple(dict.fromkeys(numbers))
    return [Sentence(sentence, cited) for sentence in split_sentences(clean(text))]
