"""Lines of a consultation: taken out of blocks, and joined back to sentences where they were broken."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.models import Block, BlockKind
from ingest.readers.consultation_markers import split_inline

URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
ITEM = re.compile(
    r"^(?:[・•●○◯◎■□◆◇▪▶►➢✓※＊*⇒→★☆]|"
    r"[①-⑳㉑-㉟㊱-㊿❶-❿⓵-⓾⑴-⒇ⅰ-ⅻⅠ-Ⅻ]|[-−–]\s|"
    r"[（(][0-9０-９ｱ-ﾝア-ンa-zA-Zａ-ｚ一-十]{1,3}[)）]|"
    r"[0-9０-９]{1,2}[.．)）、](?![0-9０-９])|[ア-ン][.．)）、 ])"
)
_OWN_LINE = re.compile(r"^(?:https?://|[【＜〈《]|付録\s*\d|別[紙添表]|[^\s、。（「『(]{1,12}[：:])")
_ENDS = re.compile(r"(?:[。！？!?．]|[：:])[」』）)】”\"]*$")
_COMPLETE = re.compile(
    r"(?:です|ます|ません|でした|ました|した|たい|ない|なし|いる|する|ある|なる|れる|せる|える|みる|よい|べき|"
    r"こと|もの|など|とおり|ください|さい|しょう|か|まで|まとめ|について|お知らせ|はじめに|おわりに)$"
)
_CONTINUES = re.compile(r"^[を、。，．,）)」』】〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョん]")
# A formal noun needs what stands before it: 「…情報を得る / ことから始めて」.
_CLINGS = re.compile(
    r"^(?:こと(?:から|が|を|に|で|は|も|と)|ものと|ものの|ところ|ため、|ために|よう(?:に|な))"
)
_HEAD_ONLY = re.compile(r"^[【＜〈《\[][^】＞〉》\]]*[】＞〉》\]]$")
_PARTICLES = "をにがはでとへもやのてば"  # what a sentence that a blank line interrupts stops at
_OPENERS, _CLOSERS = "（(「『【〈《[", "）)」』】〉》]"
_TITLE_LINE = re.compile(r"\s[|｜]\s|｜|\((?:[a-z0-9\-]+\.)+[a-z]{2,}\)$")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]{1,300})\]\((https?://[^\s)]*(?:\([^\s)]*\)[^\s)]*)*)[^)]*\)")
_SPLIT_URL = re.compile(
    r"(https?://\S*[A-Za-z0-9\-_]) (?=[\w\-]*\.(?:html?|pdf|docx?|xlsx?|pptx?|aspx?|php)\b)"
)
_LINK_ADDRESS = re.compile(r"[（(]https?://[^）)]*[）)]$")
_NAVIGATION = re.compile(
    r"^[▲△↑◀<＜\[]*\s*(?:この)?(?:ページ|頁|画面|目次|一覧|質問|トップ)(?:一覧|ページ)?の?(?:先頭|トップ|上部|最初|目次|上)?"
    r"(?:へ|に)(?:戻る|もどる|移動)?[\]>＞]*$"
)
_PAGE_NUMBER = re.compile(
    r"^[-−–ー‐\s]*+(?:P\.?|p\.?)?\s*+(\d{1,4})\s*+(?:[/／]\s*\d+|ページ|頁)?[-−–ー‐\s]*$"
)
_MIN_PAGES = 3
_FULL = 0.85  # of the text box: what a line that ran into the right margin fills at least
_NARROWEST_OPEN = 8.0  # ems; a shorter line that ends in hiragana is a label
_NARROWEST_FULL = 16.0  # ems; narrower columns are told by how their lines end
_LONGEST_BRACKET = 3  # lines that a bracket may stay open


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: where it stands, and what its block was."""

    text: str  # without surrounding blanks; "" for an empty line
    block: int  # index of the block
    page: int | None = None
    kind: BlockKind = "paragraph"
    level: int = 0
    urls: tuple[tuple[str, str], ...] = ()  # (label, url) of links that were marked up


