"""Lines that are no text of a question or answer: headings above, subjects, template residue, leaders."""

import re

from ingest.readers.consultation_markers import ends_sentence

AGENDA = re.compile(r"^(?:議題|テーマ|アジェンダ)\s*[0-9０-９①-⑳一二三四五六七八九十]*(?=\s|[:：]|$)")
_DOT = r"[.．。・…‥_＿─―ー\-]"
LEADERS = re.compile(rf"(?<!{_DOT})(?<!{_DOT}\s)(?:{_DOT}\s?){{4,}}+\s*+[\dー]*+\s*$|(?<!…)…{{2,}}\s*\d*\s*$")
_TEMPLATE = re.compile(
    r"^(?:議題\s*[0-9０-９①-⑳]*\s*)?(?:(?:内容|本文|文章|タイトル|テキスト|サブタイトル|見出し)を?)?ここに.{0,12}?(?:書く|書いて|記入|入力|記載)"
    r".{0,8}$|^(?:マスター?\s*)?(?:タイトル|テキスト|サブタイトル|見出し)(?:の書式設定|を入力|を追加)$|^クリックして.{0,12}(?:入力|追加)$"
)
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "bracket",
        re.compile(r"^[（(](?!.{0,2}(?:注|※|参考|出典|補足|例)).{2,60}[^。）)][）)](?:\s*\S{0,30}[）)])?$"),
    ),
    ("square", re.compile(r"^[【＜〈《\[][^】＞〉》\]]{2,60}[】＞〉》\]]$")),
    ("chapter", re.compile(r"^第\s*[0-9０-９一二三四五六七八九十]+\s*[章節部編款]")),
    ("roman", re.compile(r"^[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩIVX]+[.．\s、]")),
    ("digit", re.compile(r"^[0-9０-９]{1,2}[.．\s](?![0-9０-９])")),
)
_MARKS = "○〇●◎◇◆□■▼▽★☆"


def is_template(text: str) -> bool:
    """Whether a line is the unfilled text of a slide template (議題１ 内容をここに書く)."""
    return bool(_TEMPLATE.match(text))


def shape_of(text: str) -> str:
    """Return what kind of heading a line looks like ("bracket", "chapter", "○" …), "" for none."""
    if not text or ends_sentence(text) or LEADERS.search(text):
        return ""
    if text[0] in _MARKS:
        return text[0]
    return next((name for name, pattern in _SHAPES if pattern.match(text)), "")
