"""Japanese words and character grams: the units in which two texts are compared."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.text.normalise import clean, fold
from ingest.text.synonyms import shipped_synonyms

# Sudachi takes 49,149 bytes at a time; a character is at most 4 bytes.
_CHUNK = 12_000
_CUT = re.compile(r"[\n。！？!?]")
_RUN = re.compile(r"[^\W_]+")
_ALNUM = re.compile(r"[^\W_]")
_KANJI = re.compile(r"[㐀-鿿豈-﫿々]")
_SILENT = frozenset({"補助記号", "空白"})
_NO_READING = frozenset({"", "キゴウ"})
_READING_GRAMS = (3, 4)
_HIRAGANA = range(0x3041, 0x3097)
_TO_KATAKANA = {code: code + 0x60 for code in _HIRAGANA} | {ord("ー"): None}
_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞"})


@dataclass(frozen=True, slots=True)
class Word:
    """One content word. `begin` and `end` are offsets into `plain(text)`, not into the text as given."""

    surface: str
    normalised: str  # サーバ, ｻｰﾊﾞｰ and server share one; lower case
    reading: str  # katakana
    pos: tuple[str, ...]  # Sudachi's six parts of speech
    begin: int
    end: int


def plain(text: str) -> str:
    """Return `text` as it is analysed: NFKC, lower case, blanks and line breaks kept."""
    return unicodedata.normalize("NFKC", clean(_whole(text))).casefold()


def grams(text: str) -> list[str]:
    """Single characters and pairs of neighbours of the folded text; none spans a punctuation mark.

    They find codes, names and formal prose that a dictionary cuts differently from one text to the next.
    """
    found: list[str] = []
    for run in _RUN.findall(fold(_whole(text))):
        found.extend(run)
        found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found


class Tokenizer:
    """SudachiPy, split mode A (short units). Create one and hand it on; safe to use from several threads."""

    def __init__(self) -> None:
        from sudachipy import Dictionary

        self._dictionary = Dictionary()
        self._local = threading.local()  # a Sudachi tokenizer must not be entered twice at a time

    def words(self, text: str) -> list[str]:
        """Content words of `text` in normalised form, in order, repeats included."""
        return [word.normalised for word in self.content_words(text)]

    def content_words(self, text: str) -> list[Word]:
        """Nouns, verbs, adjectives, adverbs, numbers and Latin words of `text`, in order."""
        return [word for word in self.all_words(text) if _is_content(word.surface, word.pos)]

    def all_words(self, text: str) -> list[Word]:
        """Every word of `text` in order, particles and punctuation included."""
        found: list[Word] = []
        for start, piece in _chunks(plain(text)):
            for m in self._analyse(piece):
                normalised = m.normalized_form().casefold()
                begin, end = start + m.begin(), start + m.end()
                pos = tuple(m.part_of_speech())
                found.append(Word(m.surface(), normalised, m.reading_form(), pos, begin, end))
        return found

    def concepts(self, text: str) -> list[str]:
        """What `text` speaks of: synonym groups of its words and compounds, or the words themselves.

        転居 meets 引っ越し, シーサート meets CSIRT. The groups are those of Sudachi's dictionary and of
        `synonyms.txt`; a word of several groups gives each of them.
        """
        analysed = plain(text)
        found = [f"={group}" for group in shipped_synonyms().groups(analysed)]
        for _, piece in _chunks(analysed):
            short, long = self._analyse(piece), self._analyse(piece, compounds=True)
            whole = {(m.begin(), m.end()) for m in short}
            compounds = [m for m in long if (m.begin(), m.end()) not in whole]
            for m in (*short, *compounds):
                found.extend(f"#{group}" for group in m.synonym_group_ids())
            found.extend(
                m.normalized_form().casefold()
                for m in short
                if not m.synonym_group_ids() and _is_content(m.surface(), tuple(m.part_of_speech()))
            )
        return found

    def reading_grams(self, text: str) -> list[str]:
        """Runs of 3 and 4 kana of how `text` is read: きていのつくりかた meets 規程の作り方, 対照 meets 対象.

        Long vowel marks are left out (サーバー, サーバ); what has no reading stands as written.
        """
        found: list[str] = []
        for _, piece in _chunks(plain(text)):
            for run in self._reading(piece).split():
                found.extend(run[i : i + n] for n in _READING_GRAMS for i in range(len(run) - n + 1))
        return found

    def _reading(self, text: str) -> str:
        parts = []
        for m in self._analyse(text):
            reading = m.reading_form()
            silent = m.part_of_speech()[0] in _SILENT
            parts.append(" " if silent else m.surface() if reading in _NO_READING else reading)
        return "".join(parts).translate(_TO_KATAKANA)

    def _analyse(self, text: str, *, compounds: bool = False) -> Any:
        """Morphemes of `text`, in short units or whole compounds (従業 + 員, 従業員)."""
        name = "compounds" if compounds else "short"
        if not hasattr(self._local, name):
            from sudachipy import SplitMode

            mode = SplitMode.C if compounds else SplitMode.A
            setattr(self._local, name, self._dictionary.tokenizer(mode))
        return getattr(self._local, name).tokenize(text)


def _whole(text: str) -> str:
    """Unpaired surrogates, which JSON can smuggle in, become question marks: Sudachi takes none."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _is_content(surface: str, pos: tuple[str, ...]) -> bool:
    if pos[0] not in _CONTENT:
        return pos[0] == "記号" and bool(_ALNUM.search(surface))  # single letters, ".go.jp"
    if pos[1] == "助動詞語幹" or (pos[0] == "接尾辞" and pos[1] != "名詞的"):
        return False
    if pos[1] == "非自立可能":
        # する, いる, てみる, できる. The same verbs carry meaning where they are written in kanji
        # (見直す, 行く): Japanese spelling keeps kana for the auxiliary use.
        return bool(_KANJI.search(surface))
    return bool(_ALNUM.search(surface))


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while start < len(text):
        end = min(start + _CHUNK, len(text))
        if end < len(text):
            cuts = [m.end() for m in _CUT.finditer(text, start + _CHUNK // 2, end)]
            end = cuts[-1] if cuts else end
        yield start, text[start:end]
        start = end
