"""Several questions in one cell or letter taken apart; one question in several sentences stays one."""

import re
import unicodedata

from app.answering.asks import asks
from ingest.text.sentences import split_sentences

_DIGITS = r"(?:\d{1,2}|[０-９]{1,2})"
_MARK = (
    rf"(?:[(（]?{_DIGITS}[)）.．、]|[①-⑳]|[QＱ問]{_DIGITS}?[.．:：)）]"
    rf"|質問(?:{_DIGITS}|[①-⑳])[.．:：)）]?|[・●○◆■◇▪]|[-*](?=\s))"
)
_MARKED_LINE = re.compile(rf"^[ \t　]*{_MARK}[ \t　]*(?=\S)")
_INLINE = re.compile(
    r"(?<=[。？?\s])(?=[①-⑳]|[(（][1-9１-９][)）])|^(?=[①-⑳]|[(（][1-9１-９][)）])", re.MULTILINE
)
_BLANK = re.compile(r"\n[ \t　]*\n+")
_ANNOUNCES = re.compile(r"(?:以下|下記|次の|[0-9０-９一二三四五六七八九]\s*(?:点|つ|件|問)).{0,30}")
# What a letter says around its questions. A sentence is one of these only as a whole.
_COURTESY = re.compile(
    r"(?:.{0,12}(?:お世話になって(?:おり)?ます|お世話になります|お疲れ様です)|初めまして|突然のご連絡.*"
    r"|(?:以上|恐れ入りますが|お忙しいところ(?:恐縮です|恐れ入ります)(?:が)?|お手数(?:をお掛けします|ですが)(?:が)?)?"
    r"[、,]?(?:何卒|ご?回答の?程|ご?対応の?程|ご?教示の?程|ご?検討の?程)?[、,]?(?:どうぞ)?"
    r"(?:よろしく|宜しく)(?:ご回答の?程)?(?:お願い|御願い)(?:いた|致)?し(?:ます|申し上げます)|以上(?:です)?|敬具|拝啓|草々|記"
    r"|.{0,40}(?:質問|問い合わせ|相談|確認)(?:させて(?:いただき|頂き)|いたし|し)(?:ます|たく(?:ご連絡|メール).*))[。.!！]?"
)


def split_questions(text: str) -> list[str]:
    """Return the questions of a cell, at least one where the text holds a word.

    Numbers, bullets and blank lines divide, but only where each piece asks something by itself: a list of
    circumstances under one question stays with it. What stands before the first mark goes along with each.
    """
    text = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    for pieces in (_by_marks(text), _inline(text), _by_blank_lines(text)):
        if len(pieces) > 1:
            return pieces
    single = _MARKED_LINE.sub("", text).strip()
    return [single] if single else []


def without_courtesies(text: str) -> str:
    """The text without greetings, thanks and closings; all else stays as written."""
    lines = []
    for line in text.split("\n"):
        kept = [sentence for sentence in split_sentences(line) if not _COURTESY.fullmatch(sentence)]
        if kept or not line.strip():
            lines.append(line if len(kept) == len(split_sentences(line)) else "".join(kept))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def asks_anything(text: str) -> bool:
    """Whether any sentence that is more than a courtesy asks or requests something."""
    plain = unicodedata.normalize("NFKC", text)
    return any(asks(s) for s in split_sentences(plain) if not _COURTESY.fullmatch(s))


def _by_marks(text: str) -> list[str]:
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if _MARKED_LINE.match(line)]
    if len(starts) < 2:  # noqa: PLR2004 - one mark divides nothing
        return []
    lead = "\n".join(lines[: starts[0]]).strip()
    ends = [*starts[1:], len(lines)]
    pieces = ["\n".join(lines[a:b]).strip() for a, b in zip(starts, ends, strict=True)]
    return _if_all_ask(lead, [_MARKED_LINE.sub("", piece) for piece in pieces])


def _inline(text: str) -> list[str]:
    pieces = [piece.strip() for piece in _INLINE.split(text) if piece.strip()]
    marked = [bool(re.match(_MARK, piece)) for piece in pieces]
    if sum(marked) < 2 or not all(marked[1:]):  # noqa: PLR2004
        return []
    lead = "" if marked[0] else pieces.pop(0)
    return _if_all_ask(lead, [re.sub(rf"^{_MARK}\s*", "", piece) for piece in pieces])


def _by_blank_lines(text: str) -> list[str]:
    return _if_all_ask("", [piece.strip() for piece in _BLANK.split(text) if piece.strip()])


def _if_all_ask(lead: str, pieces: list[str]) -> list[str]:
    pieces = [piece for piece in pieces if piece and not _COURTESY.fullmatch(piece)]
    if len(pieces) < 2 or not all(map(asks_anything, pieces)):  # noqa: PLR2004
        return []
    sentences = [s for s in split_sentences(without_courtesies(lead)) if not _ANNOUNCES.search(s)]
    background = "".join(sentences)
    return [f"{background}\n{piece}" if background else piece for piece in pieces]
