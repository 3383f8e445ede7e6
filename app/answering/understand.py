"""What is asked: the question cleaned, the sentences that ask, its clauses, the item numbers it names."""

import re
import unicodedata
from dataclasses import dataclass

from app.answering.inert import without_markup
from ingest.errors import ErrorCode, YorozuError
from ingest.text.item_numbers import find_item_numbers
from ingest.text.normalise import clean
from ingest.text.sentences import split_sentences
from ingest.text.words import Tokenizer

# How a Japanese sentence that asks or requests ends, written or spoken. Grammar, not topics.
_ASKS = re.compile(
    r"(?:[?？]|か(?:ね|な|しら)?|かな[あぁ]?|ください|下さい|くれ|ほしい(?:です)?|欲しい(?:です)?|たい(?:です|のですが|んですが)?"
    r"|教えて|おしえて|お願い(?:し|致し|いたし)ます|願います|って|とは|は|何|なに|どこ|いつ|いくら|だろう|でしょう|のか|んだっけ|っけ|べき)"
    r"[。．.!！…〜～ー\s」）)]*$"
)
_WORDLESS = re.compile(r"^[^0-9A-Za-z\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff々]*$")
_BULLET = re.compile(r"^\s*(?:[・●○◆■\-*]|[①-⑳]|[(（]?\d{1,2}[)）.．、])\s*")
# Where a sentence falls into a background and what is asked (…のですが、 …けど、), and where it joins two
# things asked about (AとB, また).
_CLAUSE = re.compile(r"(?<=が)、|(?<=けど)、?|(?<=けれども)、?|(?<=ので)、?|(?<=から)、|(?<=ため)、")
_JOINT = re.compile(
    r"、?(?:また|それと|それから|あと|かつ|および|及び|並びに|ならびに)、?|と、|、|[\s　]+(?=\S)|[&＆+＋/／]"
    r"|(?<=[^こあひ])と(?=[\u3400-\u9fff\u30a1-\u30faA-Za-zＡ-Ｚａ-ｚ№])"
)
MOST_PARTS = 4
_FEW_WORDS = 3  # content words; a sentence with fewer leans on the one before it


@dataclass(frozen=True, slots=True)
class Part:
    """Something asked.

    Attributes:
        text: the sentence that asks, with the one before it where it says little by itself.
        clauses: what the sentence falls into, each with enough words to be searched for; empty for one clause.
    """

    text: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the rest of the way uses it.

    Attributes:
        text: the whole question, cleaned; what is shown again.
        parts: what it asks, in order, at least one, at most MOST_PARTS.
        item_nos: checklist numbers that it names.
    """

    text: str
    parts: tuple[Part, ...]
    item_nos: tuple[int, ...]


def understand(raw: str, tokenizer: Tokenizer, *, limit: int) -> Question:
    """Read a question as typed.

    Raises:
        YorozuError: QUESTION_EMPTY where no letter, digit or kana is left; QUESTION_TOO_LONG over `limit`.
    """
    if len(raw) > limit:
        raise YorozuError(ErrorCode.QUESTION_TOO_LONG, length=len(raw), limit=limit)
    text = clean(raw.encode("utf-8", "replace").decode("utf-8")).strip()
    if _WORDLESS.match(unicodedata.normalize("NFKC", text)):
        raise YorozuError(ErrorCode.QUESTION_EMPTY)
    asked = without_markup(text)  # what a tag or an address says is not what is asked
    if _WORDLESS.match(unicodedata.normalize("NFKC", asked)):
        asked = text
    parts = tuple(Part(part, _clauses(part, tokenizer)) for part in _parts(asked, tokenizer))
    return Question(text=text, parts=parts, item_nos=find_item_numbers(text))


def asks(sentence: str) -> bool:
    """Whether a sentence ends as one that asks or requests."""
    return bool(_ASKS.search(sentence))


def _parts(text: str, tokenizer: Tokenizer) -> tuple[str, ...]:
    sentences = [_BULLET.sub("", sentence).strip() for sentence in split_sentences(text)]
    sentences = [s for s in sentences if not _WORDLESS.match(unicodedata.normalize("NFKC", s))]
    asking = [i for i, s in enumerate(sentences) if _ASKS.search(s)]
    if len(sentences) < 2 or not asking:  # noqa: PLR2004 - a single sentence is the question itself
        return (text,)
    parts = [_leaning(sentences, i, tokenizer) for i in asking]
    return tuple(dict.fromkeys(parts))[-MOST_PARTS:]


def _leaning(sentences: list[str], position: int, tokenizer: Tokenizer) -> str:
    """The sentence, with as many before it as it takes to have something to search for."""
    first = position
    while first > 0 and len(_nouns("".join(sentences[first : position + 1]), tokenizer)) < _FEW_WORDS:
        first -= 1
    return "".join(sentences[first : position + 1])


def _clauses(text: str, tokenizer: Tokenizer) -> tuple[str, ...]:
    found: list[str] = []
    for clause in _CLAUSE.split(text):
        found += _conjuncts(clause, tokenizer)
    clauses = tuple(dict.fromkeys(found))
    return clauses if clauses != (text,) and len(clauses) <= MOST_PARTS else ()


def _conjuncts(clause: str, tokenizer: Tokenizer) -> list[str]:
    """The things joined in a clause; one that is too thin to be searched for stays with its neighbour."""
    pieces: list[str] = []
    start = 0
    for joint in _JOINT.finditer(clause):
        if not (_thin(clause[start : joint.start()], tokenizer) or _thin(clause[joint.end() :], tokenizer)):
            pieces.append(clause[start : joint.start()].strip())
            start = joint.end()
    pieces.append(clause[start:].strip())
    return [piece for piece in pieces if not _thin(piece, tokenizer)]


def _thin(piece: str, tokenizer: Tokenizer) -> bool:
    return len(_nouns(piece, tokenizer)) < 2  # noqa: PLR2004 - one noun is no topic yet


def _nouns(text: str, tokenizer: Tokenizer) -> set[str]:
    return {
        word.normalised
        for word in tokenizer.content_words(text)
        if word.pos[0] in ("名詞", "形状詞", "動詞", "記号")
    }
