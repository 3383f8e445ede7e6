"""Which encoding a text file is in: by strict decoding, and by how much like Japanese it then reads."""

import codecs
import re

from ingest.errors import ErrorCode, YorozuError

_MARKS = (  # the longer marks first: UTF-32-LE begins like UTF-16-LE
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_LEGACY = ("cp932", "euc_jp")
_ENOUGH = 0.85  # share of plausible characters; the wrong one of the two stays below 0.7 on real text
_SAMPLE = 200_000  # bytes; enough to judge, and quick on a large file
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_KANA_AND_SIGNS = re.compile(r"[\u3000-\u30ff\uff01-\uff5e\u2010-\u2312\u2460-\u2473\u2500-\u25ef]")


def decode(data: bytes) -> str:
    """Return the text of `data`: UTF-8, UTF-16 or UTF-32 with a mark, ISO-2022-JP, cp932 or EUC-JP.

    Raises:
        YorozuError: FILE_ENCODING when none of them gives plausible text.
    """
    text = _marked(data) or _unmarked(data)
    if text is None or _NOT_TEXT.search(text):
        raise YorozuError(ErrorCode.FILE_ENCODING)
    return text


def _marked(data: bytes) -> str | None:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data, name)
    return None


def _unmarked(data: bytes) -> str | None:
    if _ISO_2022_JP.search(data) and (text := _strict(data, "iso2022_jp_ext")) is not None:
        return text
    if (text := _utf8(data)) is not None:
        return text
    tried = {name: _strict(data, name) for name in _LEGACY}
    rated = [(_plausibility(text[:_SAMPLE]), text) for text in tried.values() if text is not None]
    best, text = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    return text if best >= _ENOUGH else None


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_off = error.start >= len(data) - 3 and error.reason == "unexpected end of data"
        # A file cut inside its last character is still the text that it is.
        return data[: error.start].decode("utf-8") if cut_off and error.start else None


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _plausibility(text: str) -> float:
    """The share of the characters beyond ASCII that ordinary Japanese is made of, from 0 to 1."""
    beyond = [char for char in text if ord(char) > 0x7F]  # noqa: PLR2004 - the end of ASCII
    return sum(map(_weight, beyond)) / len(beyond) if beyond else 1.0


def _weight(char: str) -> float:
    if _KANA_AND_SIGNS.match(char):
        return 1.0
    if "\uff61" <= char <= "\uff9f":
        return 0.5  # half-width kana are used, but EUC-JP read as cp932 consists of them
    try:
        code = char.encode("euc_jp")
    except UnicodeEncodeError:
        return 0.8 if "\u3200" <= char <= "\u9fff" else 0.0  # cp932 has ㈱, 髙 and the like beyond JIS
    return 1.0 if len(code) == 2 and 0xB0 <= code[0] <= 0xCF else 0.6  # noqa: PLR2004 - JIS level 1 kanji
