"""Companies: by legal form, by what firms are called after, by 〜社, by their place in a sentence."""

import re
from collections.abc import Iterator, Sequence

from app.organiser.generalisation.candidates import Candidate
from app.organiser.generalisation.morphs import Morph, brand_like, is_carmaker, is_public
from app.organiser.generalisation.people import is_title
from app.organiser.generalisation.word_lists import word_list

LEGAL = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|協同組合|\((?:株|有|同|資|名)\)|（(?:株|有|同|資|名)）|㈱|㈲"
)
_ENGLISH = re.compile(
    r"(?<![A-Za-z])[A-Z][\w&'-]*(?:[ .]+(?:[A-Z&][\w&'-]*|of|and)){0,4}?,?\s*"
    r"(?:Co\.?,?\s*Ltd\.?|Inc\.?|Corp\.|Corporation|Company|Ltd\.?|Limited|LLC|GmbH|AG|K\.\s?K\.|Pte\.?(?:\s*Ltd\.?)?|S\.A\.)(?![A-Za-z])"
)
_RELATED = re.compile(
    r"(?:会社|企業|業者|取引先|仕入先|委託先|外注先|納入先|納品先|得意先|顧客|客先|お客様|メーカー|ベンダー?|サプライヤー?|商社|親会社|子会社"
    r"|グループ会社|元請け?|ティア1|Tier\s?[123]|一次|二次|SIer|保守元|発注元|先方)(?:である|の|、|は|・)?$"
)
_AFTER = re.compile(
    r"\s?(?:という[一-龥ァ-ヴー]{0,6}?(?:会社|企業|業者|メーカー|ベンダー|取引先|商社)|社(?!内|外|員|長|会|名|用|宅|屋|風|是|史|団|告|債|格)|殿|グループ(?!ウェア|ポリシー|分け|化|討議|ワーク|アドレス|リーダー|長)|ホールディングス|HD(?![A-Z])|向け|本体)"
)
_PARTICLE = re.compile(r"(?:は|が|の|で|に|を|と|から|より|へ|も|や|という|向け|経由|製|、|です|さん|様)")
_LONGEST_RUN = 4  # words
_HIRAGANA = re.compile(r"[ぁ-ん]{3,}")
_KANJI = re.compile(r"[一-龥々]+")
_KATAKANA = re.compile(r"[ァ-ヴー]+")
_FOREIGN = re.compile(r"[ァ-ヴーA-Za-z・&]{3,}")
_POLITE = re.compile(r"(?:様|さま|さん|殿)(?!々|式|子)")
_DEALS = re.compile(
    r"(?:から|より|に|へ|と|との|への|からの|の|が)(?:[^。、\n]{0,14})(?:要請|依頼|要求|指摘|指示|通知|納入|納品|出荷|取引|受注|発注|供給"
    r"|子会社|関連会社|グループ|取引先|サプライヤー?|購買|調達|監査|品質保証部|系列|仕入|委託|外注|工場|の社員|傘下|出資|契約|共同|常駐"
    r"|任せ|預け|頼ん|頼み|転職|出向|勤め|届|導入|採用|提供|借り|レンタル|購入|買っ|求め|言われ|聞かれ|公表|公開し|倒産|撤退|担当者|営業|見積|社長|社員|経営者)"
)
_OWN_BEFORE = re.compile(r"(?:弊社|当社|私ども|私共|小社|我が社|わが社|自社)[、・]?\s*[(（「]?$")
_OTHERS = r"子会社|関連会社|取引先|仕入先|サプライヤー?|グループ|下請け?|二次請け|協力会社|一員|傘下|系列|顧客|客先|事例|もの|こと|件|場合"
_OWN_AFTER = re.compile(
    rf"\s*(?:(?:の|、|\s)\s?(?![^\s。、]*?(?:{_OTHERS}))[^\s。、]{{1,14}}?(?:です|と申します|でございます)(?![かが])"
    r"|と申します|[(（]以下、?「?(?:当社|弊社))"
)
# At the beginning of a sentence, a company that simply "is" is the asker's.
_IS = re.compile(r"\s*(?:です[。が、]|でございます|という(?:会社|企業)(?:です|で働|に勤め|の者)|ですが)")
_BEGINS = re.compile(r"(?:^|[。\n！!])\s*$")


def find_companies(text: str, morphs: Sequence[Morph]) -> Iterator[Candidate]:
    """Yield the companies of a narrowed text."""
    for match in _ENGLISH.finditer(text):
        yield _made(text, match.start(), match.end(), "法人格のある会社名です", 3)
    for match in LEGAL.finditer(text):
        yield from _with_legal_form(text, morphs, match.start(), match.end())
    for place in range(len(morphs)):
        yield from _by_last_word(text, morphs, place)
    for start, end in name_runs(morphs):
        yield from _by_surroundings(text, morphs, start, end)


