"""Lines of running text: which are headings or list items, and which go on in the next line."""

import re
import unicodedata
from collections.abc import Sequence

_MAX_HEADING = 60  # characters; longer lines are text that begins with a number
_HEADINGS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"第[0-9一二三四五六七八九十百]+[編部](?:[\s　:：]|$)"), 1),
    (re.compile(r"第[0-9一二三四五六七八九十百]+章(?:[\s　:：]|$)"), 1),
    (re.compile(r"第[0-9一二三四五六七八九十百]+節(?:[\s　:：]|$)"), 2),
    (re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}\.?[\s　]"), 3),
    (re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.?[\s　]"), 2),
    (re.compile(r"[0-9]{1,2}[.．](?![0-9])[\s　]*\S"), 1),
    (re.compile(r"[■◆●▼□◇]\s*\S"), 2),
    (re.compile(r"【[^】]{1,40}】$"), 2),
)
_ITEM = re.compile(
    r"[・･•◦‣○●▪*＊\-–－]\s*(?![*\-])\S|[(（][0-9０-９a-zA-Zァ-ンⅰ-ⅹ一-十]{1,3}[)）]|[①-⑳㉑-㉟㊱-㊿]|[0-9０-９]{1,2}[)）]"
    r"|[ア-ン][.．、)）]\s|[0-9０-９]{1,2}[.．](?![0-9０-９])\s*\S|※|[→⇒]|[a-z][.)]\s"
)
# A line that opens something of its own is never the rest of the line before.
_OPENS = re.compile(
    r"(?:[QＱAＡ]\s*[0-9０-９]*\s*[.．:：、)）]|[質問回答照会]{1,2}\s*[0-9０-９①-⑳㉑-㉟㊱-㊿\-－]*\s*[.．:：、]|https?://|[■◆●▼□◇【\[「『#])"
)
_ENDS = re.compile(r"[。．.！？!?:：；;」』】\]）)]$")
_WRAPPED_FROM = 0.75  # of the longest line: a line that broke for want of room is about as long as the others
_NARROWEST = 24  # half-width columns; shorter lines are labels and addresses, not wrapped text


def heading_level(line: str) -> int:
    """Return the depth of the heading that `line` has the shape of, or 0."""
    text = unicodedata.normalize("NFKC", line).strip()
    if not text or len(text) > _MAX_HEADING or text.endswith(("。", "、", ",", "．")):
        return 0
    return next((level for pattern, level in _HEADINGS if pattern.match(text)), 0)


def is_item(line: str) -> bool:
    """Whether a line begins as a list item does: ・, (1), ①, ※ …."""
    return bool(_ITEM.match(line.lstrip()))


def unwrap(lines: Sequence[str]) -> list[str]:
    """Join the lines of one paragraph that were broken for want of room; keep the breaks that mean something.

    Japanese is joined without a blank, words of other scripts with one.
    """
    longest = max((_width(line) for line in lines), default=0)
    joined: list[str] = []
    previous = ""
    for line in lines:
        if joined and _goes_on(previous, line, longest):
            joined[-1] = join(joined[-1], line.strip())
        elif line.strip():
            joined.append(line.strip())
        previous = line
    return joined


def join(left: str, right: str) -> str:
    """Return two parts of a broken line as one, with a blank only between two words of Latin script."""
    glue = " " if left[-1:].isascii() and right[:1].isascii() and left and right else ""
    return left + glue + right


def _goes_on(previous: str, line: str, longest: int) -> bool:
    if not previous.strip() or not line.strip() or line.startswith("\u3000"):
        return False
    if _OPENS.match(line.lstrip()) or is_item(line) or heading_level(line):
        return False
    if _ENDS.search(previous.rstrip()) and not previous.rstrip().endswith(("）", ")")):
        return False
    return _width(previous) >= max(_NARROWEST, _WRAPPED_FROM * longest)


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line.strip())
