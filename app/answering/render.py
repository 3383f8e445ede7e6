"""The answer as text in the form of the meeting: 質問内容／回答／参考資料, with [n] marks."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from app.answering.inert import inert
from app.answering.models import Caution, Citation, Missing, ReferenceLine, Related, Statement
from ingest.models import Passage, Source


def citation_of(n: int, passage: Passage, source: Source) -> Citation:
    """Return citation `n` for a passage. The quote is the passage, whole."""
    return Citation(
        n=n,
        source_id=source.id,
        kind=source.kind,
        title=source.title,
        publisher=source.publisher,
        edition=source.edition,
        file=passage.file,
        question_no=passage.question_no,
        question=passage.question,
        item_nos=list(passage.item_nos),
        page=passage.page,
        page_end=passage.page_end,
        page_label=printed_page(passage),
        heading=list(passage.heading),
        sheet=passage.sheet,
        row=passage.row,
        quote=passage.text,
        url=source.url,
        as_of=source.as_of or source.published,
    )


def printed_page(passage: Passage) -> str | None:
    """Return the printed page number as it is shown, None where there is none."""
    return f"P{passage.page_label}" if passage.page_label else None


def references_of(
    citations: Sequence[Citation], passages: Sequence[Passage], sources: Mapping[str, Source] | None = None
) -> list[ReferenceLine]:
    """Return what the cited answers refer to, then the cited documents themselves, each once.

    Two answers may word the same document differently; an address that an answer leaves out is taken from
    the catalogue.

    Args:
        citations: of the answer.
        passages: that they cite.
        sources: the catalogue, by id; without it references stay as they are printed.
    """
    known = sources or {}
    found: dict[tuple[str, str | None], ReferenceLine] = {}
    for passage in passages:
        for reference in passage.references:
            source = known.get(reference.source or "")
            printed = reference.url or (source.url if source else None)
            url = printed if _is_web(printed) else None
            label = inert(reference.label) or _host(url)
            key = (f"={source.id}", reference.pages) if source else (label, url)
            found.setdefault(key, ReferenceLine(label=label, url=url))
    for citation in citations:
        if citation.kind != "consultation":
            line = ReferenceLine(label=inert(_document_label(citation)), url=citation.url)
            found.setdefault((line.label, line.url), line)
    return list(found.values())


def _document_label(citation: Citation) -> str:
    edition = citation.edition or ""
    page = citation.page_label or (f"{citation.page}ページ（ファイルの先頭から）" if citation.page else "")
    row = f"{citation.sheet} {citation.row}行目" if citation.sheet and citation.row else ""
    publisher = f"{citation.publisher}：" if citation.publisher else ""
    return f"■{publisher}{citation.title}{edition} {page}{row}".rstrip()


def _is_web(url: str | None) -> bool:
    return url is not None and urlsplit(url).scheme in ("http", "https")


def _host(url: str | None) -> str:
    return f"■{urlsplit(url).hostname}" if url else "■"


def answered_text(
    question: str,
    groups: Sequence[tuple[str | None, Sequence[Statement]]],
    cautions: Sequence[Caution],
    references: Sequence[ReferenceLine],
    citations: Sequence[Citation],
    asked_as: str | None = None,
    known: frozenset[str] = frozenset(),
) -> str:
    """Return the whole answer as shown. Only the marks and the addresses under 参考資料 do anything in it.

    Args:
        question: as asked.
        groups: (heading or None, statements) in order; one group for each part of the question.
        cautions: shown in front of the references.
        references: the lines under 参考資料.
        citations: the lines under 出典.
        asked_as: how a follow-up was understood.
        known: addresses that may be followed (see `inert`).
    """
    understood = [f"（{inert(asked_as)}）"] if asked_as else []
    lines = [f"質問内容：{inert(question)}", *understood, "", "回答："]
    for heading, statements in groups:
        if heading:
            lines += ["", f"【{inert(heading)}】"]
        lines += [inert(statement.text, known) + _marks(statement) for statement in statements]
    if cautions:
        lines += ["", "注意：", *(f"※{inert(caution.message, known)}" for caution in cautions)]
    if references:
        lines += ["", "参考資料"]
        for reference in references:
            lines += [reference.label] + ([reference.url] if reference.url else [])
    lines += ["", "出典", *(f"[{c.n}] {inert(_where(c), known)}" for c in citations)]
    return "\n".join(lines)


def missing_text(missing: Missing, related: Sequence[Related]) -> str:
    """Return the text of an answer that could not be given. It repeats nothing of what was typed."""
    lines = ["回答：", missing.message, missing.ask]
    if related:
        lines += [
            "",
            "関連する過去の質問",
            *(f"・質問{r.question_no}：{inert(shortened(r.question))}" for r in related),
        ]
    return "\n".join(lines)


def _marks(statement: Statement) -> str:
    return "".join(f"[{n}]" for n in statement.citations)


def _where(citation: Citation) -> str:
    publisher = f"{citation.publisher}：" if citation.publisher and citation.kind != "consultation" else ""
    place = f" 質問{citation.question_no}" if citation.question_no is not None else ""
    page = citation.page_label or (f"{citation.page}ページ（ファイルの先頭から）" if citation.page else "")
    as_of = f"（{citation.as_of}時点）" if citation.as_of else ""
    edition = (
        f"（{citation.edition}）"
        if citation.kind == "consultation" and citation.edition
        else citation.edition
    )
    return f"{publisher}{citation.title}{edition or ''}{place} {page}".rstrip() + as_of


def shortened(text: str, limit: int = 80) -> str:
    """Return `text` on one line of at most `limit` characters, cut after a comma where one is near."""
    one_line = " ".join(text.split())
    if len(one_line) <= limit:
        return one_line
    cut = one_line[: limit - 1]
    comma = cut.rfind("、")
    return (cut[: comma + 1] if comma > limit // 2 else cut) + "…"
