"""Neutral words for what was found: one and the same for one name, fitting the sentence around it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.organiser.generalisation.candidates import Candidate
from app.organiser.generalisation.companies import LEGAL
from app.organiser.generalisation.places import SITE
from app.organiser.models import Span
from ingest.text.normalise import fold

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWYZ"
_SYSTEM_LETTERS = "XYZWVUTSRQP"
_USED = re.compile(r"(?<![A-Za-z])([A-Z])(?=社|様|氏|さん|部品|工場|システム)")
_TITLE = re.compile(
    r"\s?(?:様|さま|さん|氏|殿|くん|君|先生|[一-龥]{0,2}(?:長|任|務|役)|マネージャー?|リーダー|CISO|GM)"
)
_SYSTEM = re.compile(r"\s?(?:システム|ソフト|サービス|ツール|クラウド|アプリ|サーバ|ポータル|装置|[」』\"”])")
_IN_NAME = re.compile(
    r"(?:システム|ソフト|サービス|ツール|クラウド|アプリ|サーバー?|ポータル|装置|[「『\"“])\s?$"
)
_WORDS = {"phone": "（電話番号）", "mail": "（メールアドレス）", "url": "（URL）", "address": "（住所）", "code": "（番号）",
          "size": "一定数", "department": "担当部署", "place": "ある地域"}  # fmt: skip
_SELF = re.compile(r"(?:弊社|当社)$")
_SHORT = 3  # characters that a shortened name must share with the full one


def core(name: str) -> str:
    """A company's name without its legal form, folded: what two mentions share."""
    return fold(re.sub(r"(?:様|社|グループ|さん|殿)$", "", LEGAL.sub("", name)))


def spans(original: str, text: str, candidates: Sequence[Candidate]) -> Iterator[Span]:
    """Yield the spans of settled candidates with their replacements.

    Args:
        original: the text as it came.
        text: the same, narrowed (`candidates.narrow`).
        candidates: in order, not overlapping.
    """
    candidates = [_named_by_itself(text, one) for one in candidates]
    names = _Names(text, candidates)
    for one in candidates:
        start = one.start
        if one.kind == "company" and one.own and (said := _SELF.search(text, 0, one.start)):
            start = said.start()  # 弊社さくら精工は → 弊社は
        yield Span(
            start=start,
            end=one.end,
            original=original[start : one.end],
            replacement=_within(text, one, one.whole if one.whole is not None else names.words(one)),
            kind=one.kind,
            why=one.why,
            sure=one.weight > 1,
        )


def _named_by_itself(text: str, one: Candidate) -> Candidate:
    """The candidate, the asker's own where 弊社 stands directly before it."""
    return replace(one, own=True) if one.kind == "company" and _SELF.search(text, 0, one.start) else one


def _within(text: str, one: Candidate, words: str) -> str:
    """The words without brackets of their own where the text has brackets already."""
    bracketed = text[one.start - 1 : one.start] in ("(", "（") and text[one.end : one.end + 1] in (")", "）")
    return words.strip("（）") if bracketed else words


class _Names:
    """Which letter stands for which name, within one text."""

    def __init__(self, text: str, candidates: Sequence[Candidate]) -> None:
        self._text = text
        self._letters = iter(x for x in _LETTERS if x not in _USED.findall(text))
        self._systems = iter(_SYSTEM_LETTERS * 2)
        self._known: dict[tuple[str, str], str] = {}
        self._own = {self._key(one) for one in candidates if one.own}

    def words(self, one: Candidate) -> str:
        """What stands for a candidate."""
        if one.kind == "company":
            return self._company(one)
        if one.kind == "person":
            return self._person(one)
        if one.kind == "product":
            return self._product(one)
        if one.kind == "place" and SITE.match(self._text, one.end):
            return self._letter(one)  # 名古屋工場 → A工場
        return _WORDS[one.kind]

    def _company(self, one: Candidate) -> str:
        return "弊社" if self._key(one) in self._own else f"{self._letter(one)}社"

    def _person(self, one: Candidate) -> str:
        titled = _TITLE.match(self._text, one.end)
        if self._key(one) in self._own:
            return "担当" if self._text.startswith("です", one.end) else "担当者"
        return self._letter(one) + ("" if titled else "氏")

    def _product(self, one: Candidate) -> str:
        letter = self._letter(one)
        beside = _SYSTEM.match(self._text, one.end) or _IN_NAME.search(
            self._text, max(0, one.start - 8), one.start
        )
        return letter if beside else f"製品{letter}"

    def _letter(self, one: Candidate) -> str:
        key = self._key(one)
        if key not in self._known:
            self._known[key] = next(self._systems if one.kind == "product" else self._letters, "某")
        return self._known[key]

    def _key(self, one: Candidate) -> tuple[str, str]:
        """What makes two mentions one name; a shortened company name joins the full one."""
        if one.kind != "company":
            return one.kind, fold(self._text[one.start : one.end])
        name = core(
            re.sub(
                r"^(?:弊社|当社|私ども|自社|小社)?[、・(（「]*", "", self._text[one.start : one.end]
            ).rstrip(")）」")
        )
        for kind, known in [*self._known, *getattr(self, "_own", ())]:
            shorter, longer = sorted((known, name), key=len)
            if kind == "company" and len(shorter) >= _SHORT and longer.startswith(shorter):
                return kind, known
        return "company", name
