"""What may go into a file that others open: plain words, and addresses of the catalogue."""

import re
from collections.abc import Set as AbstractSet
from urllib.parse import urldefrag

# Control characters (line breaks and tabs aside), what turns the direction of reading, half pairs, and what
# no XML may hold. Zero-width characters hide words from whoever reads a text over.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
_ADDRESS = re.compile(
    r"(?:(?:[a-z][a-z0-9+.-]{1,20}:)?//[^\s<>「」（）()、。]+|(?:javascript|data|file|vbscript|mailto):\S+)",
    re.IGNORECASE,
)
_ACTIVE_START = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def plain(text: str) -> str:
    """The text without characters that cannot be seen or stored; every line break becomes a newline."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def without_addresses(text: str, allowed: AbstractSet[str]) -> str:
    """Plain text in which only allowed addresses are left; others become （URL省略）."""
    return _ADDRESS.sub(lambda m: m.group() if known(m.group(), allowed) else "（URL省略）", plain(text))


def known(url: str | None, allowed: AbstractSet[str]) -> bool:
    """Whether an address is one of those allowed, its #fragment aside, and can only be a web page."""
    if not url or not url.lower().startswith(("https://", "http://")):
        return False
    return url in allowed or urldefrag(url).url in allowed


def starts_active(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula."""
    return text.lstrip(" 　\n").startswith(_ACTIVE_START)
