"""What is asked: the question cleaned, the sentences that ask, its clauses, the item numbers it names."""

import re
import unicodedata
from dataclasses import dataclass

from app.answering.asks import asks, is_question, own_words, wants_to_know
from app.answering.inert import without_markup
from ingest.errors import ErrorCode, YorozuError
from ingest.text.item_numbers import find_item_numbers
from ingest.text.normalise import clean
from ingest.text.sentences import split_sentences
from ingest.text.words import Tokenizer

_WORDLESS = re.compile(r"^[^0-9A-Za-z\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff々]*$")
# Where a blank stands for the full stop: …ですか　…です, as people type.
_SPACED = re.compile(r"(?<=(?:です|ます|した|せん))[ \u3000]+(?=\S)|(?<=[すうたん]か|さい)[ \u3000]+(?=\S)")
_BULLET = re.compile(r"^\s*(?:[・●○◆■\-*]|[①-⑳]|[(（]?\d{1,2}[)）.．、])\s*")
# Where a sentence falls into a background and what is asked (…のですが、 …けど、), and where it joins two
# things asked about (AとB, また).
_CLAUSE = re.compile(r"(?<=が)、|(?<=けど)、?|(?<=けれども)、?|(?<=ので)、?|(?<=から)、|(?<=ため)、")
_JOINT = re.compile(
    r"、?(?:また|それと|それから|あと|かつ|および|及び|並びに|ならびに)、?|と、|、|[\s　]+(?=\S)|[&＆+＋/／]"
    r"|(?<=[^こあひ])と(?=[\u3400-\u9fff\u30a1-\u30faA-Za-zＡ-Ｚａ-ｚ№])"
)
# AとBを教えて: what is asked of B is asked of A.
_TELL = re.compile(r"教え|教示|知りた|知らせ|説明し|示し|聞きた|伺いた")
_NAMES_A_THING = re.compile(r"[\u3400-\u9fff々ァ-ヶーA-Za-z0-9」）)]$")
MOST_PARTS = 4
_FEW_MATTERS = 2
_FEW_WORDS = 3  # content words; a sentence with fewer leans on the one before it


@dataclass(frozen=True, slots=True)
class Part:
    """Something asked.

    Attributes:
        text: the sentence that asks, with the one before it where it says little by itself.
        clauses: what the sentence falls into, each with enough words to be searched for; empty for one clause.
        said: the sentence alone.
        leans: whether `text` holds another question, in front of it.
        due: whether it asks for an answer; a wish or an errand (ご連絡ください) is answered where it can be.
    """

    text: str
    clauses: tuple[str, ...]
    said: str
    leans: bool = False
    due: bool = True


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
    return Question(text=text, parts=_parts(asked, tokenizer), item_nos=find_item_numbers(text))


def _parts(text: str, tokenizer: Tokenizer) -> tuple[Part, ...]:
    sentences = [_BULLET.sub("", sentence).strip() for sentence in split_sentences(_SPACED.sub("\n", text))]
    sentences = [s for s in sentences if not _WORDLESS.match(unicodedata.normalize("NFKC", s))]
    asking = _asking(sentences, tokenizer)
    if len(sentences) < 2 or not asking:  # noqa: PLR2004 - a single sentence is the question itself
        return (Part(text, _clauses(text, tokenizer), text),)
    parts: dict[str, Part] = {}
    for i, due in asking.items():
        first = _first_needed(sentences, i, tokenizer) if due else i
        part = "".join(sentences[first : i + 1])
        leans = any(asking.get(before, False) for before in range(first, i))
        clauses = _clauses(part, tokenizer) if due else ()
        parts.setdefault(part, Part(part, clauses, sentences[i], leans, due))
    return tuple(parts.values())[-MOST_PARTS:]


def _asking(sentences: list[str], tokenizer: Tokenizer) -> dict[int, bool]:
    """Positions of the sentences that ask, and whether each is due an answer.

    よろしくお願いします asks nothing by itself. Where nothing else asks, a wish (規程を作りたいです) is the
    question; beside a question it counts where it says enough to be searched for.
    """
    asking = [i for i, sentence in enumerate(sentences) if asks(sentence)]
    said = [i for i in asking if is_question(sentences[i]) or own_words(sentences[i], tokenizer)]
    due = [i for i in said if wants_to_know(sentences[i], tokenizer)]
    if not due:
        return dict.fromkeys(said or asking, True)
    return {i: i in due for i in said if i in due or len(_nouns(sentences[i], tokenizer)) >= _FEW_WORDS}


def _first_needed(sentences: list[str], position: int, tokenizer: Tokenizer) -> int:
    """Position of the first of as many sentences as it takes to have something to search for."""
    first = position
    while first > 0 and _says_little("".join(sentences[first : position + 1]), tokenizer):
        first -= 1
    return first


def _says_little(text: str, tokenizer: Tokenizer) -> bool:
    """Few words, or none but one that names a matter: 入らずに済む方法はないのか, 今後の対策も知りたいです."""
    return len(_nouns(text, tokenizer)) < _FEW_WORDS or len(own_words(text, tokenizer)) < _FEW_MATTERS


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
    if _TELL.search(pieces[-1]):
        pieces = [f"{piece}を教えてください" if _NAMES_A_THING.search(piece) else piece for piece in pieces]
    return [piece for piece in pieces if not _thin(piece, tokenizer)]


def _thin(piece: str, tokenizer: Tokenizer) -> bool:
    return len(_nouns(piece, tokenizer)) < 2  # noqa: PLR2004 - one noun is no topic yet


def _nouns(text: str, tokenizer: Tokenizer) -> set[str]:
    return {
        word.normalised
        for word in tokenizer.content_words(text)
        if word.pos[0] in ("名詞", "形状詞", "動詞", "記号")
    }
