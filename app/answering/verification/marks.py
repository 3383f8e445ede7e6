"""The words that carry modality and negation: grammar of Japanese, in the order in which they decide."""

import re
from typing import NamedTuple

_NOT = r"(?:な[いくかけ]|あり?ませ[んぬ]|ませ[んぬ]|ありません)"
_GOOD = r"(?:よ[いくろ]|良[いくろ]|いい|(?:構[わい]|かま[わい]|差し?支え|さしつかえ|問題)[はがも]?(?:な[いく]|あり?ませ[んぬ]|ませ[んぬ]|ず)|結構)"
# The order decides: what is said to be unnecessary is not necessary. Grammar of modality, not wordings.
_CLASSES: tuple[tuple[str, str], ...] = (
    (
        "perhaps",
        r"かも(?:しれ|知れ)(?:ませ[んぬ]|な[いく]|ず)?|可能性[がはもの]|(?:場合|ケース|こと)(?:が|も)あ[るりっ]|おそれ[がは]|恐れ[がは]|とは限ら",
    ),
    ("not_only", r"(?:だけ|ばかり|のみ)(?:で|では|じゃ)(?:は)?なく|のみならず"),
    (
        "need_not",
        (rf"なくて?も{_GOOD}|なくて{_GOOD}|ずとも{_GOOD}|必要(?:[はがもの]|では|とは?|と[はも]?し)?(?:特に|必ずしも)?(?:さ?れ)?(?:てい)?(?:{_NOT}|せ[ずん])"
        rf"|(?:必須|義務|要件|条件)(?:で|と|づけ|付け|化)?(?:は|も|も?され|し)*(?:てい)?(?:{_NOT})|不要(?!な)|無用(?!な)|任意(?!の)|には及"
        r"|(?:省略|省い|免除|割愛)(?:し|す|さ|が|でき|て|も|は|可)*(?:でき|可|よ|良|い[いる]|構|る|され|ます|ました|$)|求め(?:られ)?(?:てい)?(?:ない|ませ[んぬ])|求める(?:もの|こと|わけ)では(?:な[いく]|ありませ[んぬ])"),
    ),
    (
        "may",
        (rf"[てで]も?{_GOOD}|[えけせてねめれげべ]ば(?:結構|よ[いろ]|良[いろ]|いい|問題{_NOT})|(?:禁止|禁じ)(?:は?し|さ|ら)?(?:れ)?(?:てい|は)?{_NOT}"
        rf"|(?:問題|差し?支え|支障|異存)[はがもの]?{_NOT}|(?:認め|許可|許容|容認|許)(?:し|す|さ|ら|め|る)*(?:れ)?(?:る|て|た|ま(?!せ))|で結構|妨げ(?:な[いく]|ませ[んぬ])|(?<!不)可(?=[。とだで、]|$)"),
    ),
    (
        "must_not",
        (rf"問題[がもは]?あ[るり](?!ませ)|(?:て|で)は(?:な[らり]|いけ)(?:な[いくか]|ませ|ぬ|ず)|禁止|禁じ|厳禁|不可|(?:こと|の)?[はを]?お?(?:控え|見合わせ|避け)(?=て|る|た|くだ|ま|。|$)|べき(?:で|では){_NOT}|な(?:い|く)(?:こと(?=。|$|と[すし])|よう|で(?:くだ|下|頂|いた|ほし|欲))"
        rf"|(?:認め|許可|許容|容認|許)(?:し|さ|ら|す)*(?:れ)?(?:てい|は)?{_NOT}"),
    ),
    (
        "must",
        (r"ざるを得な|なければ(?:な[らり]|いけ)(?:な|ませ|ぬ|ず)|なくては(?:な[らり]|いけ)(?:な|ませ)|ないと(?:いけ|な[らり])(?:な|ませ)|ねばなら"
        r"|必要(?!事|書|経|最|以|十|に応|な(?:[一-龠ァ-ヶa-z]|もの|こと|とき))|必須|義務|要する|を要し|欠かせ(?:な|ませ)|不可欠|べき"),
    ),
    (
        "should_not",
        rf"(?:望まし|好まし)く(?:は)?{_NOT}|推奨(?:は?し|さ)(?:れ)?(?:てい|は)?{_NOT}|(?:ほう|方)が(?:よ|良)くない",
    ),
    (
        "should",
        r"望まし|好まし|推奨|奨励|勧め|薦め|(?:(?:ほう|方|こと|の|する)(?:が|も|と)|[るすくむぶつぬう]と)(?:よい|良い|いい|よろ|よろしい)",
    ),
    (
        "cannot",
        rf"(?:でき|出来|られ|れ)(?:は|も)?(?:な[いくか]|ませ)|(?:不可能)|可能(?:で|では){_NOT}|(?:でき|出来)ず",
    ),
    ("hard", r"困難|難し[いくかけ]"),
    (
        "request",
        r"お願い|願[いう](?:ま|た|し)|(?:て|して|で)(?:頂|戴|いただ)|(?:て|で)(?:ほし|欲し|もら(?:い|う))|希望|求められ|期待|もら(?:いたい|うこと)|頂ければ|いただければ|頂き(?:た|ま)",
    ),
    ("directive", r"(?:くだ|下)さ[いる]|ましょう|こと(?=。|$|とする|とし)"),
    ("can", r"(?:でき|出来)[るまてたばよ](?!ように)|可能(?:です|だ|で|である|と|に|。|$)"),
    (
        "not",
        r"(?<![少])(?:な[いか](?!く)|なく(?![しすっな]))|(?<!少なくあり)(?<!珍しくあり)ませ[んぬ]|(?<!かかわら)(?<!関わら)(?<!必)(?<=[らなかさたまわばがりいきしちみえけせてねめれ])ず(?:に|、|$|と)",
    ),
)  # fmt: skip
_PATTERN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _CLASSES))
_JOIN = re.compile(
    r"[ぁ-ん]{0,5}|[ぁ-ん]{0,4}(?:こと|わけ|もの)[ぁ-ん]{0,5}|[ぁ-ん]{0,2}と(?:は|さ|し|い|言|考|思)[ぁ-ん]{0,6}"
)  # between two marks of one predicate: 困難|な|場合もある
_ONLY = 14  # characters between しか and the denial that belongs to it
_DENIED = {
    "must": "need_not", "directive": "must_not", "request": "not", "should": "should_not", "may": "must_not",
    "can": "cannot", "perhaps": "not", "need_not": "must", "must_not": "may", "cannot": "can", "hard": "can",
    "not": "plain",
}  # fmt: skip


