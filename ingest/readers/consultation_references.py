"""What an answer refers to: labels as printed, their pages and the addresses that belong to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.models import Reference
from ingest.readers.consultation_lines import ITEM, URL, Line, em, join
from ingest.readers.consultation_markers import ends_sentence
from ingest.text.normalise import fold

_ONE_PAGE = r"(?:\d{1,4}(?:\s?[（(]\d{1,2}[）)])?)"
_PAGE_SIGN = r"(?:[PpＰｐ]{1,2}\.?\s?|(?:p|pp)\.\s?|[、,・]\s?|\s?[~〜～\-－–—]\s?)"
_PAGES = re.compile(
    rf"(?<![A-Za-z0-9])(?:[PpＰｐ]{{1,2}}[.．]?\s?{_ONE_PAGE}(?:{_PAGE_SIGN}{{1,2}}{_ONE_PAGE}(?![\d.年月日種項]))*"
    r"|(?<![全計各約\d.])(?:第)?\d{1,4}(?:\s?[~〜～\-–、,・]\s?\d{1,4}){0,20}\s?(?:ページ|頁))"
)
_LABEL = re.compile(
    r"^(?:[■□◆▪]|[・•]?\s?付録\s?[0-9０-９]|(?:出典|参照|引用元?|参考(?:資料|文献|URL)?|関連(?:資料|リンク))\s*[:：]"
    r"|[【＜〈（(\[]\s*(?:ご|御)?(?:参考|出典|参照|関連資料|参考資料|参考文献)\s*(?:[】＞〉）)\]]|[:：]))"
)
_SEE_ALSO = re.compile(r"^[※＊*].*[「『].{3,}[」』].*(?:参照|ご覧|ご参考|ご確認)")
_TITLE = re.compile(r"\s[|｜]\s|(?<=\S)｜(?=\S)|\((?:[a-z0-9\-]+\.)+[a-z]{2,}\)$")
_QUOTED = re.compile(r"[「『]([^」』]{6,80})[」』](?:\s*の)?\s*(" + _PAGES.pattern + ")")
_SITE = re.compile(r"[|｜]|\s–\s")
_SHORTEST_CORE = 4
_WIDEST_LABEL = 60.0  # ems; wider lines are text
_WIDEST_SECOND = 40.0  # the second line of a label


@dataclass(slots=True)
class _Anchor:
    label: str
    line: int
    kind: str  # "label", "title" or "standalone"
    pages: str | None = None
    url: str | None = None


def find_pages(text: str) -> str | None:
    """Return the pages that `text` names as printed ("P54～64", "P20（2）、22（3）", "85ページ"), or None."""
    found = _PAGES.search(text)
    return found.group().strip() if found else None


def take_references(lines: Sequence[Line]) -> tuple[list[str], tuple[Reference, ...]]:
    """Split joined lines of an answer into its text and its references.

    Bare addresses and titles of linked pages ("… | IPA") leave the text: they are references only.
    Labels (■…, 付録…, 出典:, 【参考】, ※…参照) are references and stay in the text, as do the lists under
    them, so that these can be found as answer text. Every address stands on exactly one reference.
    """
    lines = _merge_labels(lines)
    anchors = _anchors(lines)
    bare: list[str] = []
    texts: list[str] = []
    own = {anchor.line for anchor in anchors if anchor.kind == "title"}
    for index, line in enumerate(lines):
        urls = _urls(line.text)
        rest = _without_urls(line.text)
        if urls and not re.search(r"\w", rest):
            bare += urls
        elif line.text:
            _place_inline(anchors, index, urls, rest)
            if index not in own:
                texts.append(line.text)
    marked = [Reference(label, url) for line in lines for label, url in line.urls]
    taken = {anchor.url for anchor in anchors} | {ref.url for ref in marked}
    _pair_adjacent(anchors, lines, taken)
    taken |= {anchor.url for anchor in anchors}
    left = _pair(anchors, [url for url in dict.fromkeys(bare) if url not in taken])
    _pages_of_sentences(anchors, texts)
    anchors.sort(key=lambda anchor: anchor.line)
    found = [
        Reference(anchor.label, anchor.url, pages=anchor.pages)
        for anchor in anchors
        if anchor.kind != "standalone" or anchor.url
    ]
    return texts, _unique([*found, *marked, *(Reference("", url) for url in left)])


def _merge_labels(lines: Sequence[Line]) -> list[Line]:
    """■資料 + 付録4：… (or P2 …) on the next line is one label; so is 【参考】 with a title below."""
    out: list[Line] = []
    for line in lines:
        last = out[-1] if out else None
        if last is not None and line.text and _extends(last.text, line.text):
            text = f"{last.text} {line.text}" if last.text[0] in "■□◆▪" else join(last.text, line.text)
            out[-1] = replace(last, text=text, urls=last.urls + line.urls)
        elif (
            last is not None
            and not last.text
            and len(out) > 1
            and _extends(out[-2].text, line.text, gap=True)
        ):
            out[-2:] = [replace(out[-2], text=f"{out[-2].text} {line.text}", urls=out[-2].urls + line.urls)]
        else:
            out.append(line)
    return out


def _extends(label: str, line: str, *, gap: bool = False) -> bool:
    if not _LABEL.match(label) or ends_sentence(label) or URL.search(label) or _TITLE.search(label):
        return False
    if label[0] in "■□◆▪":
        return bool(
            re.match(
                r"[Pp]\.?\s?\d" if gap else r"付録\s?[0-9０-９]|[Pp]\.?\s?\d|第[0-9０-９]+[章節部編]", line
            )
        )
    if label[-1] in "】＞" and find_pages(line) is None:
        return False  # 【参考】 as a heading
    plain = not (ITEM.match(line) or _LABEL.match(line) or _TITLE.search(line) or URL.search(line))
    return not gap and label[0] in "【＜" and plain and not ends_sentence(line) and em(line) < _WIDEST_SECOND


def _anchors(lines: Sequence[Line]) -> list[_Anchor]:
    anchors: list[_Anchor] = []
    for index, line in enumerate(lines):
        text = _without_urls(line.text)
        if not text or line.urls:
            continue
        before = anchors[-1] if anchors and anchors[-1].line == index - 1 else None
        if _is_label(text) or _SEE_ALSO.match(text):
            kind = "label"
        elif _is_title(text) or (before and before.kind == "label" and _repeats(before.label, text)):
            kind = "title"
        elif _stands_alone(lines, index):
            kind = "standalone"
        else:
            continue
        label = re.sub(r"^[・•]\s*", "", text)
        anchors.append(_Anchor(label, index, kind, find_pages(label) if kind == "label" else None))
    return anchors


def _is_label(text: str) -> bool:
    """Whether the line names a document; （参考） by itself is a heading, a whole sentence is a remark."""
    bare = re.fullmatch(r"[【＜〈（(\[][^】＞〉）)\]]*[】＞〉）)\]]", text) and not re.search(
        r"[:：].{4}", text
    )
    return bool(_LABEL.match(text)) and not bare and not ends_sentence(text)


def _is_title(text: str) -> bool:
    return bool(_TITLE.search(text)) and not ends_sentence(text) and not ITEM.match(text)


def _repeats(label: str, text: str) -> bool:
    """Whether the line under a label is the title of the page that the label names."""
    core = _core(label)
    return (
        len(core) >= _SHORTEST_CORE
        and not ITEM.match(text)
        and not ends_sentence(text)
        and fold(text)[:5] == core[:5]
    )


def _stands_alone(lines: Sequence[Line], index: int) -> bool:
    """A title-like line that is a paragraph of its own: it may name one of the addresses below."""
    text = lines[index].text
    alone = (index == 0 or not lines[index - 1].text) and (
        index + 1 == len(lines) or not lines[index + 1].text
    )
    return (
        alone and index > 0 and not ends_sentence(text) and not ITEM.match(text) and em(text) < _WIDEST_LABEL
    )


def _core(label: str) -> str:
    text = re.sub(r"^(?:[■□◆▪・•]\s*|[【＜（(\[][^】＞）)\]]*[】＞）)\]]\s*)+", "", label)
    return fold(re.sub(r"^[A-Za-z/]{2,12}\s*[：:]\s*", "", text))


def _without_urls(text: str) -> str:
    return re.sub(r"\s*[（(<＜]\s*[）)>＞]\s*$", "", URL.sub("", text)).strip()


def _urls(text: str) -> list[str]:
    return [_trim(url) for url in URL.findall(text)]


def _trim(url: str) -> str:
    url = url.rstrip(".,;:'!?*")
    while url.endswith((")", "]")) and url.count("(") + url.count("[") < url.count(")") + url.count("]"):
        url = url[:-1]
    return url


def _place_inline(anchors: list[_Anchor], index: int, urls: list[str], rest: str) -> None:
    """Addresses inside a line of text belong to that line's label, or make one of a short line."""
    known = {anchor.url for anchor in anchors}
    for url in urls:
        if url in known:
            continue
        own = next((anchor for anchor in anchors if anchor.line == index and anchor.url is None), None)
        if own is None:
            label = (
                re.sub(r"^[・•]\s*", "", rest).rstrip("：: ")
                if len(urls) == 1 and not ends_sentence(rest)
                else ""
            )
            own = _Anchor(label if em(label) < _WIDEST_LABEL else "", index, "label", find_pages(label))
            anchors.append(own)
        own.url = url
        own.kind = "label"
        known.add(url)