def to_lines(blocks: Sequence[Block]) -> list[Line]:
    """Return the lines of `blocks`, cut before every marker that stands inside a line.

    Page numbers and running heads, pictures and 「ページの先頭へ」 are left out.
    """
    lines: list[Line] = []
    for index, block in enumerate(blocks):
        for raw in block.text.split("\n"):
            text, urls = _plain(raw)
            if _NAVIGATION.match(_LINK_ADDRESS.sub("", text)) or (not text and raw.strip()):
                continue
            kind, level = block.kind, block.level
            if kind == "paragraph" and (mark := re.match(r"(#{1,6})\s+(?=\S)", text)):
                kind, level, text = "heading", len(mark.group(1)), text[mark.end() :]
            for part in split_inline(text):
                lines.append(Line(part.strip(), index, block.page, kind, level, urls))
                urls = ()
    return _without_furniture(lines)


def _plain(raw: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The line without marked-up pictures and links, and the links."""
    text = _IMAGE.sub("", raw).strip()
    urls = tuple((label.strip(), url) for label, url in _LINK.findall(text))
    text = _LINK.sub(r"\1", text).strip()
    return _SPLIT_URL.sub(
        lambda found: found.group(1) if "." not in found.group(1)[-5:] else found.group(), text
    ), urls


def _without_furniture(lines: list[Line]) -> list[Line]:
    edges: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        if line.page is not None and line.text:
            edges.setdefault(line.page, []).append(index)
    if len(edges) < _MIN_PAGES:
        return lines
    drop: set[int] = set()
    for pick in (0, -1):
        drop |= _repeated(
            {page: found[pick] for page, found in edges.items() if len(found) > 1}, lines, len(edges)
        )
    return [line for index, line in enumerate(lines) if index not in drop]


def _repeated(edge: dict[int, int], lines: list[Line], pages: int) -> set[int]:
    """Indexes of first (or last) lines of the pages that are page numbers or say the same on most pages."""
    offsets: Counter[int] = Counter()
    numbered: dict[int, int] = {}
    for page, index in edge.items():
        if found := _PAGE_NUMBER.match(unicodedata.normalize("NFKC", lines[index].text)):
            numbered[index] = int(found.group(1)) - page
            offsets[numbered[index]] += 1
    shapes = {index: re.sub(r"\d+", "0", lines[index].text) for index in edge.values()}
    counts = Counter(shape for index, shape in shapes.items() if index not in numbered)
    enough = max(_MIN_PAGES, pages // 2)
    drop = {index for index, offset in numbered.items() if offsets[offset] >= enough}
    return drop | {index for index, shape in shapes.items() if counts[shape] >= enough}


def em(text: str) -> float:
    """Return the printed width of `text` in full-width characters."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.5 for char in text)


def reflow(lines: Sequence[Line]) -> list[Line]:
    """Join lines that were broken for want of room; blank lines that separate paragraphs stay as "".

    Japanese is joined without a blank. List items, labels, URLs and lines that end a sentence stay apart.
    A sentence that a blank line interrupts (slides do that) is joined as well.
    """
    box = _Box(lines)
    out: list[Line] = []
    for index, line in enumerate(lines):
        if not line.text:
            if out and out[-1].text:
                out.append(line)
            continue
        blank = bool(out) and not out[-1].text
        last = out[-2] if blank and len(out) > 1 else out[-1] if out else None
        if last is not None and last.text and box.goes_on(last, line, index, blank=blank):
            if blank:
                out.pop()
            out[-1] = replace(last, text=join(last.text, line.text), urls=last.urls + line.urls)
        else:
            out.append(line)
    while out and not out[-1].text:
        out.pop()
    return out


def join(left: str, right: str) -> str:
    """Return a broken line as one: a blank only between two Latin words, none inside an address."""
    if _ends_in_url(left):
        return left + right
    glue = " " if left[-1:].isascii() and right[:1].isascii() else ""
    return left + glue + right


class _Box:
    """The text box that the lines stand in: how wide its paragraphs are, which lists end in full stops."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        widths = [0.0 if URL.match(line.text) else em(line.text) for line in lines]
        section = max(widths, default=0.0)
        self.full = [0.0] * len(lines)
        start = 0
        for end in range(len(lines) + 1):
            if end == len(lines) or not lines[end].text:
                width = max(widths[start:end], default=0.0)
                self.full[start:end] = [_FULL * max(width, 0.6 * section)] * (end - start)
                start = end + 1
        marks = Counter(line.text[0] for line in lines if ITEM.match(line.text) and _ENDS.search(line.text))
        self.sentence_lists = frozenset(marks)
        self.previous = [""] * len(lines)
        for index in range(1, len(lines)):
            self.previous[index] = lines[index - 1].text or self.previous[index - 1]

    def goes_on(self, last: Line, line: Line, index: int, *, blank: bool) -> bool:
        """Whether `line` (at `index`) is the rest of the sentence that `last` (already joined) began."""
        if (last.kind, line.kind) != ("paragraph", "paragraph") and last.block != line.block:
            return False
        printed = self.previous[index]  # the line above as printed; `last` may be several lines long
        if _broken_url(printed, line.text):
            return not blank
        if _ENDS.search(last.text) or ITEM.match(line.text) or _TITLE_LINE.search(line.text):
            return False
        return self._must_go_on(last, line, index, blank=blank) or self._may_go_on(
            last, line, index, blank=blank
        )

    def _must_go_on(self, last: Line, line: Line, index: int, *, blank: bool) -> bool:
        """An open bracket, or a beginning that no sentence has."""
        if _CLINGS.match(line.text) and self.previous[index][-1] in "るたいうくすつぬぶむ":
            return True
        return self._bracket_open(last, index) or (not blank and bool(_CONTINUES.match(line.text)))

    def _may_go_on(self, last: Line, line: Line, index: int, *, blank: bool) -> bool:
        """An unfinished list item or sentence, or a line that filled its box."""
        printed = self.previous[index]
        listed = last.text[0] in self.sentence_lists and bool(ITEM.match(last.text)) and not blank
        if _ends_in_url(printed) or (_OWN_LINE.match(line.text) and not listed):
            return False
        if listed or _open_end(printed, blank=blank):
            return True
        label = last.text[0] in "■□◆" or _HEAD_ONLY.match(last.text)
        return not blank and not label and em(printed) >= max(self.full[index], _NARROWEST_FULL)

    def _bracket_open(self, last: Line, index: int) -> bool:
        depth = _depth(last.text)
        if depth <= 0:
            return False
        ahead = [line.text for line in self.lines[index : index + 2 * _LONGEST_BRACKET] if line.text]
        return any(
            _depth(last.text + "".join(ahead[: n + 1])) < depth
            for n in range(min(len(ahead), _LONGEST_BRACKET))
        )


def _depth(text: str) -> int:
    return sum((char in _OPENERS) - (char in _CLOSERS) for char in text)


def _open_end(text: str, *, blank: bool) -> bool:
    """Whether the printed line stops inside a sentence: at a comma, or at hiragana that cannot end one."""
    narrowest = 2 * _NARROWEST_OPEN if blank else _NARROWEST_OPEN
    if text[-1] in "、，," or (text[-1] == "・" and len(text) > 1):
        return True
    hiragana = "ぁ" <= text[-1] <= "ん"
    if blank and text[-1] not in _PARTICLES:
        return False
    return hiragana and em(text) >= narrowest and not _COMPLETE.search(text)


def _ends_in_url(text: str) -> bool:
    return bool(URL.fullmatch(text.rpartition(" ")[2]))


def _broken_url(left: str, right: str) -> bool:
    if not _ends_in_url(left) or right.startswith("http"):
        return False
    return bool(re.fullmatch(r"[A-Za-z0-9\-._~/?#&=%+]*[a-z./=&?][A-Za-z0-9\-._~/?#&=%+]*", right)) and bool(
        re.search(r"[./=?&%\-_]", right)
    )
