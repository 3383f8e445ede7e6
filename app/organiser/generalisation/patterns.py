"""What identifies by its form: mail, URL, phone, postal code, address, codes, sizes of a company."""

import re
from collections.abc import Iterator

from app.organiser.generalisation.candidates import Candidate
from app.organiser.models import SpanKind

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_URL = re.compile(r"(?:https?://|www\.)[\w\-./?%&=#~:;@+]+", re.ASCII | re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<![\w.@/-])(?:[a-z0-9][a-z0-9-]*\.)+(?:co\.jp|or\.jp|ne\.jp|jp|com|net|org|info|biz|local|internal)(?![\w-])",
    re.ASCII | re.IGNORECASE,
)
# Where public bodies publish: the same for everybody.
_PUBLIC_HOST = re.compile(
    r"(?:^|[./])(?:(?:[\w-]+\.)*(?:go\.jp|jpcert\.or\.jp|jama\.or\.jp|japia\.or\.jp|nist\.gov|iso\.org|microsoft\.com"
    r"|google\.com))(?:[/:?#]|$)",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\d.-])(?:\+81[-\s]?\d{1,4}|0\d{1,4}|\(0\d{1,4}\))[-\s(ー‐−–]{0,2}\d{1,4}[-\s)ー‐−–]{1,2}\d{3,4}(?![\d-])"
    r"|(?<![\d.-])0[5789]0\d{8}(?!\d)|(?<=内線)[\s:]*\d{2,6}(?!\d)"
)
_POSTAL = re.compile(r"〒\s*\d{3}-?\d{4}")
_PREFECTURE = (
    r"(?:北海道|東京都|(?:京都|大阪)府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野"
    r"|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
_ADDRESS = re.compile(
    rf"{_PREFECTURE}?[一-龥々ぁ-んァ-ヶー]{{1,8}}?[市区町村郡](?:[一-龥々ぁ-んァ-ヶー]{{0,10}}?)"
    r"(?:\d+丁目|\d+番地?|\d+-\d+|[一二三四五六七八九十]+丁目)[\d\-丁目番地号のF階]*"
)
_PREFECTURE_CITY = re.compile(rf"{_PREFECTURE}(?:[一-龥々ぁ-んァ-ヶー]{{1,6}}?[市区町村郡](?!場|民|役))*")
_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\d.])")
_CODE = re.compile(
    r"(?:取引先|仕入先|サプライヤー?|法人|会員|企業|社員|登録|認証|契約|顧客|管理|製造|資産|お客様|受付|従業員)(?:コード|番号|ID)"
    r"(?:は|が|[:：])?[「『\s(（]{0,2}([A-Z0-9][A-Z0-9-]{2,})",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"(?:従業員|社員|正社員|人員|社員数|従業員数|グループ人員|スタッフ|全社|総勢|人数)(?:数|規模)?(?:は|が|も|で|[:：]|として)?\s*[(（]?"
    r"((?:約|およそ|計|全)?\s*[\d,]+(?:万|千)?\s*(?:名|人))(?!以[上下]|未満|を超|月|まで|以内|につき|あたり|当たり|に[1一])"
)
_PEOPLE_AFTER = re.compile(
    r"((?:約|およそ)?\s*[\d,]{2,}(?:万|千)?\s*(?:名|人))(?=(?:規模|ほど|程度)?の(?:会社|企業|中小企業|事業所|工場|製造業|部品メーカー|町工場|組織|小規模))"
)
_MONEY = re.compile(
    r"(?:売上(?:高|げ)?|年商|資本金|年間売上高?|営業利益|事業規模)(?:は|が|も|[:：])?\s*[(（]?"
    r"((?:約|およそ)?\s*[\d,.]+\s*(?:兆|億|千万|百万|万)(?:\s*[\d,.]+\s*(?:億|千万|百万|万))?\s*円?)(?!以[上下]|未満|を超|以内)"
)
_MAGNITUDES = ((10, "数"), (100, "数十"), (1000, "数百"), (10_000, "数千"), (100_000, "数万"))


def find_patterns(text: str) -> Iterator[Candidate]:
    """Yield what is found in a narrowed text (`candidates.narrow`)."""
    yield from _simple(text, _MAIL, "mail", "メールアドレスです", "（メールアドレス）")
    for pattern in (_URL, _DOMAIN):
        for match in pattern.finditer(text):
            if not _PUBLIC_HOST.search(match.group()):
                yield Candidate(*match.span(), "url", "URLです", 3, whole="（URL）")
    yield from _simple(text, _PHONE, "phone", "電話番号です", "（電話番号）")
    yield from _simple(text, _POSTAL, "address", "郵便番号です", "（郵便番号）")
    yield from _simple(text, _ADDRESS, "address", "住所です", "（住所）")
    yield from _simple(text, _PREFECTURE_CITY, "place", "地名です", None)
    yield from _simple(text, _IP, "code", "IPアドレスです", "（アドレス）")
    for match in _CODE.finditer(text):
        if any(char.isdigit() for char in match[1]):
            yield Candidate(*match.span(1), "code", "番号から特定できます", 3, whole="（番号）")
    yield from _sizes(text)


def _simple(
    text: str, pattern: re.Pattern[str], kind: SpanKind, why: str, whole: str | None
) -> Iterator[Candidate]:
    for match in pattern.finditer(text):
        yield Candidate(*match.span(), kind, why, 3, whole=whole)


def _sizes(text: str) -> Iterator[Candidate]:
    for pattern in (_PEOPLE, _PEOPLE_AFTER):
        for match in pattern.finditer(text):
            yield Candidate(*match.span(1), "size", "会社の規模です", 3, whole=_rough(match[1]))
    for match in _MONEY.finditer(text):
        yield Candidate(*match.span(1), "size", "会社の規模です", 3, whole=_rough(match[1]))


def _rough(amount: str) -> str:
    """An amount by its magnitude: 1,234名 → 数千名, 120億円 → 数百億円; the unit stays as written."""
    found = re.search(r"([\d,.]+)\s*(.*)", amount, re.DOTALL)
    assert found is not None
    value = float(found[1].replace(",", "").strip(".") or 0)
    word = next((word for limit, word in _MAGNITUDES if value < limit), "多数の")
    unit = re.search(r"^[兆億万千百]+|[名人].*$", found[2])
    tail = "円" if found[2].endswith("円") else ""
    return word + (unit.group() if unit else "") + tail
