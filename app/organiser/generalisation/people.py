"""People: a family or given name of the dictionary, or a word it does not know, before 様, さん, 部長 …."""

import re
from collections.abc import Iterator, Sequence

from app.organiser.generalisation.candidates import Candidate
from app.organiser.generalisation.morphs import Morph, is_public
from app.organiser.generalisation.word_lists import word_list

_TITLE = re.compile(
    r"\s?(?:様|さま|さん|氏(?!名)|殿|くん(?!れん)|君|先生|(?:副|代表)?(?:社長|会長|部長|次長|課長|係長|室長|所長|支店長|工場長|班長|組長|専務|常務|監査役|執行役員|役員"
    r"|取締役|主任|主幹|主査|理事|顧問|CISO|マネージャー?|リーダー|GM|氏)(?:補佐|代理|補|代行)?(?![一-龥]))"
)
_SELF = re.compile(r"\s?(?:と申します|です(?:[。、.\n]|$)|でございます|と言います|といいます)")
_FROM = re.compile(r"(?:の|・|課|部|室|係|担当|グループ|:|：|\s|株式会社\S{1,8}|^)\s?$")
_LEAD = re.compile(
    r"(?:担当者?|責任者|氏名|名前|記入者|質問者|連絡先|窓口|社長|部長|課長|係長|室長|工場長|代表|上司|同僚|部下)(?:は|の|が|である|、|[:：])?\s?$"
)
_ROMAN = re.compile(
    r"(?:Mr|Ms|Mrs|Dr)\.?\s?[A-Z][a-z]+(?:\s[A-Z][a-z]+)?|[A-Z][a-z]+(?:\s[A-Z][a-z]+)?(?=\s?(?:さん|氏|様))"
)
_KANJI_NAME = re.compile(r"[一-龥々ヶ]{1,4}|[ァ-ヴー]{2,8}(?:・[ァ-ヴー]{2,8})?|[ぁ-ん]{2,5}")


def is_title(text: str, start: int) -> bool:
    """Whether a title or a form of address begins here."""
    return bool(_TITLE.match(text, start))


def find_people(text: str, morphs: Sequence[Morph]) -> Iterator[Candidate]:
    """Yield the people of a narrowed text."""
    for match in _ROMAN.finditer(text):
        if not is_public(match.group()):
            yield Candidate(*match.span(), "person", "敬称の付いた人名です", 2)
    place = 0
    while place < len(morphs):
        last = _names_end(morphs, place)
        if last > place:
            yield from _named(text, morphs, place, last)
            place = last
        else:
            yield from _unknown(text, morphs, place)
            place += 1


def _names_end(morphs: Sequence[Morph], place: int) -> int:
    """Behind the last of the person's names that begin here; a blank or ・ may stand between two."""
    end = place
    while end < len(morphs):
        if is_person(morphs[end]):
            end += 1
        elif (
            end > place
            and morphs[end].surface in {" ", "・", "＝"}
            and end + 1 < len(morphs)
            and is_person(morphs[end + 1])
        ):
            end += 2
        else:
            break
    return end


def is_person(morph: Morph) -> bool:
    """Whether the dictionary knows a word as a family or given name."""
    return morph.pos[1] == "固有名詞" and morph.pos[2] == "人名"


def _named(text: str, morphs: Sequence[Morph], first: int, end: int) -> Iterator[Candidate]:
    start, stop = morphs[first].begin, morphs[end - 1].end
    if end < len(morphs) and morphs[end].pos[0] == "名詞" and not _TITLE.match(text, stop):
        joined = morphs[end].begin == stop
        given = joined and len(morphs[end].surface) <= 3 and _TITLE.match(text, morphs[end].end)  # noqa: PLR2004
        if given:
            stop = morphs[end].end
        elif joined:
            return  # 林業, 東工場: a word that only begins like a name
    full = end - first > 1 and {m.pos[3] for m in morphs[first:end]} >= {"姓", "名"}
    if _TITLE.match(text, stop):
        yield Candidate(start, stop, "person", "敬称や役職の付いた人名です", 2)
    elif _SELF.match(text, stop) and _FROM.search(text, max(0, start - 12), start):
        yield Candidate(start, stop, "person", "名乗りです", 2, own=True)
    elif full or _LEAD.search(text, max(0, start - 8), start):
        yield Candidate(start, stop, "person", "人名です", 2)


def _unknown(text: str, morphs: Sequence[Morph], place: int) -> Iterator[Candidate]:
    """A word before a title that the dictionary does not know as a name: 鵜飼澤さん, ジョンソン氏."""
    title = _TITLE.match(text, morphs[place].end)
    if title is None or not morphs[place].nounish:
        return
    first = place
    while first > 0 and morphs[first - 1].end == morphs[first].begin and _short_kanji(morphs[first - 1]):
        first -= 1
    start, stop = morphs[first].begin, morphs[place].end
    name = text[start:stop]
    spoken = title.group().strip() in {"様", "さま", "さん", "氏", "殿", "くん", "君", "先生"}
    known = all(not m.unknown and m.pos[1] == "普通名詞" for m in morphs[first : place + 1])
    polite_noun = name.startswith(("お", "ご", "御")) or not {name, morphs[place].surface}.isdisjoint(
        word_list("no_person")
    )
    if polite_noun or is_public(name) or not _KANJI_NAME.fullmatch(name):
        return
    family = first == place and morphs[place].surname
    if not known or family or (spoken and place > first):
        yield Candidate(start, stop, "person", "敬称の付いた名前です", 1)


def _short_kanji(morph: Morph) -> bool:
    return (
        len(morph.surface) <= 2  # noqa: PLR2004 - of a name that the dictionary cuts up
        and bool(re.fullmatch(r"[一-龥々ヶ]+", morph.surface))
        and morph.surface not in word_list("no_person")
    )
