"""The meeting's questions and answers as Markdown."""

import re

from app.organiser.deck_pages import RULES
from app.organiser.handout import Handout, Item

# What Markdown or HTML would act on. Marks like [1] keep their brackets: without a target they are text.
_SPECIAL = re.compile(
    r"([\\`*_<>|#])|(?<=\])(?=\()|^(?=\s*(?:[-+=~>]|\d{1,9}[.)]\s))|(!)(?=\[)", re.MULTILINE
)


def markdown_of(handout: Handout) -> str:
    """Return the text: title, 進行と注意事項, 質問一覧, each question with its answer."""
    lines = [f"# {escaped(handout.title)}", ""]
    if handout.subtitle:
        lines += [escaped(handout.subtitle), ""]
    if not handout.final:
        lines += ["（未承認の下書きを含みます）", ""]
    lines += ["## 進行と注意事項", "", *(f"- {rule}" for rule in RULES), ""]
    lines += ["## 本日取り上げさせて頂くご質問一覧", ""]
    lines += [f"- 質問{item.no}　{_one_line(item.question)}" for item in handout.items]
    for item in handout.items:
        lines += ["", *_item(item)]
    return "\n".join(lines) + "\n"


def _item(item: Item) -> list[str]:
    lines = [f"## 質問{item.no}", "", "### 質問内容", "", escaped(item.question), "", "### 回答", ""]
    lines += [f"{escaped(line.text)}  " for line in item.lines]
    if item.cautions:
        lines += ["", "### 注意", "", *(f"- ※{_one_line(caution)}" for caution in item.cautions)]
    if item.references:
        lines += ["", "### 参考資料", ""]
        lines += [f"- {_one_line(label)}{f'  <{url}>' if url else ''}" for label, url in item.references]
    if item.sources:
        lines += ["", "### 出典", "", *(f"- {_one_line(source)}" for source in item.sources)]
    return lines


def escaped(text: str) -> str:
    """Words as words: nothing in them is taken for Markdown or HTML."""
    return _SPECIAL.sub(lambda m: "\\" + m.group(), text)


def _one_line(text: str) -> str:
    return escaped(" ".join(text.split()))
