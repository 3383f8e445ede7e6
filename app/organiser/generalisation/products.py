"""Products and systems of few companies: names in quotes or brand spelling beside a system word."""

import re
from collections.abc import Iterator, Sequence

from app.organiser.generalisation.candidates import Candidate
from app.organiser.generalisation.morphs import Morph, brand_like, is_public

_WORD = (
    r"(?:システム|ソフト(?:ウェア)?|サービス|ツール|クラウド|アプリ(?:ケーション)?|サーバー?|ポータル(?:サイト)?|パッケージ|プラットフォーム|データベース"
    r"|製品|商品|ブランド|型式|型番|機種|装置|設備|部品|品番|基盤|プロジェクト|プログラム|ライン|端末|ロボット|グループウェア|ワークフロー|イントラ(?:ネット)?|機器|モデル|台帳|サイト|仕組み)"
)
_QUOTED = r"[「『\"“]([^」』\"”。、\n]{2,20})[」』\"”]"
_BEFORE = re.compile(rf"{_WORD}(?:の名称|名|の名前|である|の|は|、|として)?\s?{_QUOTED}")
_AFTER = re.compile(
    rf"{_QUOTED}\s?(?:という|と呼ぶ|と呼ばれる|なる|の)?(?:[一-龥ァ-ヴーA-Za-z]{{0,8}}){_WORD}"
)
_SENTENCE = re.compile(
    r"(?:こと|する|した|いる|ない|ます|です|か|もの|とき|ため|方法|場合|について|を.+|は.+|が.+)$"
)
_CODE_NAME = re.compile(
    r"(?:型式|型番|品番|機種|製番|図番)(?:は|が|の|[:：])?\s?[「『]?([A-Z]{1,6}[-‐]?\d[\w-]*)"
)
_QUOTE = re.compile(r"[「『]([^」』。、\n]{2,12})[」』](?=[のにをはがでとへ]|から|より|、)")
_KANJI = re.compile(r"[一-龥々]")
_CALLED = re.compile(rf"([\wー・-]{{2,24}})(?=という[一-龥ァ-ヴー]{{0,8}}{_WORD})")
_PARTICLE = re.compile(r".*[をはがにのでと、]")  # up to the last one: a name may hold none of them
_SAID = re.compile(r"(?:という|と呼ぶ|と呼ばれる|と言う)")
_BESIDE = re.compile(rf"\s?(?:という|の)?[一-龥ァ-ヴー]{{0,8}}{_WORD}")
_LEADS = re.compile(rf"(?:{_WORD}(?:の名称|名|である|の|は|、|として)?|「|『)\s?$")
_USED = re.compile(r"(?:を|に|で|が|は|も|の|へ|から|と|、)")
_MODEL = re.compile(r"[A-Z]{1,5}-?\d{3,6}[A-Z]{0,2}")
_STANDARD = re.compile(
    r"(?:ISO|IEC|JIS|NIST|SP|CVE|RFC|UN|IATF|UL|IEEE|EN|KB|CWE|PCI|TLS|SHA|AES|RSA|MD|HTTP|USB|CAT|No|PDF|MS|JVN|VU|P|Q|R|A|V|FIPS|OS|S|BS|C|WPA|TOP|Tier|Web|Win|Windows|IPv|SMB|MP)"
    r"[\s-]*[\d.:/-]+[a-z]?",
    re.IGNORECASE,
)


def find_products(text: str, morphs: Sequence[Morph]) -> Iterator[Candidate]:
    """Yield the products and systems of a narrowed text."""
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            if _is_name(match[1]):
                yield Candidate(*match.span(1), "product", "システムや製品の名前です", 2)
    for match in _CODE_NAME.finditer(text):
        yield Candidate(*match.span(1), "product", "型式や品番です", 2)
    for match in _QUOTE.finditer(text):
        inside = [m for m in morphs if m.begin >= match.start(1) and m.end <= match.end(1)]
        odd = any(
            m.strange or m.proper or (m.unusual and not _KANJI.match(m.surface)) for m in inside
        ) or match[1].endswith(("くん", "ちゃん"))
        if odd and not is_public(match[1]) and not _SENTENCE.search(match[1]):
            yield Candidate(*match.span(1), "product", "かぎ括弧の中の、辞書にない名前です", 1)
    for match in _CALLED.finditer(text):
        start = match.start(1) + (lead.end() if (lead := _PARTICLE.match(match[1])) else 0)
        inside = [m for m in morphs if m.begin >= start and m.end <= match.end(1)]
        if any(m.unusual or m.strange or m.proper for m in inside):
            yield Candidate(start, match.end(1), "product", "システムや製品の名前です", 2)
    for match in re.finditer(
        r"[A-Za-z一-龥ァ-ヴー]*[A-Za-z][A-Za-z0-9+#-]*(?:[ .][A-Z0-9][A-Za-z0-9+#-]*)*", text
    ):
        yield from _latin(text, match, morphs)


def _latin(text: str, match: re.Match[str], morphs: Sequence[Morph]) -> Iterator[Candidate]:
    """A word in brand spelling, kanji before it included (匠Works)."""
    start, end = match.span()
    words = re.findall(r"[A-Za-z][A-Za-z0-9+#-]*", match.group())
    brands = [w for w in words if brand_like(w) and not w.isupper() and not _STANDARD.fullmatch(w)]
    if not brands or is_public(match.group()) or is_public(" ".join(words)) or _STANDARD.match(match.group()):
        if not (words and _named_here(text, start, end) and not all(map(is_public, words))):
            return
        if all(w.islower() or (w.isupper() and len(w) < 4) for w in words) or _STANDARD.match(match.group()):  # noqa: PLR2004
            return
        yield Candidate(_head(text, start, morphs), end, "product", "システムや製品の名前です", 1)
        return
    yield Candidate(_head(text, start, morphs), end, "product", "一般的でない製品やシステムの名前です", 1)


def _named_here(text: str, start: int, end: int) -> bool:
    return bool(
        _SAID.match(text, end) or (_LEADS.search(text, max(0, start - 12), start) and _USED.match(text, end))
    )


def _head(text: str, start: int, morphs: Sequence[Morph]) -> int:
    """Where the name begins: what touches its Latin part belongs to it only as an odd, short word."""
    latin = re.compile(r"[A-Za-z]").search(text, start)
    assert latin is not None
    touching = [m for m in morphs if start <= m.begin and m.end <= latin.start()]
    if not touching:
        return latin.start() if latin.start() - start > 0 and not morphs else start
    last = touching[-1]
    short = len(last.surface) <= 2 and last.end == latin.start() and len(touching) == 1  # noqa: PLR2004
    return last.begin if short or last.strange or last.proper else latin.start()


def _is_name(quoted: str) -> bool:
    """Whether what stands in quotes is a name: short, no clause, not public, no mere common noun of the trade."""
    if is_public(quoted) or _SENTENCE.search(quoted) or _STANDARD.match(quoted):
        return False
    return not re.fullmatch(r"(?:[^ァ-ヴA-Za-z]{4,})", quoted) or len(quoted) <= 6  # noqa: PLR2004
