"""Generalise: find what identifies somebody, propose neutral words. Nothing leaves the process."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.organiser.generalisation.candidates import Candidate, narrow, settled
from app.organiser.generalisation.companies import LEGAL, find_companies
from app.organiser.generalisation.entities import find_entities
from app.organiser.generalisation.morphs import Analyser, is_public
from app.organiser.generalisation.neutral import core, spans
from app.organiser.generalisation.patterns import find_patterns
from app.organiser.generalisation.people import find_people
from app.organiser.generalisation.places import find_places
from app.organiser.generalisation.products import find_products
from app.organiser.generalisation.recogniser import Recogniser
from app.organiser.models import Generalised, KnownName

_TITLES = re.compile(r"(?:様|さん|氏|殿|先生|御中)$")
_KNOWN_WEIGHT = 4
_SHORTEST = 2  # characters of a name that is looked for again


class Generaliser:
    """Rules, dictionary and, where there is one, a model. Safe to use from several threads.

    Args:
        recogniser: finds named entities; without one, rules and dictionary alone decide and find less.
    """

    def __init__(self, recogniser: Recogniser | None = None) -> None:
        self._analyser = Analyser()
        self._recogniser = recogniser

    def prepare(self, texts: Sequence[str]) -> None:
        """Do at once what many questions need; `generalise` is asked for each of them next."""
        if self._recogniser is not None:
            self._recogniser.prepare([narrow(text) for text in texts])

    def generalise(self, text: str, known: Iterable[KnownName] = ()) -> Generalised:
        """Propose what to replace in a question.

        Args:
            text: the question as it came in.
            known: names from other columns of the same row: the asker's own.
        """
        plain = narrow(text)
        morphs = self._analyser.morphs(plain)
        found = [
            *_known(plain, known),
            *find_patterns(plain),
            *find_companies(plain, morphs),
            *find_people(plain, morphs),
            *find_places(plain, morphs),
            *find_products(plain, morphs),
        ]
        if self._recogniser is not None:
            found += find_entities(self._recogniser.entities(plain), plain, morphs)
        taken = settled(found)
        taken = settled([*taken, *_again(plain, taken)])
        return Generalised(original=text, spans=tuple(spans(text, plain, _joined(taken))))


def _known(text: str, known: Iterable[KnownName]) -> Iterator[Candidate]:
    for name in known:
        value = _TITLES.sub("", narrow(name.text).strip())
        forms = [value]
        if name.kind == "company":
            forms.append(LEGAL.sub("", value).strip())
        elif name.kind == "person":
            forms += value.split()
        elif name.kind == "department":
            continue  # 総務部 says nothing about whose it is
        for form in forms:
            if len(form) >= _SHORTEST and not is_public(form):
                for match in re.finditer(re.escape(form), text):
                    why = "同じ行の別の欄にある名前です"
                    yield Candidate(*match.span(), name.kind, why, _KNOWN_WEIGHT, own=True)


def _again(text: str, taken: Sequence[Candidate]) -> Iterator[Candidate]:
    """Other mentions of the names that were found, without their legal form, title or system word."""
    for one in taken:
        name = text[one.start : one.end]
        if one.kind == "company" and one.weight > 1:
            name = re.sub(r"(?:社|グループ)$", "", LEGAL.sub("", name)).strip()
            if name.startswith(("弊社", "当社")):
                continue
        elif one.kind != "product" and not (one.kind == "person" and len(name) > _SHORTEST):
            continue
        if len(core(name)) >= _SHORTEST and not is_public(name):
            for match in re.finditer(re.escape(name), text):
                yield replace(
                    one,
                    start=match.start(),
                    end=match.end(),
                    weight=1,
                    why="同じ名前がほかの箇所にもあります",
                )


def _joined(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Neighbouring places (愛知県 + 豊田市) become one."""
    joined: list[Candidate] = []
    for one in candidates:
        last = joined[-1] if joined else None
        if last and last.kind == one.kind == "place" and last.end == one.start:
            joined[-1] = replace(last, end=one.end, weight=max(last.weight, one.weight), whole=one.whole)
        else:
            joined.append(one)
    return joined
