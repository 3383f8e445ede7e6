"""Places below the size of a country: 県, 市, stations, and 〜工場, 〜支店 called after them."""

import re
from collections.abc import Iterator, Sequence

from app.organiser.generalisation.candidates import Candidate
from app.organiser.generalisation.morphs import Morph, is_public
from app.organiser.generalisation.word_lists import word_list

SITE = re.compile(
    r"(?:第[一二三四五\d]+)?(?:製造所|工場|事業所|営業所|支店|支社|支所|製作所|拠点|本社|出張所|研究所|センター|オフィス|倉庫|物流センター|開発センター|テクニカルセンター|営業部)"
)
_NATURE = re.compile(r".[湖岳山川島湾岬]$")
_SUFFIX = re.compile(r"[都道府県市区町村郡]$")


def find_places(text: str, morphs: Sequence[Morph]) -> Iterator[Candidate]:
    """Yield the places of a narrowed text."""
    for morph in morphs:
        if morph.proper and morph.pos[2] == "一般" and _NATURE.search(morph.surface):
            yield Candidate(morph.begin, morph.end, "place", "地名です", 1)
    place = 0
    while place < len(morphs):
        end = place
        while end < len(morphs) and _is_place(morphs[end]):
            end += 1
        if end == place:
            place += 1
            continue
        yield from _placed(text, morphs, place, end)
        place = end


def _is_place(morph: Morph) -> bool:
    return morph.pos[1] == "固有名詞" and morph.pos[2] == "地名" and morph.pos[3] != "国"


def _placed(text: str, morphs: Sequence[Morph], first: int, end: int) -> Iterator[Candidate]:
    start, stop = morphs[first].begin, morphs[end - 1].end
    name = text[start:stop]
    site = SITE.match(text, stop)
    if site is None and re.compile(rf"の{SITE.pattern}").match(text, stop) and not coarse(name):
        yield Candidate(start, stop, "place", "拠点のある地名です", 2)
        return
    if site:
        yield Candidate(start, stop, "place", "地名の付いた拠点名です", 2)
        return
    follows = morphs[end] if end < len(morphs) else None
    if follows is not None and follows.surface in {
        "市",
        "県",
        "町",
        "村",
        "区",
        "郡",
        "府",
        "都",
        "駅",
        "港",
    }:
        yield Candidate(start, follows.end, "place", "地名です", 2)
        return
    if coarse(name) or is_public(name) or len(name) < 2:  # noqa: PLR2004
        return
    if (
        follows is not None
        and follows.nounish
        and not _SUFFIX.search(name)
        and follows.surface not in word_list("near_places")
    ):
        return  # 東京大学, 大和システム: a name of something else
    yield Candidate(start, stop, "place", "地名です", 1 if not _SUFFIX.search(name) else 2)


def coarse(name: str) -> bool:
    """Whether a place is too large to identify anyone."""
    return name in word_list("coarse_places")