def name_runs(morphs: Sequence[Morph]) -> Iterator[tuple[int, int]]:
    """Runs of neighbouring words that may be a name, as (first, end) positions in `morphs`."""
    start = 0
    while start < len(morphs):
        if not _in_run(morphs, start):
            start += 1
            continue
        end = start
        while end < len(morphs) and _in_run(morphs, end):
            end += 1
        yield start, end
        start = end


def _in_run(morphs: Sequence[Morph], place: int) -> bool:
    return (_part(morphs[place]) and morphs[place].surface != "グループ") or _joint(morphs, place)


def _joint(morphs: Sequence[Morph], place: int) -> bool:
    """Whether a ・ stands between two words in katakana."""
    return (
        morphs[place].surface == "・"
        and 0 < place < len(morphs) - 1
        and bool(_KATAKANA.fullmatch(morphs[place - 1].surface + morphs[place + 1].surface))
    )


def _part(morph: Morph) -> bool:
    if morph.surface in {"所", "店", "堂", "屋", "園", "組"}:
        return morph.pos[0] == "接尾辞"
    return morph.nounish and morph.surface not in {"様", "さん", "殿", "氏", "君", "社", "等", "側"}


def _with_legal_form(text: str, morphs: Sequence[Morph], start: int, end: int) -> Iterator[Candidate]:
    """株式会社◯◯, ◯◯株式会社 or both ends of a name that stands alone; nothing where no name is near."""
    before = [i for i, m in enumerate(morphs) if m.end <= start and m.end > start - 40]
    after = [i for i, m in enumerate(morphs) if m.begin >= end and m.begin < end + 40]
    ahead = _forward(text, morphs, after, end)
    behind = _backward(morphs, before, start)
    # A name stands on one side only; after the form is the commoner side unless it is followed by a particle.
    if behind < start and not (ahead > end and LEGAL.match(text, start) and behind == start):
        ahead = end if behind < start else ahead
    if ahead > end or behind < start:
        yield _made(text, behind, max(ahead, end), "法人格のある会社名です", 3)


def _forward(text: str, morphs: Sequence[Morph], places: Sequence[int], end: int) -> int:
    kana = re.compile(r"\s?[ぁ-ん]{2,6}(?=[一-龥ァ-ヴ])").match(text, end)
    here = (
        kana.end()
        if kana and not re.match(r"\s?(?:から|より|では|など|との|への|です|という)", text[end:])
        else end
    )
    for place in places:
        morph = morphs[place]
        if morph.end <= here:
            continue
        blank = morph.surface.isspace() and here == end
        if morph.begin > here + 1 or not (blank or _part(morph) or morph.surface in "&・.-"):
            break
        here = morph.end
    return here


def _backward(morphs: Sequence[Morph], places: Sequence[int], start: int) -> int:
    here = start
    for place in reversed(places):
        morph = morphs[place]
        joined = _part(morph) or morph.surface in "&・.-"
        if morph.end < here or not joined or _RELATED.search(morph.surface) or morph.surface in _OWN:
            break
        here = morph.begin
    return here


_OWN = frozenset({"弊社", "当社", "自社", "同社", "他社", "各社", "御社", "貴社"})


def _by_last_word(text: str, morphs: Sequence[Morph], place: int) -> Iterator[Candidate]:
    """◯◯精機, ◯◯工業: a name that ends in what firms are called after."""
    last = morphs[place]
    known = last.strange or (last.proper and last.pos[2] == "一般")
    whole = known and last.surface.endswith(_endings())  # one unit already: カガミホールディングス
    followed = place + 1 < len(morphs) and _continues(morphs[place + 1])
    if not whole and (not company_word(last.surface) or followed):
        return
    first = _first_of_name(morphs, place)
    begin, end = morphs[first].begin, _with_suffix(morphs, place)
    words = [m for m in morphs[first:place] if not general(m.surface) and m.surface != "・"]
    if is_public(text[begin:end]) or not (whole or words):
        return
    if whole or _names_firm(text, begin, last, words, all_of_it=words[0].begin == begin):
        yield _made(text, begin, end, "会社名に使われる言葉で終わります", 2)
    elif addressed(text, end):
        yield _made(text, begin, end, "会社への呼びかけです", 2)


def _first_of_name(morphs: Sequence[Morph], place: int) -> int:
    first = place
    while first > 0 and _joins(morphs, first):
        if _RELATED.search(morphs[first - 1].surface) or morphs[first - 1].surface in _OWN:
            break
        first -= 1
    return first


def _names_firm(text: str, begin: int, last: Morph, words: Sequence[Morph], *, all_of_it: bool) -> bool:
    """Whether the words before 工業, 精機 … make it the name of a firm."""
    if any(m.proper or m.strange or m.unusual for m in words):
        return True
    related = _RELATED.search(text, max(0, begin - 12), begin) or _DEALS.match(text, last.end)
    if all_of_it and related:
        return True
    return last.surface in word_list("firm_strong") and all(len(m.surface) > 1 for m in words)


def _with_suffix(morphs: Sequence[Morph], place: int) -> int:
    """The end of a firm's name: 精工 + 所, 鋳造 + 所."""
    after = morphs[place + 1] if place + 1 < len(morphs) else None
    return after.end if after is not None and after.surface in {"所", "店", "場"} else morphs[place].end