def _pair_adjacent(anchors: list[_Anchor], lines: Sequence[Line], taken: set[str | None]) -> None:
    """An address alone on the line under a label or title is its own."""
    labels = [anchor for anchor in anchors if anchor.kind == "label"]
    for anchor in [anchor for anchor in anchors if anchor.kind != "standalone" and anchor.url is None]:
        below = [_urls(line.text) for line in lines[anchor.line + 1 : anchor.line + 3]]
        if below and len(below[0]) == 1 and not (below[1:] and below[1]) and below[0][0] not in taken:
            rest = URL.sub("", lines[anchor.line + 1].text)
            if not re.search(r"\w", rest):
                _owner(anchor, labels).url = below[0][0]
                taken.add(below[0][0])


def _pair(anchors: list[_Anchor], urls: list[str]) -> list[str]:
    """Give the addresses below an answer to the labels they belong to; return those that nobody claims."""
    free = [anchor for anchor in anchors if anchor.url is None]
    titles = [anchor for anchor in free if anchor.kind == "title"]
    named = [anchor for anchor in free if anchor.kind != "standalone"]
    labels = [anchor for anchor in free if anchor.kind == "label"]
    for group in (titles, named, labels, free):
        distinct = list({fold(anchor.label): anchor for anchor in reversed(group)}.values())[::-1]
        if urls and len(distinct) == len(urls):
            for anchor, url in zip(distinct, urls, strict=True):
                _owner(anchor, labels).url = url
            return []
    return urls


