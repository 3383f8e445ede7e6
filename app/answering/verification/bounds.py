"""Which way a limit runs: 以上, 以下, 未満, を超える, 以内, まで, から, 以降, 前, and 少なくとも in front."""

import re

_BEHIND = (
    ("from", re.compile(r"(?:末|中旬|上旬|下旬|頃)?(?:から(?!の)|以降|以後)")),
    ("ge", re.compile(r"以上")),
    (
        "le",
        re.compile(
            r"以下|以内|までに?(?!上が|下が|増え|減|伸び|達|広が|上昇|低下)|迄|末|中(?![一-龠])|内(?![一-龠])|を上限|が上限|を限度"
        ),
    ),
    (
        "lt",
        re.compile(
            r"未満|を下回|に(?:満たない|満たず|届かない|届かず|達しない)|より(?:少な|小さ|短|低)(?!く|かっ)"
        ),
    ),
    ("gt", re.compile(r"を?超|を上回|より(?:多|大き|長|高)(?!く|かっ)")),
    (
        "from",
        re.compile(
            r"後(?![一-龠])|を?過ぎ|が?(?:たつ|経つ|たった|経った|経過)|より(?!前|[一-龠]{1,2}[くいか])"
        ),
    ),
    ("before", re.compile(r"以前|より?前|前(?![一-龠])")),
)
_BEFORE = (
    (
        "ge",
        re.compile(r"(?:少なくとも|最低でも|最低限?|最小|最短|下限(?:は|を|が)?|短くても|少なくても)、?$"),
    ),
    ("le", re.compile(r"(?:多くとも|最大でも|最大|最長|遅くとも|上限(?:は|を|が)?|長くても|多くても)、?$")),
)
_LOOK = 8  # characters


def bound_behind(text: str, position: int) -> str:
    """Return the limit that the words right behind `position` make of what stands in front of it."""
    behind = text[position : position + _LOOK]
    return next((name for name, pattern in _BEHIND if pattern.match(behind)), "")


def bound_before(text: str, position: int) -> str:
    """Return the limit that the words right in front of `position` make of what follows."""
    before = text[max(0, position - _LOOK) : position]
    return next((name for name, pattern in _BEFORE if pattern.search(before)), "")
