"""A narrow question (いつまで, 何ページ, 誰が, …とは何) and the sentences of a past answer that answer it.

An open one (どう, どんな, なぜ, 何をすれば) is for the whole answer. So is one that asks two things at once,
and one whose fact or name stands in no sentence beside the words that it is asked with.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.asked_for import asked_for
from app.answering.asks import INTERROGATIVES, own_words
from app.answering.held import covered
from app.answering.named_numbers import named_numbers, unknown_names
from ingest.text.normalise import fold
from ingest.text.sentences import split_sentences
from ingest.text.words import Tokenizer, Word, plain

# What a person or a body that is asked for by 誰 is called: the last part of the word.
_SOMEBODY = re.compile(r"[者員長役課]|部門|部署|担当|経営|トップ|委員会|CISO|CSIRT|SOC")
_WHO = re.compile(r"誰|だれ|どなた")
# The question names what it is about and asks what that is: 付録7は何, SIEMとは, お助け隊って何.
_WHAT_IS = re.compile(
    r"(?P<topic>[^。、?？]{2,40}?)(?:(?:とは|って|というのは)[、\s]?(?:一体|いったい)?(?:何(?!が)|なに(?!が)|なん|どういう(?:意味|もの)|[?？。]|$)"
    r"|は[、\s]?(?:何|なん)(?!を|が|か[らも、]|も)|\s(?:何|なに|ナニ)[?？。]?$)"
)
# How two things differ is told by saying what each is: 事故とは…, 事件とは….
_DIFFER = re.compile(
    r"(?P<one>[^。、?？と]{1,20})と、?(?P<other>[^。、?？と]{1,20}?)(?:と?の(?:違い|区別|差)|[はが]?(?:どう|何が|どこが)違)"
)
_SHORT_NAME = re.compile(r"[0-9A-Za-z]|[ァ-ヶ㐀-鿿]{2}")
_QUOTES = str.maketrans("", "", '「」『』“”"')
_OF_KIND = frozenset({"何", "幾ら", "いつ", "いつ頃"})
_OF_NAME = frozenset({"何", "どの"})
_COMMA = re.compile(r"[、,]")
_JOINS = ("と", "や", "及び", "および", "、", "・")
# What follows the noun of the fact where the sentence asks for it: 期限を教えてください, 期限は？
_ASKED = re.compile(
    r"\s?(?:など)?(?:は|を|も|が|って|については|に関して)?、?\s?(?:教|おしえ|お?願|知り|くだ|下さ|ほし|欲し|示し|ご教示|[?。]|$)"
)
_NEAR_BEST = 0.6  # of the words that the best sentence shares with the question


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a sentence has to hold to answer: a fact of this kind, and as much of the words as any does."""

    fact: re.Pattern[str] | None
    words: tuple[str, ...]
    question: str
    names: tuple[str, ...] = ()  # of the thing that is asked about, the fullest first; one has to stand there

    def holds_fact(self, sentence: str) -> bool:
        """Whether a fact of the kind stands in the sentence."""
        return self.fact is None or bool(self.fact.search(unicodedata.normalize("NFKC", sentence)))


def narrow(part: str, tokenizer: Tokenizer) -> tuple[Narrow, ...]:
    """Return what a part of a question narrowly asks for; nothing for an open question.

    Args:
        part: the sentence that asks, last, and what it leans on, in front.
        tokenizer: for its words.
    """
    said = next(reversed(split_sentences(part)), part)
    differ = _DIFFER.search(said)
    if differ is not None:
        own = own_words(part, tokenizer)
        return tuple(
            Narrow(None, own, part, (f"{fold(differ[name].strip())}とは",)) for name in ("one", "other")
        )
    asking = _interrogatives(said, tokenizer)
    clauses = [c for c in _COMMA.split(said) if _interrogatives(c, tokenizer)] if len(asking) > 1 else [said]
    found = [_narrow(clause, part, tokenizer) for clause in clauses]
    every = tuple(one for one in found if one is not None)
    return every if len(every) == len(found) else ()


def _interrogatives(text: str, tokenizer: Tokenizer) -> list[Word]:
    return [word for word in tokenizer.all_words(text) if word.normalised in INTERROGATIVES]


def _narrow(said: str, part: str, tokenizer: Tokenizer) -> Narrow | None:
    asking = _interrogatives(said, tokenizer)
    if len(asking) > 1:
        return None
    own = own_words(part, tokenizer)
    wanted = asked_for(said)
    if wanted is not None and not wanted.in_one_sentence:
        return None
    if wanted is not None:
        by_word = all(word.normalised in _OF_KIND or word.surface == "どの" for word in asking)
        alone = by_word if asking else _by_noun(said, tokenizer.all_words(said))
        return Narrow(wanted.pattern, own, part) if own and alone else None
    if _WHO.search(said):
        return Narrow(_SOMEBODY, own, part) if own else None
    what = _WHAT_IS.search(said)
    if what is not None and all(word.normalised in _OF_NAME for word in asking):
        names = _names(what["topic"])
        return Narrow(None, own, part, names) if names else None
    return None


def _names(topic: str) -> tuple[str, ...]:
    """The thing asked about as it may be written: IPAの付録4, 付録4."""
    whole = fold(topic.translate(_QUOTES))
    names = (whole, whole.rpartition("の")[2])
    return tuple(name for name in dict.fromkeys(names) if _SHORT_NAME.search(name))


def _by_noun(said: str, words: Sequence[Word]) -> bool:
    """Whether the sentence ends by asking for the noun that names the fact (期限を教えて), and for it alone.

    期限までにできませんが asks for none, 作り方と期限を教えて asks for more.
    """
    place = next((i for i in reversed(range(len(words))) if asked_for(words[i].surface)), None)
    if place is None or not _ASKED.match(plain(said)[words[place].end :]):
        return False
    start = place
    while start > 0 and words[start - 1].pos[0] in ("名詞", "接頭辞", "接尾辞"):
        start -= 1
    return start == 0 or words[start - 1].surface not in _JOINS


def telling(asked: Narrow, sentences: Sequence[str], tokenizer: Tokenizer) -> list[int]:
    """Return the positions of the sentences that answer, in order; none where none stands out."""
    fit = [
        i
        for i, sentence in enumerate(sentences)
        if asked.holds_fact(sentence) and not unknown_names(asked.question, sentence)
    ]
    held = [covered(asked.words, sentence, tokenizer) for sentence in sentences]
    if asked.fact is None:
        named = ([i for i in fit if name in fold(sentences[i])] for name in asked.names)
        fit = next((places for places in named if places), [])
        whole = [i for i in fit if len(held[i]) == len(asked.words)]
        return whole or fit
    weight = {word: 1 / max(sum(word in there for there in held), 1) for word in asked.words}
    numbered = named_numbers(asked.question)
    scores = {
        i: sum(weight[word] for word in held[i]) + len(numbered & named_numbers(sentences[i])) for i in fit
    }
    best = max(scores.values(), default=0.0)
    return [i for i in fit if scores[i] >= best * _NEAR_BEST] if best > 0 else []