def _owner(anchor: _Anchor, labels: list[_Anchor]) -> _Anchor:
    """The label that a linked page's title stands for: the first that names it, else the one right above."""
    if anchor.kind != "title":
        return anchor
    head = fold(_SITE.split(anchor.label)[0])
    whole = fold(anchor.label)
    for label in labels:
        core = _core(label.label)
        if label.url is None and len(core) >= _SHORTEST_CORE and (head in core or core in whole):
            return label
    above = [
        label for label in labels if label.line in (anchor.line - 1, anchor.line - 2) and label.url is None
    ]
    return above[-1] if above else anchor


def _pages_of_sentences(anchors: list[_Anchor], texts: list[str]) -> None:
    """Pages that a sentence names (「資料」のP28には…) go to the label of that document, or make one."""
    labels = [anchor for anchor in anchors if anchor.kind == "label"]
    for text in texts:
        for found in _QUOTED.finditer(text):
            pages = (find_pages(found.group(2)) or "").strip()
            if any(anchor.pages and fold(pages) in fold(anchor.pages) for anchor in labels):
                continue
            title = found.group(1)
            same = [anchor for anchor in labels if anchor.pages is None and _same_title(anchor, title)]
            if same:
                same[0].pages = pages
            else:
                anchors.append(_Anchor(found.group().strip(), len(anchors) + len(texts), "label", pages))


def _same_title(anchor: _Anchor, title: str) -> bool:
    """Whether a label names the document of this title, with or without the publisher in front."""
    core = _core(anchor.label)
    titles = {fold(title), fold(title.split(" ", 1)[-1])}
    return len(core) >= _SHORTEST_CORE and any(one in core or core in one for one in titles)


def _unique(references: Sequence[Reference]) -> tuple[Reference, ...]:
    """Without repeated labels and repeated addresses; the first keeps them."""
    kept: dict[str, Reference] = {}
    urls: set[str] = set()
    for ref in references:
        url = ref.url if ref.url not in urls else None
        key = fold(ref.label) or (url or "")
        if key in kept and kept[key].url and url:
            key = f"{key} {url}"  # two links of the same words
        if not key or (key in kept and url is None):
            continue
        if url:
            urls.add(url)
        pages = ref.pages or (kept[key].pages if key in kept else None)
        kept[key] = replace(ref, url=url, pages=pages)
    return tuple(kept.values())
