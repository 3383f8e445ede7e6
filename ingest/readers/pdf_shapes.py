"""What the beginning and the end of a line say about it: heading, list item, question, sentence end."""

import re

_NUM = r"[0-9０-９一二三四五六七八九十百]{1,4}"
_DIGITS = r"[0-9０-９]{1,3}"
_AFTER_NUMBER = r"[.．]?(?:\s|$|(?=[^\x00-\x7f０-９．]))"
# After a number these count something ("2 点を") unless a word begins with them ("2 点検").
_NO_COUNTER = (
    r"(?!(?:年|月|日|時|分|秒|割|回|件|人|名|社|個|つ|点|章|条|項|号|頁|万|億|円|台|枚|か|箇|ヶ|ページ|%|％)"
    r"(?![一-鿿]))"
)
_APPENDIX = r"(?:附属書|付属書|付録|別紙|別添|別表|参考資料|Appendix|Annex|APPENDIX|ANNEX)"
_APPENDIX_NUMBER = r"\s?[0-9０-９A-Za-zＡ-Ｚ一二三四五六七八九十]{1,3}(?![0-9A-Za-zァ-ヶぁ-ん])"


def _decimal(parts: int) -> re.Pattern[str]:
    """1.2 … 1.2.3.4.5, also A.1.2; `parts` counts the numbers."""
    first = (
        rf"(?:{_DIGITS}|[A-ZＡ-Ｚ])[.．\-－]{_DIGITS}"
        if parts == _SHORT
        else rf"[A-ZＡ-Ｚ]?\.?{_DIGITS}[.．]{_DIGITS}"
    )
    return re.compile(first + rf"[.．]{_DIGITS}" * (parts - _SHORT) + _AFTER_NUMBER)


_SHORT = 2
# (kind, pattern, rank): a smaller rank is higher in the document.
_HEADINGS: tuple[tuple[str, re.Pattern[str], int], ...] = (
    ("part", re.compile(rf"第\s?{_NUM}\s?(?:部|編)"), 10),
    ("chapter", re.compile(rf"第\s?{_NUM}\s?章"), 20),
    ("appendix", re.compile(_APPENDIX + _APPENDIX_NUMBER), 20),
    ("section", re.compile(rf"第\s?{_NUM}\s?節"), 30),
    ("article", re.compile(rf"第\s?{_NUM}\s?条(?:の{_NUM})?\s*(?:[（(]|$)"), 60),
    ("decimal5", _decimal(5), 54),
    ("decimal4", _decimal(4), 50),
    ("decimal3", _decimal(3), 46),
    ("decimal2", _decimal(2), 42),
    (
        "decimal1",
        re.compile(rf"{_DIGITS}(?:[.．]\s?(?=[^0-9０-９\s])|\s+(?={_NO_COUNTER}[^0-9０-９\s]))"),
        38,
    ),
    ("roman", re.compile(r"(?:[Ⅰ-Ⅻ]|[IVX]{1,4})[.．、\s]"), 36),
    ("kanji", re.compile(r"[一二三四五六七八九十]{1,3}[\s、．.]"), 37),
    ("paren", re.compile(rf"[（(]{_NUM}[)）]"), 70),
    ("mark", re.compile(r"[■◆●□◇▼▶◎○](?=\s?[^\s■◆●□◇▼▶◎○☆－\-])|【[^】]{1,30}】\s*$"), 65),
)
STRONG = frozenset(
    {"part", "chapter", "appendix", "section", "article"} | {f"decimal{n}" for n in range(2, 6)}
)

