"""HTML: the main content of a page, without navigation, scripts and what is hidden."""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers.encoding import decode
from ingest.readers.html_walk import Walker
from ingest.readers.ooxml import damaged
from ingest.text.normalise import clean

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w\-]+)", re.IGNORECASE)
_MAX_DEPTH = 250  # of elements in each other; pages stay below 60
_HEAD = 4096  # bytes in which a page names its encoding
_DROPPED = [
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "footer",
    "aside",
    "iframe",
    "object",
    "svg",
    "button",
    "select",
    "input",
    "textarea",
    "rt",
    "rp",
    "dialog",
    "canvas",
    "audio",
    "video",
]
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|topicpath|pankuzu|(?:global|site|local|side)-?(?:nav|menu|header|footer)|gnav|sidebar"
    r"|skip-?(?:nav|link)|cookie|pagination|page-?top|sns|share)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAIN = ("main", "[role=main]", "#main", "#content", "#contents", "#main-content", "#honbun", "article")
_CONTENTS = re.compile(r"[\s【［\[]*(?:目\s*次|contents|table of contents)[\s】］\]]*", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s*[|｜]\s*")


def read_html(path: Path) -> FileContent:
    """Return the main content of a saved page.

    Raises:
        YorozuError: FILE_ENCODING, FILE_DAMAGED, FILE_NO_TEXT.
        OSError: the file cannot be read.
    """
    markup = _decode(path.read_bytes())
    soup = _parse(markup)
    title = _title(soup)
    blocks = html_blocks(soup)
    if not blocks:
        raise YorozuError(ErrorCode.FILE_NO_TEXT)
    return FileContent(tuple(blocks), title=title)


def fragment_blocks(markup: str) -> list[Block]:
    """Return the blocks of HTML that stands inside another format (a table in Markdown)."""
    return html_blocks(_parse(markup))


def html_blocks(soup: "BeautifulSoup") -> list[Block]:
    """Return the blocks of the part of the page that holds its content; changes `soup`.

    Raises:
        YorozuError: FILE_DAMAGED for elements nested too deep to be a page.
    """
    _check_depth(soup)
    _drop_furniture(soup)
    _drop_contents(soup)
    root = next((found for mark in _MAIN if (found := _only(soup, mark)) is not None), None)
    return Walker().blocks(root or soup.body or soup)


def _decode(data: bytes) -> str:
    """By mark or strict decoding; by the page's own word where that finds nothing plausible."""
    try:
        return decode(data)
    except YorozuError:
        named = _CHARSET.search(data[:_HEAD])
        if named is None:
            raise
        try:
            return data.decode(named[1].decode("ascii"))
        except (UnicodeDecodeError, LookupError) as error:
            raise YorozuError(ErrorCode.FILE_ENCODING) from error


def _parse(markup: str) -> "BeautifulSoup":
    from bs4 import BeautifulSoup

    # An XML declaration in front makes lxml choose the encoding anew; the text is decoded already.
    return BeautifulSoup(re.sub(r"^\s*<\?xml[^>]*\?>", "", markup), "lxml")


def _check_depth(soup: "BeautifulSoup") -> None:
    from bs4 import Tag

    level: list[Tag] = [soup]
    for _ in range(_MAX_DEPTH):
        level = [child for tag in level for child in tag.children if isinstance(child, Tag)]
        if not level:
            return
    raise damaged("HTMLの入れ子が深すぎます")


def _only(soup: "BeautifulSoup", selector: str) -> "Tag | None":
    """The only element that `selector` finds, if it holds most of the text."""
    found = soup.select(selector)
    if len(found) != 1:
        return None
    whole = len((soup.body or soup).get_text(strip=True))
    return found[0] if len(found[0].get_text(strip=True)) * 2 >= whole else None


def _drop_furniture(soup: "BeautifulSoup") -> None:
    from bs4 import Comment, Tag

    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in soup.find_all(_DROPPED):
        tag.decompose()
    for tag in soup.find_all():
        if not isinstance(tag, Tag) or tag.decomposed or tag.name in {"html", "body", "main"}:
            continue
        if _is_hidden(tag) or _is_furniture(tag):
            tag.decompose()


def _is_hidden(tag: "Tag") -> bool:
    hidden = tag.has_attr("hidden") or tag.get("aria-hidden") == "true"
    return hidden or bool(_HIDDEN.search(str(tag.get("style", ""))))


def _is_furniture(tag: "Tag") -> bool:
    if tag.get("role") in {"navigation", "banner", "contentinfo", "search"}:
        return True
    if tag.name == "header":
        return tag.find_parent(["main", "article", "section"]) is None
    if tag.name not in {"div", "ul", "ol", "section", "p"}:
        return False
    names = [*tag.get_attribute_list("class"), *tag.get_attribute_list("id")]
    return bool(_FURNITURE.search(" ".join(name for name in names if name)))


def _drop_contents(soup: "BeautifulSoup") -> None:
    """Drop tables of contents: lists that consist of links to places on the same page, and their heading."""
    from bs4 import Tag

    for tag in soup.find_all(["ul", "ol"]):
        if not isinstance(tag, Tag) or tag.decomposed or tag.find_parent(["ul", "ol"]):
            continue
        links = tag.find_all("a")
        inner = [link for link in links if _is_fragment(str(link.get("href", "")))]
        linked = sum(len(link.get_text(strip=True)) for link in inner)
        if len(inner) < 3 or len(inner) != len(links) or linked * 2 < len(tag.get_text(strip=True)):  # noqa: PLR2004
            continue
        tag.decompose()
    for heading in soup.find_all(re.compile(r"^h[1-6]$")):
        if isinstance(heading, Tag) and _CONTENTS.fullmatch(heading.get_text()):
            heading.decompose()


def _is_fragment(href: str) -> bool:
    parts = urlsplit(href)
    return bool(parts.fragment) and not (parts.scheme or parts.netloc or parts.path)


def _title(soup: "BeautifulSoup") -> str | None:
    """The title of the page without the name of the site behind a bar; else its first heading."""
    texts = [tag.get_text(" ", strip=True) for tag in (soup.title, soup.find("h1")) if tag is not None]
    titles = [clean(_TITLE_PARTS.split(text)[0]).strip() for text in texts]
    return next((title for title in titles if title), None)
