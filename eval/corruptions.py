"""Makes false sentences out of true ones: `python -m eval.corruptions TRUE.jsonl > BOTH.jsonl`.

The same ones each time. Each change is one that a person or a language model makes by mistake: another number, unit, year, level, page,
item, edition or address, a limit or a word turned round, a duty turned into a choice, a denial.
"""

import json
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from eval.verifier_set import Case, as_line, read_cases
from ingest.text.normalise import fold

_Change = Callable[[re.Match[str]], str]


def _up(by: int) -> _Change:
    def change(m: re.Match[str]) -> str:
        return f"{m['before']}{int(m['n']) + by}{m['after']}"

    return change


def _swap(table: dict[str, str]) -> _Change:
    return lambda m: table.get(m.group(), m.group())


def _any(words: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


_UNITS = {"営業日": "週間", "日間": "年間", "週間": "か月", "時間": "日", "か月": "年", "年間": "か月", "分以内": "時間以内", "日以内": "か月以内", "年に1回": "月に1回", "年1回": "月1回", "毎月": "毎年", "毎日": "毎月", "毎年": "毎月", "毎週": "毎月"}  # fmt: skip
_BOUNDS = {"以上": "以下", "以内": "以降", "以下": "以上", "未満": "以上", "を超える": "を下回る", "までに": "以降に", "以降": "以前"}  # fmt: skip
_OPPOSITES = {"社外": "社内", "社内": "社外", "事前": "事後", "外部": "内部", "内部": "外部", "開始": "終了", "終了": "開始", "送信": "受信", "委託元": "委託先", "委託先": "委託元", "平時": "有事", "有事": "平時", "最大": "最小", "最低": "最大", "すべて": "一部", "直前": "直後", "有効": "無効", "増え": "減り", "高い": "低い", "入社": "退職", "前に": "後に"}  # fmt: skip
_MODALITY: tuple[tuple[str, str], ...] = (
    (r"なければなりません", "なくてもかまいません"),
    (r"なければならない", "なくてもよい"),
    (r"(?P<s>る|う|す|く|ぶ)必要があ(?:ります|る)", r"\g<s>必要はありません"),
    (r"必要(?:は|が)ありません", "必要があります"),
    (r"必要はない", "必要がある"),
    (r"(?P<s>て|で)はな(?:りません|らない)", r"\g<s>もかまいません"),
    (r"(?P<s>て|で)はいけ(?:ません|ない)", r"\g<s>もかまいません"),
    (r"(?:こと|の)(?:が|も)望ましい(?:です)?(?=。|$)", "ことが必須です"),
    (r"が望ましい(?:です)?(?=。|$)", "が義務付けられています。"),
    (r"推奨され", "義務付けられ"),
    (r"推奨し", "義務付け"),
    (r"(?P<s>禁止|厳禁)", "任意"),
    (r"不可", "可"),
    (r"不要", "必須"),
    (r"必須", "任意"),
    (r"任意", "必須"),
    (r"(?P<s>[てで])もよい", r"\g<s>はならない"),
    (r"(?P<s>[てで])も(?:構い|かまい)ません", r"\g<s>はなりません"),
    (r"認められません", "認められます"),
)
_DENIAL: tuple[tuple[str, str], ...] = (
    (
        r"(?P<s>し|行い|得|受け|置き|取り|変え|使い|伝え|定め|設け|防ぎ|含み|見|作り|なり|送り|出し|書き|集め|い)ます。?$",
        r"\g<s>ません。",
    ),
    (r"ありません。?$", "あります。"),
    (r"(?P<s>[^しさ])(?:いて|って|んで|て)ください。?$", r"\g<s>ることは避けてください。"),
    (r"してください。?$", "しないでください。"),
    (r"できます。?$", "できません。"),
    (r"できる。?$", "できない。"),
    (r"できません。?$", "できます。"),
    (r"されます。?$", "されません。"),
    (r"する。?$", "しない。"),
    (r"(?P<s>[ぁ-ん])いです。?$", r"\g<s>くありません。"),
    (r"である。?$", "ではない。"),
    (r"です。?$", "ではありません。"),
    (r"あります。?$", "ありません。"),
)
_NUMBERS: tuple[tuple[str, re.Pattern[str], _Change], ...] = (
    ("number", re.compile(r"(?P<before>)(?P<n>\d+)(?P<after>(?:か月|日|時間|分|回|名|人|%|件|点|つ|項目|文字|世代|営業日|社|台|週間|年間|万円|枚|部|種類))"), _up(2)),
    ("year", re.compile(r"(?P<before>)(?P<n>\d+)(?P<after>年度?(?!間|に|以))"), _up(1)),
    ("level", re.compile(r"(?P<before>レベル)(?P<n>\d)(?P<after>)"), _up(1)),
    ("page", re.compile(r"(?P<before>[Pp]\.?)(?P<n>\d+)(?P<after>)"), _up(5)),
    ("page", re.compile(r"(?P<before>)(?P<n>\d+)(?P<after>ページ)"), _up(5)),
    ("item", re.compile(r"(?P<before>No\.?)(?P<n>\d+)(?P<after>)"), _up(3)),
    ("appendix", re.compile(r"(?P<before>付録|手順|第|評価値)(?P<n>\d+)(?P<after>)"), _up(1)),
)  # fmt: skip
_COUNTED = re.compile(r"(?<=\d)(?:営業日|日間|週間|時間|か月|年間|分以内|日以内)|年に?1回|毎[月日年週]")
_URL = re.compile(r"https?://[^\s、。」）)]+")


def corrupted(case: Case) -> Iterator[Case]:
    """Yield every false sentence that one small change makes of a true one."""
    seen = {fold(case.sentence), *(fold(quote) for quote in case.quotes)}
    for kind, sentence in _changes(case.sentence):
        key = fold(sentence)
        if key not in seen and not any(key in fold(quote) for quote in case.quotes):
            seen.add(key)
            yield replace(case, id=f"{case.id}~{kind}", kind=kind, sentence=sentence, expect="unsupported")


def all_corrupted(cases: Iterable[Case], seed: int) -> list[Case]:
    """What small changes make of the true sentences of a set, in an order that depends on the seed alone."""
    made = [bad for case in cases if case.expect == "supported" for bad in corrupted(case)]
    random.Random(seed).shuffle(made)  # noqa: S311 - the same choice each time, no secret
    return made


def _changes(text: str) -> Iterator[tuple[str, str]]:
    for kind, pattern, change in _NUMBERS:
        yield kind, pattern.sub(change, text, count=1)
    yield "url", _URL.sub(_other_address, text, count=1)
    yield "unit", _COUNTED.sub(_swap(_UNITS), text, count=1)
    for kind, table in (("bound", _BOUNDS), ("opposite", _OPPOSITES)):
        yield kind, _any(table).sub(_swap(table), text, count=1)
    yield "modality", _first(_MODALITY, text)
    yield "negation", _first(_DENIAL, text)


def _first(rules: tuple[tuple[str, str], ...], text: str) -> str:
    for pattern, new in rules:
        changed = re.sub(pattern, new, text, count=1)
        if changed != text:
            return changed
    return text


def _other_address(m: re.Match[str]) -> str:
    address = m.group()
    return address.replace("www.", "www2.", 1) if "www." in address else address.rstrip("/") + "2/"


def main() -> None:
    """Print the true sentences of a file and what was made of them."""
    for case in read_cases(Path(sys.argv[1])):
        found = [case, *(corrupted(case) if case.expect == "supported" else ())]
        print(json.dumps(as_line(case.id, found), ensure_ascii=False))


if __name__ == "__main__":
    main()
