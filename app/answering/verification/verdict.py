"""What came of checking a statement: the verdict, and why, for programs and for people."""

from dataclasses import dataclass
from typing import Literal

from app.answering.models import Support

Code = Literal[
    "empty",
    "too_long",
    "no_source",
    "fact_missing",
    "limit_changed",
    "fact_elsewhere",
    "word_missing",
    "word_elsewhere",
    "name_missing",
    "opposite",
    "polarity",
    "role",
    "scope",
    "condition",
    "count",
    "not_said",
    "not_read",
]

_MESSAGES: dict[Code, str] = {
    "empty": "引用元と照らし合わせられる内容が文にありません。",
    "too_long": "文が長すぎるため、引用元と照らし合わせられません。短い文に分けてください。",
    "no_source": "引用元がありません。{said}",
    "fact_missing": "「{said}」は引用元に見当たりません。",
    "limit_changed": "「{said}」の範囲（以上・以内・まで など）が引用元の「{source}」と異なります。",
    "fact_elsewhere": "「{said}」は引用元では別の事柄についての値です（引用元：「{source}」）。",
    "word_missing": "「{said}」に当たる記述が引用元に見当たりません。",
    "word_elsewhere": "「{said}」は引用元では別の事柄について書かれています（引用元：「{source}」）。",
    "name_missing": "「{said}」という名称は引用元に見当たりません。",
    "opposite": "「{said}」は引用元の「{source}」と反対の意味です。",
    "polarity": "「{said}」は、引用元の「{source}」と肯定・否定や義務の強さが異なります。",
    "role": "「{said}」の立場（誰が・誰に・何を）が引用元の「{source}」と異なります。",
    "scope": "「{said}」という範囲は引用元に見当たりません。",
    "condition": "引用元にある条件「{source}」が文にありません。",
    "count": "「{said}」という数は、引用元に挙げられた数と合いません。",
    "not_said": "この文の内容が引用元に書かれているとは言えません。",
    "not_read": "言い換えを読み比べるモデルが使えないため、引用元と同じ内容かどうかを確かめられません。",
}
_MINOR: frozenset[Code] = frozenset(
    {"word_missing", "not_read"}
)  # no contradiction, only not all of it stands there


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is not supported: what the statement says and what the source says instead."""

    code: Code
    said: str
    source: str = ""

    @property
    def message(self) -> str:
        """The reason for people."""
        return _MESSAGES[self.code].format(said=self.said, source=self.source)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a statement is supported by its citations, and every reason why not."""

    support: Support
    reasons: tuple[Reason, ...] = ()

    @property
    def message(self) -> str:
        """All reasons for people, empty where there is none."""
        return "".join(reason.message for reason in self.reasons)


def verdict_of(reasons: tuple[Reason, ...]) -> Verdict:
    """`verified` without a reason, `partial` where words alone are missing, else `unsupported`."""
    if not reasons:
        return Verdict("verified")
    missing = {reason.said for reason in reasons}
    minor = all(reason.code in _MINOR for reason in reasons) and len(missing) <= 2  # noqa: PLR2004 - a word or two
    return Verdict("partial" if minor else "unsupported", reasons)
