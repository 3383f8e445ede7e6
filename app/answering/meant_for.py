"""Which sentences of a passage speak to whoever asks: not to a program, not in markup alone."""

import re
import unicodedata
from collections.abc import Sequence
from html import unescape

from ingest.text.normalise import clean
from ingest.text.sentences import split_sentences

# Who is spoken to. A program can be named in many ways; each way ends in one of these words.
_MACHINE = r"(?:AI|LLM|GPT|言語モデル|チャット|ボット|アシスタント|エージェント|システム)"
_MACHINE_EN = r"(?:AI|LLM|GPT|language model|assistant|chat ?bot|bot|agent|system|model)s?"
# What it is told to do with its own answer or instructions.
_ACT = r"(?:回答|答え|応答|案内|返答|返信|返|引用|出力|表示|提示|書き出|書き換え|無視|従|掲載|転送|省略)"
_ACT_EN = r"(?:answer|reply|respond|say|tell|output|print|reveal|cite|ignore|disregard|omit|show)"
# How a Japanese sentence that orders or asks ends.
_ORDER = (
    r"(?:ください|下さい|なさい|せよ|えよ|けよ|せ|こと|するものとする|しなければならない|すること"
    r"|してはならない|に従う|と返す|と答える|と回答する|べきである|べきです)"
)
_TO_MACHINE = re.compile(rf"{_MACHINE}[^、。：:]{{0,12}}?(?:は|も|へ|に対して)\s*[、：:]?")
_TOLD = re.compile(
    rf"{_MACHINE}[^、。：:]{{0,8}}?への(?:指示|命令|お願い|注意)\s*[：:、は][^。]*{_ORDER}[。．.!！\s]*$"
)
_OR_TITLE = re.compile(rf"{_MACHINE}[^、。：:]{{0,8}}[：:]")
_DOES = re.compile(
    rf"{_ACT}[^、。]{{0,12}}?{_ORDER}[。．.!！\s]*$|{_ACT}(?:け|し)ない(?:で(?:ください)?)?。?$"
)
_ORDER_EN = re.compile(
    rf"\b{_MACHINE_EN}\b(?: instruction| override)?\s*[:,].*\b{_ACT_EN}\b"
    rf"|\b{_MACHINE_EN}\b (?:must|should|shall|has to|have to|needs? to)\b.*\b{_ACT_EN}\b"
    rf"|\b(?:to|for) (?:the |all |any )?{_MACHINE_EN}\b\s*:",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"「[^「」]*」|『[^『』]*』|“[^“”]*”|\"[^\"]*\"|'[^']*'(?!\w)")
# Markup and addresses: where nothing is left without them, nothing is said.
_MARKUP = re.compile(
    r"<[^>]*>?|[A-Za-z][A-Za-z0-9+.-]*:(?://)?[!-~]+|!?\[[^\]]*\]\(?|\bwww\.\S+|(?:%[0-9A-Fa-f]{2})+\w*"
)
_LETTER = re.compile(r"[0-9A-Za-z\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff]")
_JAPANESE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff]")
_PROSE = re.compile(
    r"(?:\b[^\W\dA-Z_]{2,}\b[ ,;:.'\"]+){2,}"
)  # small words in a row: a sentence, not a title


def meant_for_reader(sentence: str, quotes: Sequence[str]) -> bool:
    """Whether the sentence may be part of an answer.

    Args:
        sentence: a whole sentence of one of `quotes`.
        quotes: the passages that it is cited from.
    """
    if addresses_machine(sentence):
        return False
    text = unicodedata.normalize("NFKC", sentence)
    if not _LETTER.search(_MARKUP.sub("", unescape(text))):
        return False
    return not (_foreign(text) and any(_mostly_japanese(quote) for quote in quotes))


def _foreign(sentence: str) -> bool:
    return not _JAPANESE.search(sentence) and bool(_PROSE.search(f"{sentence} "))


def _mostly_japanese(quote: str) -> bool:
    sentences = split_sentences(clean(quote))
    return sum(bool(_JAPANESE.search(sentence)) for sentence in sentences) * 2 > len(sentences)


def addresses_machine(sentence: str) -> bool:
    """Whether the sentence orders a program to answer, cite or ignore something.

    What stands in quotation marks is set aside: 「AIは…せよ」という攻撃 describes an order and gives none. An
    order to people about a program (AIに入力しないでください) does not speak to the program.
    """
    text = unicodedata.normalize("NFKC", _QUOTED.sub("「」", sentence)).strip()
    if _ORDER_EN.search(text) or _TOLD.search(text):
        return True
    addressed = _TO_MACHINE.search(text) or _OR_TITLE.search(text)
    return addressed is not None and _DOES.search(text, addressed.end()) is not None
