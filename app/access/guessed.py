"""Passwords that are guessed first: made of a few words and rows of keys that everybody thinks of."""

import re
import unicodedata
from typing import Final

FEWEST_OF_ONES_OWN = 6  # characters that must be left when words and rows are taken out
_SHORTEST_RUN = 3
# What this service and its surroundings are called.
CONTEXT: Final = """
よろず ヨロズ yorozu 相談会 相談 soudankai soudan sodan 事務局 jimukyoku admin administrator 管理者 kanri
organiser organizer reader corpus portal ポータル 社内 shanai guideline ガイドライン security セキュリティ
"""
# Parts of the passwords that lists of the most frequent ones begin with.
COMMON: Final = """
password passw0rd p@ssw0rd p@ssword passwd pass パスワード ぱすわーど 合言葉
qwertyuiop qwerty asdfghjkl asdfgh zxcvbnm zxcvbn 1q2w3e4r5t6y 1q2w3e4r 1q2w3e 1qaz2wsx3edc 1qaz2wsx 1qaz
2wsx 3edc qazwsxedc qazwsx q1w2e3r4t5 q1w2e3r4 iloveyou loveyou love welcome letmein changeme change default
secret hello monkey dragon master sunshine princess football baseball superman batman pokemon starwars michael
jordan charlie shadow summer winter spring autumn computer internet samsung google facebook windows microsoft
guest user test login root server system temp demo sample trustno1 whatever freedom
sakura さくら 桜 nippon nihon 日本 japan tokyo 東京 osaka arigato ありがとう konnichiwa こんにちは doraemon
ドラえもん pikachu ピカチュウ naruto toyota honda reiwa 令和 heisei 平成 showa 昭和
january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
"""
_ROWS: Final = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_WORDS: Final = re.compile(
    "|".join(map(re.escape, sorted((CONTEXT + COMMON).split(), key=len, reverse=True)))
)
_FILLING: Final = re.compile(r"[\W_]+|(?:19|20)\d\d")


def own_part(password: str) -> str:
    """What is left of a password without words, rows of keys, repetitions, years and signs between them."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    left = _FILLING.sub("\x00", _without_runs(_WORDS.sub("\x00", plain)))
    return "".join(sorted(set(left) - {"\x00"})) if _few(left) else left.replace("\x00", "")


def _few(text: str) -> bool:
    """Whether so few different characters are left that their number says nothing."""
    return len(set(text) - {"\x00"}) < FEWEST_OF_ONES_OWN


def _without_runs(text: str) -> str:
    """Take out what goes along a row of keys, the alphabet or the digits, or stands still."""
    kept, begin = [], 0
    while begin < len(text):
        end = begin + 1
        step = None
        while end < len(text) and (found := _step(text[end - 1], text[end])) and step in {None, found}:
            step, end = found, end + 1
        kept.append("\x00" if end - begin >= _SHORTEST_RUN else text[begin:end])
        begin = end
    return "".join(kept)


def _step(one: str, other: str) -> str | None:
    """How two neighbours follow each other: "same", "on", "back"; None where they do not."""
    if one == other:
        return "same"
    for row in _ROWS:
        if one + other in row:
            return "on"
        if other + one in row:
            return "back"
    return None