def _joins(morphs: Sequence[Morph], place: int) -> bool:
    """Whether the word before belongs to the same name; ・ joins two words in katakana."""
    before = morphs[place - 1]
    if before.surface == "・":
        return place > 1 and bool(_KATAKANA.fullmatch(morphs[place - 2].surface + morphs[place].surface))
    return (_part(before)) and before.end == morphs[place].begin


def addressed(text: str, end: int) -> bool:
    """Whether what follows speaks of a firm: 社, 様, グループ."""
    return bool(_AFTER.match(text, end) or _POLITE.match(text, end))


def _continues(morph: Morph) -> bool:
    return _part(morph) and morph.surface not in {
        "内",
        "側",
        "等",
        "製",
        "向け",
        "本社",
        "本体",
        "グループ",
        "工場",
        "出身",
    }


def _by_surroundings(text: str, morphs: Sequence[Morph], first: int, end: int) -> Iterator[Candidate]:
    """A name without any such word, by what stands around it: ◯◯社, ◯◯様, 親会社の◯◯, ◯◯からの要求."""
    run = list(morphs[first:end])
    while run and (run[0].surface in _OWN or _RELATED.search(run[0].surface)):
        run.pop(0)
    if not run:
        return
    start, stop = run[0].begin, run[-1].end
    name = text[start:stop]
    if is_public(name) or len(name) < 2 or name in word_list("general"):  # noqa: PLR2004
        return
    odd = [m for m in run if _odd(m)]
    titled = is_title(text, run[-1].begin)
    if is_carmaker(name):
        yield _made(text, start, stop, "完成車・部品メーカーの名前です", 2)
    elif (after := _AFTER.match(text, stop)) and (
        any(m.strange or m.proper or m.unusual for m in run)
        or (_FOREIGN.fullmatch(name) and not general(run[-1].surface) and after.group().strip() != "向け")
    ):
        word = after.group().strip()
        yield _made(
            text, start, after.end() if word in {"社", "グループ"} else stop, "会社への呼びかけです", 2
        )
    elif any(m.surface == "・" for m in run) and any(m.unusual or m.strange for m in run):
        yield _made(text, start, stop, "辞書にない、中点のある名前です", 1)
    elif (
        1 < len(run) <= _LONGEST_RUN
        and any(map(_very_odd, run))
        and not titled
        and _PARTICLE.match(text, stop)
    ):
        yield _made(text, start, stop, "名前らしい言葉の並びです", 1)
    elif odd and len(run) <= 3 and not run[-1].pos[2].startswith("人名"):  # noqa: PLR2004
        before = _RELATED.search(text, max(0, start - 12), start)
        if _POLITE.match(text, stop) or before or _DEALS.match(text, stop):
            yield _made(text, start, stop, "会社名の位置にある、辞書にない名前です", 1)


def _very_odd(morph: Morph) -> bool:
    """What hardly stands in an ordinary compound: 東都, ホクリク, シグナル. A brand in Latin is a product's."""
    if morph.surface.isascii() or morph.pos[3] == "国":
        return False
    kana = bool(_KATAKANA.fullmatch(morph.surface) or _HIRAGANA.fullmatch(morph.surface))
    return morph.proper or (kana and (morph.strange or morph.unusual))


def _odd(morph: Morph) -> bool:
    proper = morph.proper and morph.pos[2] != "地名"
    kana = morph.unusual and not _KANJI.fullmatch(morph.surface)
    return morph.strange or kana or proper or brand_like(morph.surface)


def _made(text: str, start: int, end: int, why: str, weight: int) -> Candidate:
    own = _OWN_BEFORE.search(text, max(0, start - 6), start)
    if own:
        closing = re.compile(r"[)）」]").match(text, end) if own.group()[-1:] in "(（「" else None
        return Candidate(own.start(), closing.end() if closing else end, "company", why, weight, own=True)
    return Candidate(start, end, "company", why, weight, own=_is_own(text, start, end))


def _own_too(text: str, start: int, stop: int) -> bool:
    """◯◯という会社です: 「弊社という会社です」 would be odd, so that 「という会社」 goes too."""
    return _is_own(text, start, stop) and text.startswith("という", stop)


def _is_own(text: str, start: int, end: int) -> bool:
    begins = _BEGINS.search(text, max(0, start - 4), start) if start else True
    return bool(_OWN_AFTER.match(text, end) or (begins and _IS.match(text, end)))


def _endings() -> tuple[str, ...]:
    words = word_list("firm_strong") | word_list("firm_weak")
    return ("銀行", *(word for word in words if len(word) > 1))


def company_word(word: str) -> bool:
    """Whether firms are called after a word."""
    return word in word_list("firm_strong") or word in word_list("firm_weak")


def general(word: str) -> bool:
    """Whether a word makes no name where it stands before such a word."""
    return word in word_list("general") or company_word(word)
