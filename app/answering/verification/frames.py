"""A predicate with the phrases around it and the part that each plays: who, what, to whom, from whom."""

import re
from dataclasses import dataclass

from app.answering.verification.facts import Fact
from app.answering.verification.phrases import Phrase
from app.answering.verification.polarity import Modal
from app.answering.verification.pool import Pool, pool_of
from app.answering.verification.predicates import FUNCTION_VERBS
from app.answering.verification.sentence import Sentence
from app.answering.verification.terms import Term

_NOUN_USE = ("の", "と", "や", "・")  # 補償の対象: not what is done here
_NAMED = frozenset({"no", "レベル", "付録", "章", "節", "条", "手順"})  # what has a number for a name
_STARTS = frozenset({"取り組む", "始める", "始まる", "着手", "進める", "行う", "開始"})
_SINCE = re.compile(r"から(?:\d|以[内降後])")
_CONDITION = re.compile(r"(?:場合|とき|際)(?:に限り|に限って|には|は|に|、)")
_OWNER = re.compile(r"[」』)】\]]?の")  # 紙での and 取引先への say how and where to
_CAUSATIVE = re.compile(r"[さわかたらがば]せ")
_RESTRICTS = frozenset({"限る", "除く", "基づく", "沿う", "踏まえる"})  # 閲覧できる社員を品質課に限る
_HEADS = frozenset({"action", "predicate", "quality"})
_NOMINAL = re.compile(r"[ぁ-ん]{0,6}(?:こと|もの|ため|から)(?:です|だ|である|でした|。|$)")
_CASES = {"subj": "agent", "obj": "object", "dat": "goal", "abl": "source", "besides": "besides"}
_PASSIVE = {"subj": "object", "by": "agent", "abl": "agent", "dat": "goal", "besides": "besides"}


@dataclass(frozen=True, slots=True)
class Argument:
    """A phrase with the phrases that modify it (委託元 の 承認)."""

    words: tuple[Term, ...]
    facts: tuple[Fact, ...]
    modifiers: tuple[Term, ...]
    printed: str
    pool: Pool  # of the words
    around: Pool  # of the modifiers
    sure: bool  # a particle of its own says so, not は
    group: int  # A and B in AとB stand together


@dataclass(frozen=True, slots=True)
class Frame:
    """A predicate with its arguments by role."""

    head: Term
    arguments: dict[str, list[Argument]]
    passive: bool
    causative: bool
    words: Pool  # of the whole sentence
    phrases: tuple[Phrase, ...]  # of the whole sentence


def frames_of(sentence: Sentence, unit: int, carried: list[Phrase]) -> list[Frame]:
    """The predicates of one unit, each with the phrases in front of it; a topic belongs to the last one."""
    frames = []
    here = [m for m in sentence.modals if m.unit == unit]
    for modal in here:
        heads = [
            t
            for t in sentence.terms
            if modal.begin <= t.begin < modal.end and t.kind in _HEADS and t.norm not in FUNCTION_VERBS
        ]
        heads = [
            t for t in heads if not (t.kind == "quality" and sentence.text.startswith("に", t.end))
        ]  # 一元的に
        heads = [t for t in heads if t.kind != "action" or not sentence.text.startswith(_NOUN_USE, t.end)]
        if not heads or any(
            t.norm in _RESTRICTS and t.begin >= heads[-1].end for t in _inside(sentence, modal)
        ):
            continue
        frames.append(_frame(sentence, modal, heads[-1], carried))
    return frames


def _inside(sentence: Sentence, modal: Modal) -> list[Term]:
    return [t for t in sentence.terms if modal.begin <= t.begin < modal.end]


