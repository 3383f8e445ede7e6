"""Japanese words and character grams: the units in which two texts are compared."""

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
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
_REMEMBERED = 256  # texts taken apart; a passage is some tens of kB
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


@dataclass(frozen=True, slots=True)
class Terms:
    """What the index looks a text up by; see the methods of `Tokenizer` with the same names."""

    words: list[str]
    concepts: list[str]
    reading_grams: list[str]


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
        # The same passages are held against one question after the other.
        self._words = lru_cache(maxsize=_REMEMBERED)(self._read_words)
        self._readings = lru_cache(maxsize=_REMEMBERED)(self._read_readings)

    def words(self, text: str) -> list[str]:
        """Content words of `text` in normalised form, in order, repeats included."""
        return [word.normalised for word in self.content_words(text)]

    def content_words(self, text: str) -> list[Word]:
        """Nouns, verbs, adjectives, adverbs, numbers and Latin words of `text`, in order."""
        return [word for word in self.all_words(text) if _is_content(word.surface, word.pos)]

    def all_words(self, text: str) -> list[Word]:
        """Every word of `text` in order, particles and punctuation included."""
        return list(self._words(text))

    def _read_words(self, text: str) -> tuple[Word, ...]:
        found: list[Word] = []
        for start, piece in _chunks(plain(text)):
            for m in self._analyse(piece):
                normalised = m.normalized_form().casefold()
                begin, end = start + m.begin(), start + m.end()
                pos = tuple(m.part_of_speech())
                found.append(Word(m.surface(), normalised, m.reading_form(), pos, begin, end))
        return tuple(found)

    def concepts(self, text: str) -> list[str]:
        """What `text` speaks of: synonym groups of its words and compounds, or the words themselves.

        転居 meets 引っ越し, シーサート meets CSIRT. The groups are those of Sudachi's dictionary and of
        `synonyms.txt`; a word of several groups gives each of them.
        """
        analysed = plain(text)
        found = _own_groups(analysed)
        for _, piece in _chunks(analysed):
            short, long = self._analyse(piece), self._analyse(piece, compounds=True)
            found.extend(_concepts(short, long, _contents(short)))
        return found

    def reading_grams(self, text: str) -> list[str]:
        """Runs of 3 and 4 kana of how `text` is read: きていのつくりかた meets 規程の作り方, 対照 meets 対象.

        Long vowel marks are left out (サーバー, サーバ); what has no reading stands as written.
        """
        return list(self._readings(text))

    def _read_readings(self, text: str) -> tuple[str, ...]:
        found: list[str] = []
        for _, piece in _chunks(plain(text)):
            found.extend(_reading_grams(self._analyse(piece)))
        return tuple(found)

    def terms(self, text: str) -> Terms:
        """`words`, `concepts` and `reading_grams` of `text` at half the cost: it is analysed once."""
        analysed = plain(text)
        terms = Terms([], _own_groups(analysed), [])
        for _, piece in _chunks(analysed):
            short, long = self._analyse(piece), self._analyse(piece, compounds=True)
            contents = _contents(short)
            terms.words.extend(word for word in contents if word is not None)
            terms.concepts.extend(_concepts(short, long, contents))
            terms.reading_grams.extend(_reading_grams(short))
        return terms

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


def _contents(short: Any) -> list[str | None]:
    """Normalised form of each morpheme, None for one that is no content word."""
    return [
        m.normalized_form().casefold() if _is_content(m.surface(), m.part_of_speech()) else None
        for m in short
    ]


def _own_groups(analysed: str) -> list[str]:
    return [f"={group}" for group in shipped_synonyms().groups(analysed)]


def _concepts(short: Any, long: Any, contents: Sequence[str | None]) -> list[str]:
    whole = {(m.begin(), m.end()) for m in short}
    groups = [m.synonym_group_ids() for m in short]
    compounds = [m.synonym_group_ids() for m in long if (m.begin(), m.end()) not in whole]
    found = [f"#{group}" for ids in (*groups, *compounds) for group in ids]
    found.extend(word for word, ids in zip(contents, groups, strict=True) if word is not None and not ids)
    return found


def _reading_grams(short: Any) -> list[str]:
    parts = []
    for m in short:
        reading = m.reading_form()
        silent = m.part_of_speech()[0] in _SILENT
        parts.append(" " if silent else m.surface() if reading in _NO_READING else reading)
    runs = "".join(parts).translate(_TO_KATAKANA).split()
    return [run[i : i + n] for run in runs for n in _READING_GRAMS for i in range(len(run) - n + 1)]


def _is_content(surface: str, pos: Sequence[str]) -> bool:
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
