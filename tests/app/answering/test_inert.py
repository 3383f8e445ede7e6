"""Nothing in the text can act, and the text is still the same."""

import pytest

from app.answering.inert import inert
from ingest.text.normalise import fold

KNOWN = frozenset({"https://www.ipa.go.jp/security/index.html"})
HOSTILE = [
    "<script>alert(1)</script>",
    "<<b>script>",
    "![x](https://evil.example/a?b=c)",
    "[x](javascript:alert(1))",
    "[a][b]\n[b]: https://evil.example",
    "[1]: //evil.example",
    "```\ncode",
    "~~~\ncode",
    "# 見出し",
    "&lt;img&gt; &#60;b&#62; &amp;",
    "www.evil.example",
    "JavaScript:alert(1) vbscript:x data:text/html,x",
    "http:\\\\evil.example",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_acts_and_nothing_is_lost(text: str) -> None:
    quiet = inert(text, KNOWN)
    assert not set(quiet) & set("<>[]`")
    for active in ("://", "javascript:", "vbscript:", "data:", "www.", "&lt", "&#", "&amp", "~~~", "\n#"):
        assert active not in quiet.lower()
    assert not quiet.startswith("#")
    assert fold(quiet) == fold(text)


@pytest.mark.parametrize(
    "text",
    [
        "Q&Aは（Word:35 KB）です。",
        "No94～96は「必須」です。",
        "R&D: 3名",
        "1 + 2、#1、a*b",
        "10:30に始めます。",
    ],
)
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_addresses_of_the_catalogue_stay() -> None:
    (address,) = KNOWN
    assert inert(f"{address}をご覧ください。", KNOWN).startswith(address)  # Japanese follows at once
    assert inert(f"{address}.evil.example", KNOWN).startswith("https：")
    assert inert(f"{address} をご覧ください。", KNOWN).startswith(address)
    assert inert(f"「{address}」", KNOWN) == f"「{address}」"
