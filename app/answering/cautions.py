"""What the reader must know before acting on an answer: old deadlines, replaced editions, gaps."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from app.answering.asked_for import asked_for
from app.answering.dates import find_deadlines
from app.answering.findings import Finding
from app.answering.models import Caution, Citation, ReferenceLine, Statement
from ingest.models import Passage, Source
from ingest.text.normalise import fold

_YEAR = re.compile(r"(20\d\d)(?:年度?版?)?")
_EDITION_IN_LABEL = re.compile(r"第\s*([0-9.]+)\s*版")


def fact_cautions(asked: Iterable[str], findings: Sequence[Finding]) -> list[Caution]:
    """Name each kind of fact that a part asks for (何日, いくら) and that no passage found holds."""
    texts = [_everything(passage) for finding in findings for passage in finding.passages]
    kinds: dict[str, None] = {}
    for part in asked:
        wanted = asked_for(part)
        if wanted is not None and not any(wanted.stands_in(text, part) for text in texts):
            kinds.setdefault(wanted.kind)
    return [
        Caution(
            code="partial",
            message=f"お尋ねの「{kind}」に当たる記載は、引用した箇所には見つかりません。",
        )
        for kind in kinds
    ]


def _everything(passage: Passage) -> str:
    references = [f"{reference.label} {reference.url or ''}" for reference in passage.references]
    return "\n".join((passage.question or "", passage.text, *references))


def deadline_cautions(
    statements: Sequence[Statement], today: date, citations: Sequence[Citation] = ()
) -> list[Caution]:
    """Name every deadline in the statements that lies before `today`.

    「来年度末」 counts from the date that the cited source speaks from; without one it names no day.
    """
    spoken = {citation.n: citation.as_of for citation in citations}
    found: dict[str, Caution] = {}
    for statement in statements:
        as_of = next((spoken[n] for n in statement.citations if spoken.get(n)), None)
        for deadline in find_deadlines(statement.text, as_of):
            if deadline.last_day < today:
                found.setdefault(
                    deadline.printed,
                    Caution(
                        code="dated_deadline",
                        message=f"「{deadline.printed}」（{_japanese(deadline.last_day)}まで）は、すでに過ぎた期限です。"
                        "現在の期限は最新の資料か事務局でご確認ください。",
                        citation=statement.citations[0] if statement.citations else None,
                    ),
                )
    return list(found.values())


def edition_cautions(
    citations: Sequence[Citation],
    references: Iterable[ReferenceLine],
    statements: Iterable[Statement],
    sources: Sequence[Source],
) -> list[Caution]:
    """Name every edition that is cited or referred to and of which the catalogue knows a newer one."""
    replaced = {source.supersedes: source for source in sources if source.supersedes}
    by_id = {source.id: source for source in sources}
    found: dict[str, Caution] = {}
    mentions = _said(references, statements)
    urls = {r.url for r in references if r.url}
    for old_id in replaced:
        old = by_id.get(old_id)
        if old is None:
            continue
        cited = _cited(old_id, citations)
        if cited is not None or _mentioned(old, mentions, urls):
            newest = _newest(old_id, replaced)
            found[old_id] = Caution(
                code="older_edition", message=_edition_message(old, newest), citation=cited
            )
    return list(found.values())


def year_cautions(
    citations: Sequence[Citation],
    references: Iterable[ReferenceLine],
    statements: Iterable[Statement],
    sources: Sequence[Source],
    today: date,
) -> list[Caution]:
    """Name every yearly publication of a past year, unless the catalogue knows one that replaces it.

    What comes out every year has most likely come out since.
    """
    replaced = {source.supersedes for source in sources}
    said = _said(references, statements)
    found = []
    for source in sources:
        year = _YEAR.fullmatch(source.edition or "")
        if year is None or int(year[1]) >= today.year or source.id in replaced:
            continue
        cited = _cited(source.id, citations)
        name = fold(source.title)
        named = name[: name.find(year[1]) + len(year[1])] if year[1] in name else f"{name}{year[1]}"
        if cited is not None or any(named in text for text in said):
            message = (
                f"『{source.title}』は{year[1]}年の資料です。その後の年のものが出ていないかご確認ください。"
            )
            found.append(Caution(code="dated_edition", message=message, citation=cited))
    return found


def _said(references: Iterable[ReferenceLine], statements: Iterable[Statement]) -> list[str]:
    return [fold(r.label) for r in references] + [fold(s.text) for s in statements]


def _cited(source_id: str, citations: Sequence[Citation]) -> int | None:
    return next((c.n for c in citations if c.source_id == source_id), None)


def _mentioned(source: Source, mentions: Sequence[str], urls: set[str]) -> bool:
    """Whether a label or sentence names the work, in this edition or without one, or links to its file."""
    if source.url in urls and source.url is not None:
        return True
    title = fold(source.title)
    if source.edition:
        title = title.replace(fold(source.edition), "")
    edition = fold(source.edition or "")
    return any(title in m and (edition in m or not _EDITION_IN_LABEL.search(m)) for m in mentions)


def _newest(source_id: str, replaced: dict[str, Source]) -> Source:
    seen = {source_id}
    source = replaced[source_id]
    while source.id in replaced and source.id not in seen:
        seen.add(source.id)
        source = replaced[source.id]
    return source


def _edition_message(old: Source, new: Source) -> str:
    where = f"（{new.url}）" if new.url else ""
    return (
        f"『{old.title}』{old.edition or ''}には、新しい{new.edition or '版'}があります{where}。"
        f"ここに示すページや内容は{old.edition or '旧版'}のものですので、最新版でもご確認ください。"
    )


def _japanese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
