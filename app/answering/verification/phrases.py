"""Noun phrases and what the particle behind each makes of it."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.verification.facts import Fact
from app.answering.verification.terms import Term

_CLOSING = r"」』)】\]〉》\"'"
_ROLE = re.compile(
    rf"[{_CLOSING}]{{0,8}}(?:など|等|のみ|だけ|ほか)*"
    r"(?:(?P<under>の(?:もと|下|配下|傘下)(?:に|で)?)|(?P<gen>(?:へ|から|まで|と|で)?の(?!で|は|が|を|に|も))|(?P<as>として)|(?P<besides>だけ(?:で|では)なく|のみならず|に加え|以外)"
    r"|(?P<about>に(?:つい|関し)ては?)|(?P<topic>とは|は(?!じ)|とも(?=、|に))|(?P<also>も(?!の))"
    r"|(?P<by>に(?:よって(?!は)|より(?!も|は)))|(?P<dat>に(?:対して?|宛て|向け)は?|に(?!つ|関|基|お|し|応|伴|沿|従|かかわ|関わ|際|当た|あた|比べ|限|合わせ|よ|対[しす]|な[るりっら])|へ|宛)|(?P<abl>から)"
    r"|(?P<loc>(?:において|における|で(?!す|あ|な)))"
    r"|(?P<subj>が)|(?P<obj>を(?!対象|もと|基に|中心|通じ|含|めぐ))|(?P<with>と|や|及び|および|又は|または|、|・))(?P<sets>は)?"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase and what its particle makes of it."""

    terms: tuple[Term, ...]
    facts: tuple[Fact, ...]
    role: str  # "topic", "also", "subj", "obj", "dat", "by", "abl", "loc", "gen", "with", "besides" or ""
    is_topic: bool  # は stands behind it, alone or after another particle
    unit: int
    begin: int
    end: int
    direction: str = ""  # "へ" or "から" in 取引先への, 取引先から


def phrases_of(
    text: str, terms: Sequence[Term], facts: Sequence[Fact], starts: tuple[int, ...]
) -> list[Phrase]:
    """Runs of neighbouring nouns and numbers, each with the particle behind it."""
    apart = {"predicate", "quality", "adverb"}
    kept: list[Term | Fact] = [*facts, *(t for t in terms if t.kind not in apart)]
    pieces = sorted(kept, key=lambda piece: piece.begin)
    runs: list[list[Term | Fact]] = []
    for piece in pieces:
        if runs and runs[-1][-1].end == piece.begin:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return [_phrase(text, run, starts) for run in runs]


def _phrase(text: str, run: list[Term | Fact], starts: tuple[int, ...]) -> Phrase:
    role = _ROLE.match(text, run[-1].end)
    groups = role.groupdict() if role else {}
    name = next((key for key, value in groups.items() if value is not None and key != "sets"), "")
    return Phrase(
        terms=tuple(piece for piece in run if isinstance(piece, Term)),
        facts=tuple(piece for piece in run if isinstance(piece, Fact)),
        role=name,
        is_topic=name in {"topic", "about"} or (role is not None and role["sets"] is not None),
        unit=bisect_right(starts, run[0].begin) - 1,
        begin=run[0].begin,
        end=run[-1].end,
        direction=next((d for d in ("へ", "から") if text.startswith(d, run[-1].end)), ""),
    )
