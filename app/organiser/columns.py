"""Which column of a table holds what: by the words of its header, else by its content."""

import re
import unicodedata
from collections.abc import Sequence

from app.answering.asks import asks
from app.organiser.models import Column, ColumnPlan, Role
from ingest.readers.grid import Grid, Header, column_names, find_header, one_line, parts

_HEADERS: tuple[tuple[Role, str], ...] = (
    ("answer", r".*(?:回答|答え|対応案|answer).*"),
    ("number", r"no|#|番号|通番|連番|(?:質問|管理|受付|問)(?:no|番号)|id"),
    ("item_no", r".*(?:項目|要件|要求事項|チェック(?:シート|リスト)?)(?:no|番号)?|項番"),
    ("date", r".*(?:日付|日時|受付日|受信日|記入日|提出日|タイムスタンプ|date).*"),
    ("mail", r".*(?:メール|mail|アドレス).*"),
    ("phone", r".*(?:電話|tel|連絡先|内線|携帯).*"),
    ("address", r".*(?:住所|所在地|都道府県|地域|拠点|事業所).*"),
    ("size", r".*(?:従業員|社員数|規模|売上|資本金).*"),
    ("company", r".*(?:会社|企業|社名|法人|貴社|御社|所属|組織|団体|company).*"),
    ("department", r".*(?:部署|部門|部課|役職|department).*"),
    ("person", r".*(?:氏名|名前|担当者?|記入者|質問者|回答者名|ご?芳名|name).*"),
    ("theme", r".*(?:分類|区分|カテゴリー?|種別|テーマ|議題|分野).*"),
    (
        "question",
        r".*(?:質問|照会|問い?合わ?せ|相談|困りごと|お?悩み|聞きたい|知りたい|question|疑問).*|問い?|q",
    ),
)
_PATTERNS = tuple((role, re.compile(pattern)) for role, pattern in _HEADERS)
_DECORATION = re.compile(r"[\s.．。:：()\[\]【】<>「」・_*＊※]|\(.*?\)")
_CONTENT: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("mail", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    ("phone", re.compile(r"\+?[\d()（）-]{9,15}")),
    ("date", re.compile(r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}.*")),
    (
        "company",
        re.compile(
            r"(?:株式|有限|合同|合資)会社.{1,20}|.{1,20}(?:株式|有限|合同|合資)会社|[(（][株有][)）].+"
        ),
    ),
    ("item_no", re.compile(r"(?:no\.?|№)\s*\d{1,3}(?:\s*[~,、・-]\s*\d{1,3})*", re.IGNORECASE)),
    ("number", re.compile(r"\d{1,5}")),
)
_SAMPLE_ROWS = 200
_SHOWN = 3
_LONG = 12  # characters; a shorter cell that asks nothing is no question
_MOST = 0.6  # share of the cells that must speak for a role


def plan_table(sheet_no: int, grid: Grid) -> ColumnPlan:
    """Return how a table is read, for a person to confirm."""
    header = find_header(grid) or _single_header(grid)
    start = header.end if header else 0
    rows = grid.rows[start : start + _SAMPLE_ROWS]
    width = max((len(row) for row in grid.rows), default=0)
    columns = []
    for index in range(width):
        name = header.columns[index] if header and index < len(header.columns) else ""
        values = [row[index].text.strip() for row in rows if row[index].text.strip()]
        if name or values:
            columns.append(_column(index, name, values))
    found = _with_question(columns, [[cell.text for cell in row] for row in rows])
    used = any(column.role == "question" for column in found)
    lines = _header_rows(grid, header)
    return ColumnPlan(sheet_no=sheet_no, sheet=grid.sheet, header_rows=lines, columns=tuple(found), used=used)


def _single_header(grid: Grid) -> Header | None:
    """One column is no table to `find_header`: its first cell is the header if it is called like one."""
    first = parts(grid.rows[0]) if grid.rows else []
    key = _key(first[0][1]) if len(first) == 1 else ""
    if len(key) <= _LONG and not asks(key) and any(pattern.fullmatch(key) for _, pattern in _PATTERNS):
        return Header(0, 1, column_names(grid.rows[:1]))
    return None


def _key(name: str) -> str:
    return _DECORATION.sub("", unicodedata.normalize("NFKC", one_line(name))).casefold()


def _column(index: int, name: str, values: Sequence[str]) -> Column:
    samples = tuple(value[:80] for value in values[:_SHOWN])
    key = _key(name)
    for role, pattern in _PATTERNS:
        if key and pattern.fullmatch(key):
            if role == "question" and values and not _is_prose(values):
                continue  # 質問者, 質問日: what asks is longer
            why = f"見出し「{one_line(name)}」から判断しました"
            return Column(index=index, name=name, role=role, why=why, samples=samples)
    for role, pattern in _CONTENT:
        plain = [unicodedata.normalize("NFKC", value) for value in values]
        if values and sum(bool(pattern.fullmatch(value)) for value in plain) >= _MOST * len(values):
            return Column(
                index=index, name=name, role=role, sure=False, why="内容から推定しました", samples=samples
            )
    return Column(index=index, name=name, role="other", samples=samples)


def _with_question(columns: list[Column], rows: list[list[str]]) -> list[Column]:
    """Where no header speaks of questions, the column whose cells ask is the one."""
    if any(column.role == "question" for column in columns):
        return columns
    rated = []
    for place, column in enumerate(columns):
        values = [row[column.index].strip() for row in rows if row[column.index].strip()]
        share = sum(asks(value) and len(value) >= _LONG for value in values) / max(len(values), 1)
        if column.role == "other" and share >= _MOST / 2:
            rated.append((share, place))
    if not rated:
        return columns
    place = max(rated)[1]
    change = {"role": "question", "sure": False, "why": "質問の文が多いため推定しました"}
    return [c.model_copy(update=change) if n == place else c for n, c in enumerate(columns)]


def _is_prose(values: Sequence[str]) -> bool:
    return any(asks(value) or len(value) >= _LONG for value in values)


def _header_rows(grid: Grid, header: Header | None) -> tuple[int, int] | None:
    if header is None or header.end == header.start:
        return None
    numbers = grid.numbers or range(1, len(grid.rows) + 1)
    return numbers[header.start], numbers[header.end - 1]
