"""How much a question leans on what was said before: by its grammar, not by what it is about."""

import re
import unicodedata
from dataclasses import dataclass

from ingest.text.item_numbers import find_item_numbers
from ingest.text.words import Tokenizer, Word

# 此の, 其れ, 其処, 然う …: how Sudachi writes the demonstratives of what is near or was just said.
_POINTING = frozenset("此其斯然")
_POINTS = ("代名詞", "連体詞", "副詞", "接続詞", "形状詞")
_BEFORE = frozenset({"前者", "後者", "先程", "前述", "上記", "同上"})
# その付録の名前は asks what it is called; no passage says 名前.
_NAMES = {"名前", "名称", "題名", "タイトル"}
_FORMAL = frozenset({"物", "事", "訳", "為", "何", "回答", "質問", "説明", *_NAMES})
# What is always of something: 例は？ and 理由は？ name nothing by themselves.
_OF_SOMETHING = frozenset(
    {"例", "事例", "具体", "理由", "根拠", "原因", "目的", "意味", "内容", "詳細", "方法", "仕方", "遣り方"}
    | {"手順", "期限", "時期", "費用", "金額", "資料", "文書", "違い", "続き", "注意", "要点"}
)
_OTHERS = frozenset({"他", "別"})
_COUNTED = r"(?:番|つ|点|個|件|項|項目|ヶ|か)?目"
_NUMBER = r"(?P<number>\d{1,2}|[一二三四五六七八九十])"
_ORDINALS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"最初|始めの|初めの|前者"), 1),
    (re.compile(r"最後|末尾"), -1),
    (re.compile(r"後者"), 2),
)
_NTH = re.compile(rf"{_NUMBER}\s*{_COUNTED}")
_CIRCLED = re.compile(r"[①-⑳㉑-㊿]")
_KANJI = "一二三四五六七八九十"
_FEW = 2  # content words of its own; a question with more says what it is about
_ENUMERATES = frozenset({"項目", "番", "目", "点", "個", "件", "もの", "物", "最初", "最後", "前者", "後者"})


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a question brings along itself and what it takes from before.

    Attributes:
        points: it holds a demonstrative whose meaning is not in the question itself.
        others: it asks for something else than what was said (他には).
        ordinal: the item of the previous answer that it names, from 1; -1 the last, None for none.
        marked: that item as written with a circle (④), None where it is not.
        own: its own content words in normalised form, formal ones left out.
    """

    points: bool
    others: bool
    ordinal: int | None
    marked: str | None
    own: tuple[str, ...]

    @property
    def thin(self) -> bool:
        """Too little of its own to say what it is about."""
        return len(self.own) <= 1

    @property
    def of_something(self) -> bool:
        """It asks for what only something else can have, and does not say of what."""
        return bool(self.own) and _OF_SOMETHING.issuperset(self.own)

    @property
    def short(self) -> bool:
        """Little of its own; what is left out may be what was talked about."""
        return len(self.own) <= _FEW + 1

    @property
    def leans(self) -> bool:
        """Whether the conversation has to be looked at to understand it."""
        return self.points or self.others or self.ordinal is not None or self.short


def leaning(text: str, tokenizer: Tokenizer) -> Leaning:
    """Read the grammar of a question."""
    words = tokenizer.all_words(text)
    ordinal, marked = _ordinal(text)
    if find_item_numbers(text):
        ordinal = marked = None  # No17 is what it is about
    own = _own(words, tokenizer, text, by_number=ordinal is not None)
    if ordinal is not None and len(own) > _FEW:
        ordinal = marked = None
    points = _points(words)
    others = any(w.normalised in _OTHERS and w.pos[2] == "副詞可能" for w in words) and len(own) <= _FEW
    return Leaning(points, others, ordinal, marked, own)


def _points(words: list[Word]) -> bool:
    """A demonstrative counts unless there is a matter in front of it that it can mean."""
    nouns = 0
    for word in words:
        if word.normalised in _BEFORE or _demonstrative(word):
            return nouns < _FEW
        nouns += word.pos[0] == "名詞" and word.pos[1] != "数詞"
    return False


def _demonstrative(word: Word) -> bool:
    if word.pos[0] in ("代名詞", "連体詞") and word.surface[:1] in "こそ":
        return True
    return word.pos[0] in _POINTS and word.normalised[:1] in _POINTING


def _own(words: list[Word], tokenizer: Tokenizer, text: str, *, by_number: bool) -> tuple[str, ...]:
    content = {(w.begin, w.end) for w in tokenizer.content_words(text)}
    own: dict[str, None] = {}
    for place, word in enumerate(words):
        following = words[place + 1].pos if place + 1 < len(words) else ("", "", "")
        if (word.begin, word.end) not in content or not _says_something(word, following):
            continue
        if by_number and (word.pos[1] == "数詞" or word.surface in _ENUMERATES):
            continue
        own.setdefault(word.normalised)
    return tuple(own)


def _says_something(word: Word, following: tuple[str, ...]) -> bool:
    """Nouns and what describes, but neither 場合, 他, 前 nor 具体 in 具体的に."""
    if word.pos[0] not in ("名詞", "形状詞", "記号") or word.normalised in _BEFORE | _FORMAL:
        return False
    return word.pos[2] not in ("副詞可能", "助数詞可能") and following[1] != "形状詞的"


def _ordinal(text: str) -> tuple[int | None, str | None]:
    if circled := _CIRCLED.search(text):
        return int(unicodedata.numeric(circled[0])), circled[0]
    plain = unicodedata.normalize("NFKC", text)
    if nth := _NTH.search(plain):
        number = nth["number"]
        return (_KANJI.index(number) + 1 if number in _KANJI else int(number)), None
    for pattern, number in _ORDINALS:
        if pattern.search(plain):
            return number, None
    return None, None
