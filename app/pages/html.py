"""The page for people, as HTML built here from text alone: nothing of the original's markup gets in."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from urllib.parse import quote as percent

from app.pages.models import message_of
from app.pages.service import View
from app.pages.table import cells_of
from ingest.models import Passage, Reference

# No script at all, and nothing from elsewhere.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
_ROOT = "../../../../../"  # from /api/v1/sources/ID/pages/N: works behind a prefix as well
_DEEPEST = 4
Spans = Sequence[tuple[int, int]]


def page_html(view: View, highlight: str | None) -> str:
    """Return the whole document. `highlight` is what the request asked for; links carry it on."""
    query = f"?highlight={percent(highlight, safe='')}" if highlight is not None else ""
    main = _pdf(view, query) if view.text or view.picture or view.problem else _readable(view)
    title = escape(f"{view.source.title} {view.number}/{view.count}")
    return (
        '<!doctype html>\n<html lang="ja">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{title}</title>\n<link rel="stylesheet" href="{_ROOT}static/pages.css">\n</head>\n<body>\n'
        f"{_head(view)}{_notice(view)}{_steps(view, query)}<main>\n{main}</main>\n"
        f"{_steps(view, query)}{_foot(view)}</body>\n</html>\n"
    )


def _head(view: View) -> str:
    source = view.source
    about = " ".join(part for part in (source.publisher, source.edition) if part)
    label = next((p.page_label for p in view.page.passages if p.page_label), None)
    printed = f"（紙面のページ番号 {label}）" if label and label != str(view.number) else ""
    return (
        f'<header>\n<p class="about">{escape(about)}</p>\n<h1>{escape(source.title)}</h1>\n'
        f'<p class="place">{view.number} / {view.count} ページ{escape(printed)}</p>\n</header>\n'
    )


def _notice(view: View) -> str:
    told = [message_of(view.status) if view.status else None, view.problem]
    return "".join(f'<p class="notice" role="status">{escape(each)}</p>\n' for each in told if each)


def _steps(view: View, query: str) -> str:
    steps = (("prev", view.number - 1, "前のページ"), ("next", view.number + 1, "次のページ"))
    links = [
        f'<a rel="{rel}" href="{number}{escape(query)}">{text}</a>'
        if 1 <= number <= view.count
        else f"<span>{text}</span>"
        for rel, number, text in steps
    ]
    return f'<nav aria-label="ページの移動">{" ".join(links)}</nav>\n' if view.count > 1 else ""


def _foot(view: View) -> str:
    source = view.source
    link = f"<p>入手先：{_link(source.url, source.url)}</p>\n" if source.url else ""
    licence = f"<p>利用条件：{escape(source.licence)}</p>\n" if source.licence else ""
    return f"<footer>\n{link}{licence}</footer>\n"


def _pdf(view: View, query: str) -> str:
    name = f"{view.source.title} {view.number}ページの画像"
    large = f"{view.number}.png{query}{'&' if query else '?'}scale=3"
    figure = (
        f'<figure><a href="{escape(large)}"><img src="{view.number}.png{escape(query)}" alt="{escape(name)}">'
        "</a><figcaption>画像を押すと拡大します。</figcaption></figure>\n"
        if view.picture
        else ""
    )
    words = "".join(f"<p>{text}</p>\n" for text in _paragraphs(view.text, 0, len(view.text), view.text_spans))
    words = words or "<p>このページには、文字のデータがありません。</p>\n"
    opened = "" if view.picture else " open"
    return f"{figure}<details{opened}><summary>このページの文字</summary>\n{words}</details>\n"


def _readable(view: View) -> str:
    page = view.page
    parts: list[str] = []
    numbered = list(enumerate(page.passages))
    shown: tuple[object, ...] = ()
    for _, group in groupby(numbered, key=lambda pair: _unit(pair[1])):
        together = list(group)
        first = together[0][1]
        parts.append(_headings(first, shown))
        shown = first.heading
        if first.question_no is not None:
            parts.append(_question(first))
        spans = [(passage, page.marked.get(number, [])) for number, passage in together]
        parts.append(_table(spans) if first.columns or first.row is not None else _texts(spans))
        if first.question_no is not None:
            parts.append(_references(dict.fromkeys(r for _, p in together for r in p.references)))
    return "".join(parts) or "<p>このページには、文字のデータがありません。</p>\n"


def _unit(passage: Passage) -> tuple[object, ...]:
    """Passages that are shown as one: a Q&A, the rows of a table, the text under a heading."""
    return passage.question_no, passage.question, passage.heading, passage.sheet, passage.columns


def _headings(passage: Passage, shown: Sequence[object]) -> str:
    found = []
    same = True
    for depth, heading in enumerate(passage.heading):
        same = same and depth < len(shown) and shown[depth] == heading
        if not same:
            level = min(depth, _DEEPEST) + 2
            found.append(f"<h{level}>{escape(heading)}</h{level}>\n")
    return "".join(found)


def _question(passage: Passage) -> str:
    items = "・".join(f"No{number}" for number in passage.item_nos)
    about = f'<p class="about">項目番号 {escape(items)}</p>\n' if items else ""
    question = escape(passage.question or "")
    return f'<h2>質問{passage.question_no}</h2>\n{about}<p class="question">{question}</p>\n<h3>回答</h3>\n'


def _texts(passages: Iterable[tuple[Passage, Spans]]) -> str:
    return "".join(
        f"<p>{text}</p>\n"
        for passage, spans in passages
        for text in _paragraphs(passage.text, 0, len(passage.text), spans)
    )


def _table(passages: Sequence[tuple[Passage, Spans]]) -> str:
    first = passages[0][0]
    names = [name for name in dict.fromkeys(first.columns) if name]
    caption = f"<caption>シート「{escape(first.sheet)}」</caption>" if first.sheet else ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("行", *names))
    rows = "".join(f"<tr>{_row(passage, names, spans)}</tr>\n" for passage, spans in passages)
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="表"><table>{caption}'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )


def _row(passage: Passage, names: Sequence[str], spans: Spans) -> str:
    number = f'<th scope="row">{passage.row if passage.row is not None else ""}</th>'
    cells = cells_of(passage.text, names)
    if cells is None:
        text = "<br>".join(_paragraphs(passage.text, 0, len(passage.text), spans))
        return f'{number}<td colspan="{max(len(names), 1)}">{text}</td>'
    texts = (
        "<br>".join(_paragraphs(passage.text, *cells[name], spans)) if name in cells else "" for name in names
    )
    return number + "".join(f"<td>{text}</td>" for text in texts)


def _references(references: Iterable[Reference]) -> str:
    items = "".join(f"<li>{_link(r.label or r.url or '', r.url)}</li>\n" for r in references)
    return f"<h3>参考資料</h3>\n<ul>\n{items}</ul>\n" if items else ""


def _link(text: str, url: str | None) -> str:
    if url is None or not url.startswith(("https://", "http://")):
        return escape(text)
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(text)}</a>'


def _paragraphs(text: str, start: int, end: int, spans: Spans) -> Iterator[str]:
    """The lines of text[start:end] that say something, as HTML with the spans marked."""
    at = start
    for line in text[start:end].split("\n"):
        if line.strip():
            yield _marked(text, at, at + len(line), spans)
        at += len(line) + 1


def _marked(text: str, start: int, end: int, spans: Spans) -> str:
    parts: list[str] = []
    at = start
    for low, high in spans:
        low, high = max(low, at), min(high, end)  # noqa: PLW2901 - the part of the span that lies here
        if low < high:
            parts += [escape(text[at:low]), f"<mark>{escape(text[low:high])}</mark>"]
            at = high
    return "".join([*parts, escape(text[at:end])])