def _frame(sentence: Sentence, modal: Modal, head: Term, carried: list[Phrase]) -> Frame:
    behind = sentence.text[head.end : head.end + 4]
    causative = bool(_CAUSATIVE.match(behind))
    passive = behind.startswith(("され", "られ", "れ"))
    potential = modal.kind in {"can", "cannot", "hard"} or behind.startswith(("でき", "出来"))
    phrases = _phrases_of(sentence, modal, head)
    own = {p.role for p in phrases}
    explicit = {p.role for p in sentence.phrases if p.unit == modal.unit}
    arguments: dict[str, list[Argument]] = {}
    for group, phrase in enumerate([*(carried if modal.final else []), *phrases]):
        role = _role(phrase, explicit, passive=passive, potential=potential)
        if role == "source" and (head.norm in _STARTS or _SINCE.match(sentence.text, phrase.end)):
            continue  # 基本的な対策から取り組む, 契約終了から30日以内
        for member in _members(sentence, phrase) if role else ():
            argument = argument_of(
                sentence, member, group, sure=phrase.role != "topic" or ("dat" in own and "obj" in explicit)
            )
            if argument.words or argument.facts:
                arguments.setdefault(role, []).append(argument)
    return Frame(
        head, arguments, passive, causative, pool_of(sentence.terms, sentence.facts), sentence.phrases
    )


def _phrases_of(sentence: Sentence, modal: Modal, head: Term) -> list[Phrase]:
    """Phrases in front of a predicate; topics belong to the last predicate of the unit."""
    inside = [p for p in sentence.phrases if p.unit == modal.unit and p.end <= head.begin]
    conditions = [m.end() for m in _CONDITION.finditer(sentence.text, modal.begin, head.begin)]
    begin = max([modal.begin, *conditions])  # what stands in a condition is no part of what follows from it
    if modal.final:
        stop = max((p.end for p in inside if p.is_topic), default=0)
        nominal = _NOMINAL.match(sentence.text[modal.end :])  # 原因は…していなかったことです
        return [p for p in inside if (p.is_topic and not nominal) or p.begin >= max(begin, stop)]
    return [p for p in inside if not p.is_topic and p.begin >= begin]


def _members(sentence: Sentence, phrase: Phrase) -> list[Phrase]:
    """A and B in AとBを."""
    place = sentence.phrases.index(phrase)
    members = [phrase]
    while place > 0 and sentence.phrases[place - 1].role in {"with", "gen"}:
        place -= 1
        if sentence.phrases[place].role == "with":
            members.append(sentence.phrases[place])
    return members


def _role(phrase: Phrase, explicit: set[str], *, passive: bool, potential: bool) -> str:
    last = phrase.terms[-1] if phrase.terms else None
    named = any(f.slot in _NAMED for f in phrase.facts)
    if phrase.role == "dat" and not named and (last is None or last.light or last.kind == "state"):
        return ""  # 退館時に, 3日以内に, 個別に
    if phrase.role == "topic":
        if passive:
            return "" if "subj" in explicit else "object"
        return "agent" if "obj" in explicit and "subj" not in explicit else ""
    if phrase.role == "subj" and potential:
        return ""  # 活用できる: what is used or who can
    return (_PASSIVE if passive else _CASES).get(phrase.role, "")


def argument_of(sentence: Sentence, phrase: Phrase, group: int, *, sure: bool) -> Argument:
    """The phrase with what modifies it."""
    words = tuple(t for t in phrase.terms if not t.light)
    facts = tuple(f for f in phrase.facts if f.slot in _NAMED)
    modifiers: list[Term] = []
    end = phrase.begin
    for before in reversed([p for p in sentence.phrases if p.end < phrase.begin]):
        if before.role != "gen" or end - before.end > 2 or not _OWNER.match(sentence.text, before.end):  # noqa: PLR2004 - の, perhaps behind a bracket
            break
        modifiers = [*(t for t in before.terms if not t.light), *modifiers]
        end = before.begin
    text = sentence.text[end : phrase.end]
    return Argument(
        words, facts, tuple(modifiers), text, pool_of(words, facts), pool_of(modifiers, ()), sure, group
    )