# What becomes of a duty to leave something out.
FORBIDDEN = {"must": "must_not", "directive": "must_not", "should": "should_not", "request": "should_not"}


class Mark(NamedTuple):
    """Words of modality at a place of the text."""

    begin: int
    end: int
    kind: str


def marks_of(text: str) -> list[Mark]:
    """The words that carry modality; what follows one at once belongs to it (困難な場合もある: perhaps)."""
    found: list[Mark] = []
    for m in _PATTERN.finditer(text):
        kind = m.lastgroup or ""
        if kind == "not_only":
            continue
        if (
            kind in {"not", "cannot"}
            and "しか" in text[max(0, m.start() - _ONLY) : m.start()].rpartition("、")[2]
        ):
            kind = "plain"  # 34点しか取れません: it was 34
        if found and _JOIN.fullmatch(text[found[-1].end : m.start()]):
            first = found.pop()
            found.append(Mark(first.begin, m.end(), _joined(first.kind, kind)))
        else:
            found.append(Mark(m.start(), m.end(), kind))
    return found


def _joined(first: str, second: str) -> str:
    if second == "not" or (second == "cannot" and first in {"need_not", "may"}):
        return _DENIED.get(first, first)  # 任意ではない, 希望していません
    if first in {"not", "cannot"} and second in FORBIDDEN:
        return FORBIDDEN[second]  # 使わないことを推奨する
    if first == "request" and second not in {"request", "directive", "can"}:
        return second  # 導入していただければ結構, 記入していただく必要がある
    if first == "can" and second in {"directive", "request", "must", "should"}:
        return second  # 特定できるようにしてください
    return "perhaps" if "perhaps" in {first, second} else first