_ITEM = re.compile(
    r"[①-⑳㉑-㉟㊱-㊿❶-❿⓪]"
    r"|[・•‣◦▪▫●○◎■□◆◇➢✓※☆★◯➡⇒\uf0b7\uf06c\uf0d8]"
    r"|[-–—－](?=\s)"
    r"|[（(](?:[0-9０-９]{1,2}|[ｱ-ﾝァ-ヶ]|[a-zａ-ｚ]|[ivxⅰ-ⅻ]{1,4}|[一二三四五六七八九十]{1,2})[)）]"
    r"|(?:[0-9０-９]{1,2}|[a-zａ-ｚ]|[ivxⅰ-ⅻ]{1,4})[)）]"
    r"|[0-9０-９]{1,2}[.．](?![0-9０-９])"
    r"|[ア-ンＡ-Ｚ](?:[.．]|\s)(?=\s?\S)"
    r"|注(?:記|意)?\s?[0-9０-９]{0,2}[\s:：）)]"
)
_QA = re.compile(
    r"[（(【〔\[［]?\s?(?:問|答|質\s?問|回\s?答|照会要旨|回答要旨|質問内容|回答内容|Ｑ|Ａ|Q|A)"
    r"(?:\s?(?:[0-9０-９]{1,3}(?:\s?[-－‐.．の]\s?[0-9０-９]{1,3})?|[①-⑳㉑-㊿]|[一二三四五六七八九十]{1,3}))?"
    r"\s?(?:[）)】〕\]］]|[：:．.、]|\s|$|(?<=[0-9０-９①-⑳㉑-㊿])(?=\D))"
)
_QA_NOT = re.compile(r"[AＡQＱ]\s+[a-z]")  # an English sentence that begins with the article
_LEADER = re.compile(
    r"(?<![.．・…‥_＿·])(?<![.．・…‥_＿·]\s)(?:[.．・…‥_＿·]\s?){4,}+"
    r"\s*+[（(\-－]?\s*[0-9０-９ivxlcⅰ-ⅻ]{0,4}\s*[)）\-－]?\s*$"
)
_CONTENTS = re.compile(r"(?:目次|もくじ|contents|tableofcontents)")
_ENDS_WITH_PAGE = re.compile(r"\S.*\s[0-9０-９]{1,3}$")
_CAPTION = re.compile(r"(?:図表?|表|Figure|Fig\.?|Table)\s?[0-9０-９A-ZＡ-Ｚ]")
_SENTENCE_END = re.compile(r"[。．！？!?][」』）)\]】”\"]*$|[.:：；;][\"')]*$|[」』）)】]$")
_NOT_A_HEADING_END = re.compile(r"[。、，,；;．]$|(?:です|ます|である|こと|する|した|れる)$")
_OPEN_END = re.compile(r"[、，,をがはでにとのへもやりしてれ（(「『・]$")
_WORDS = re.compile(r"[^\W\d_]{2}|[一-鿿]")
HEADING_LETTERS = 60


def qa_marker(text: str) -> bool:
    """Whether a question or an answer begins here, as in 問１, （答）, Q1., 【質問】, 回答：…."""
    return _QA.match(text) is not None and _QA_NOT.match(text) is None


def item_marker(text: str) -> bool:
    """Whether a list item begins here: ①, ・, ア．, (1), a), ※."""
    return _ITEM.match(text) is not None


def heading_kind(text: str) -> tuple[str, int] | None:
    """The kind of numbering that `text` begins with and its rank, None when it begins with none."""
    for kind, pattern, rank in _HEADINGS:
        if pattern.match(text):
            return kind, rank
    return None


def is_contents_line(text: str) -> bool:
    """A line of a table of contents with leaders: dots or underscores up to a page number."""
    return _LEADER.search(text) is not None


def is_contents_title(folded: str) -> bool:
    """目次 and its like, alone on the line (folded)."""
    return _CONTENTS.fullmatch(folded) is not None


def ends_with_page(text: str) -> bool:
    """Whether the line ends in a number that may be a page, as in a table of contents without leaders."""
    return _ENDS_WITH_PAGE.match(text) is not None


def is_caption(text: str) -> bool:
    """Whether this is the caption of a figure or a table: 図 1 …, 表 2 …."""
    return _CAPTION.match(text) is not None


def ends_sentence(text: str) -> bool:
    """Whether a sentence may end with this line."""
    return _SENTENCE_END.search(text) is not None


def may_be_heading(text: str) -> bool:
    """Short, and not the end of a sentence or the middle of one."""
    return (
        1 < len(text) <= HEADING_LETTERS and _NOT_A_HEADING_END.search(text) is None and "。" not in text[:-1]
    )


def has_words(text: str) -> bool:
    """Whether more than a number stands there."""
    return _WORDS.search(text) is not None


def is_unfinished(text: str) -> bool:
    """Whether the line ends in a particle or a comma, so that it goes on in the next."""
    return _OPEN_END.search(text) is not None
