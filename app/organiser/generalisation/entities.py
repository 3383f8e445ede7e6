"""What the model finds, as far as the words bear it out: its labels are often wrong, its borders seldom."""

import re
from collections.abc import Iterator, Sequence

from app.organiser.generalisation.candidates import Candidate
from app.organiser.generalisation.companies import company_word, general
from app.organiser.generalisation.morphs import Morph, brand_like, is_public
from app.organiser.generalisation.people import is_person
from app.organiser.generalisation.places import coarse
from app.organiser.generalisation.recogniser import Entity

_COMPANY = frozenset(
    {"Company", "Company_Group", "Corporation_Other", "Organization_Other", "Show_Organization"}
)
_PLACE = frozenset(
    {"City", "Province", "County", "GPE_Other", "Station", "Lake", "River", "Mountain", "Island"}
)
_NUMBERS = re.compile(
    r"N_|Num|Time|Date|Period|Percent|Money|Age|Frequency|Ordinal|Rank|Countx|Measure|Physical|Point"
)
_NAMED = _PLACE | {"Person"}
_ABBREVIATION = re.compile(r"[A-Za-z0-9 .-]+")
_TITLED = re.compile(r"(?:様|さん|氏|殿|部長|課長|社長|[部課室係])$")


def find_entities(entities: Sequence[Entity], text: str, morphs: Sequence[Morph]) -> Iterator[Candidate]:
    """Yield the entities of a narrowed text that identify someone."""
    for entity in entities:
        start, end = entity.start, entity.end
        titled = _TITLED.search(text[start:end])
        end -= len(titled.group()) if titled else 0
        inside = [m for m in morphs if m.begin >= start and m.end <= end and m.surface.strip()]
        name = text[start:end]
        if not inside or is_public(name) or _NUMBERS.match(entity.label) or len(name) < 2:  # noqa: PLR2004
            continue
        yield from _judged(entity.label, start, end, name, inside)


def _judged(label: str, start: int, end: int, name: str, inside: Sequence[Morph]) -> Iterator[Candidate]:
    odd = any(m.strange or m.proper or m.unusual or brand_like(m.surface) for m in inside)
    words = [m for m in inside if not general(m.surface)]
    if company_word(inside[-1].surface) and len(words) > 0 and len(inside) > 1 and (odd or label in _COMPANY):
        yield Candidate(start, end, "company", "固有表現の抽出で会社名とされました", 1)
    elif label in _COMPANY and odd and not all(map(is_person, inside)) and not _ABBREVIATION.fullmatch(name):
        yield Candidate(start, end, "company", "固有表現の抽出で組織名とされました", 1)
    elif label in _NAMED and odd and inside[-1].pos[2] == "一般" and not _ABBREVIATION.search(name):
        yield Candidate(start, end, "company", "固有表現の抽出で名前とされました", 1)
    elif label == "Person" and odd and not _ABBREVIATION.search(name):
        yield Candidate(start, end, "person", "固有表現の抽出で人名とされました", 1)
    elif label in _PLACE and not coarse(name) and (odd or any(m.pos[2] == "地名" for m in inside)):
        yield Candidate(start, end, "place", "固有表現の抽出で地名とされました", 1)
