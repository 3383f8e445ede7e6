"""A table with a question and an answer column, read as a consultation."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.models import Consultation, Qa, Reference
from ingest.readers.grid import Grid, find_headers, one_line
from ingest.text.item_numbers import find_item_numbers
from ingest.text.normalise import fold

_COLUMNS = {
    "question": r"(?:ご|御)?(?:質問|照会)(?:内容|事項|文|本文|要旨)?|問い?|設問|q|question"
    r"|お?問い?合わ?せ(?:内容|事項)?",
    "answer": r"(?:ご|御)?回答(?:内容|文|案|要旨|例)?|答え?|a|answers?",
    "number": r"no|#|番号|通番|連番|通し番号|(?:質問|回答|問|q|qa)(?:no|番号)",
    "items": r"(?:対象|該当|関連)?(?:項目|要件|要求事項|チェック(?:シート|リスト)?)(?:no|番号)"
    r"|項番|(?:対象|該当)項目",
    "references": r"参考(?:資料|url|情報|リンク)?|参照(?:資料|先|url)?|出典|根拠(?:資料)?|url|リンク",
    "heading": r"分類|大分類|中分類|区分|カテゴリー?|種別|テーマ|議題|分野|category",
}  # fmt: skip
_PATTERNS = tuple((role, re.compile(pattern)) for role, pattern in _COLUMNS.items())
_DECORATION = re.compile(r"[\s.．。:：()\[\]【】<>「」・_*＊※]")
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,4})(?:\s*[~〜～\-–−ー]\s*(\d{1,4}))?(?![\d]|\.\d)")
_URL = re.compile(r"https?://[^\s　、。）」<>\"]+")
_LONGEST_RANGE = 100  # No1～153 is a whole checklist: that names no requirement any more


@dataclass(slots=True)
class QaRows:
    """The Q&As found so far in the tables of one file."""

    qas: list[Qa] = field(default_factory=list)

    def consultation(self, stem: str, title: str | None) -> Consultation | None:
        """Return what was found as one consultation named after the file, or None."""
        return Consultation(stem, title or stem, tuple(self.qas)) if self.qas else None


def qa_columns(columns: Sequence[str]) -> dict[str, list[int]] | None:
    """Return the columns (from 0) of each role, or None where question or answer is missing."""
    roles: dict[str, list[int]] = {}
    for index, name in enumerate(columns):
        key = _DECORATION.sub("", unicodedata.normalize("NFKC", name)).casefold()
        for role, pattern in _PATTERNS:
            if pattern.fullmatch(key):
                roles.setdefault(role, []).append(index)
                break
    return roles if "question" in roles and "answer" in roles else None


def read_qa_rows(grid: Grid, found: QaRows) -> frozenset[int]:
    """Add the Q&As of a table to `found`; return the rows (from 0) that they were read from."""
    headers = find_headers(grid)
    ends = [*(header.start for header in headers[1:]), len(grid.rows)]
    used: set[int] = set()
    for header, end in zip(headers, ends, strict=False):  # one end too many where there is no header
        roles = qa_columns(header.columns)
        if roles is not None:
            rows = _answered(grid, header.end, end, roles)
            numbers = _question_numbers([texts["number"] for _, texts in rows], len(found.qas))
            found.qas += [_qa(texts, n, grid) for (_, texts), n in zip(rows, numbers, strict=True)]
            used.update(index for index, _ in rows)
    return frozenset(used)


def _answered(
    grid: Grid, start: int, end: int, roles: dict[str, list[int]]
) -> list[tuple[int, dict[str, str]]]:
    """The rows that hold both question and answer, with the text of each role."""
    rows = []
    for index in range(start, end):
        texts = dict.fromkeys(_COLUMNS, "")
        for role, columns in roles.items():
            cells = {grid.rows[index][c].origin: grid.rows[index][c].text.strip() for c in columns}
            texts[role] = "\n".join(text for text in cells.values() if text)
        if fold(texts["question"]) and fold(texts["answer"]):
            rows.append((index, texts))
    return rows


def _question_numbers(cells: list[str], before: int) -> list[int]:
    """The printed numbers where every row has one of its own, else 1, 2, 3 … after those before."""
    printed = [re.search(r"\d+", unicodedata.normalize("NFKC", cell)) for cell in cells]
    numbers = [int(match.group()) for match in printed if match and len(match.group()) < 6]  # noqa: PLR2004
    if before == 0 and len(set(numbers)) == len(cells):
        return numbers
    return list(range(before + 1, before + len(cells) + 1))


def _qa(texts: dict[str, str], number: int, grid: Grid) -> Qa:
    heading = tuple(part for part in (grid.sheet, *texts["heading"].split("\n")) if part)
    return Qa(
        question_no=number,
        question=one_line(texts["question"]),
        answer=texts["answer"],
        item_nos=tuple(dict.fromkeys((*item_numbers(texts["items"]), *_named_items(texts["question"])))),
        references=_references(texts["references"], texts["answer"]),
        label=one_line(texts["number"]),
        heading=heading,
        page=grid.page,
        page_end=grid.page,
    )


def item_numbers(cell: str) -> tuple[int, ...]:
    """The numbers of an item number cell, ranges (９４～９６) written out."""
    numbers: list[int] = []
    for first, last in _NUMBERS.findall(unicodedata.normalize("NFKC", cell)):
        low, high = int(first), int(last or first)
        numbers += range(low, high + 1) if low <= high < low + _LONGEST_RANGE else [low, high]
    return tuple(dict.fromkeys(numbers))


def _named_items(question: str) -> tuple[int, ...]:
    return tuple(find_item_numbers(question))


def _references(cell: str, answer: str) -> tuple[Reference, ...]:
    """One reference a line of the cell; a line that is only a URL belongs to the label above it."""
    references: list[Reference] = []
    for line in filter(None, (line.strip() for line in cell.split("\n"))):
        match = _URL.search(line)
        url = match.group() if match else None
        label = line.replace(url, "").strip() if url else line
        if url and not label and references and references[-1].url is None:
            references[-1] = Reference(references[-1].label, url)
        else:
            references.append(Reference(label, url))
    known = {reference.url for reference in references}
    return (
        *references,
        *(Reference("", url) for url in dict.fromkeys(_URL.findall(answer)) if url not in known),
    )
