"""Passwords of accounts: what may be one, and how it is stored and compared."""

import secrets
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.access.guessed import FEWEST_OF_ONES_OWN, own_part
from ingest.errors import ErrorCode, YorozuError

SHORTEST = 12  # characters
LONGEST = 256
_FEWEST_DIFFERENT = 5
_CHARACTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are taken for others
_GENERATED = 23  # 133 bits


class Passwords:
    """Argon2id with the library's own choice of parameters, which rises with its versions."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """Compared with where there is no account, so that its absence shows in no time."""
        return self._hasher.hash(secrets.token_urlsafe(32))

    def hash(self, password: str) -> str:
        """Return what is stored: parameters, salt and hash in one line."""
        return self._hasher.hash(_same(password))

    def fits(self, password: str, stored: str | None) -> bool:
        """Compare a password with a stored hash; with None it takes as long and never fits."""
        nobody = self._nobody  # made at the first login, whoever that is
        try:
            self._hasher.verify(stored or nobody, _same(password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Tell whether a hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def check_password(password: str, name: str) -> None:
    """Refuse what is guessed first. Long is what counts: no rules about kinds of characters.

    Raises:
        YorozuError: PASSWORD_WEAK.
    """
    plain = _same(password)
    if len(plain) < SHORTEST:
        raise YorozuError(ErrorCode.PASSWORD_WEAK, reason=f"{SHORTEST}文字以上にしてください")
    if len(plain) > LONGEST:
        raise YorozuError(ErrorCode.PASSWORD_WEAK, reason=f"{LONGEST}文字以内にしてください")
    if len(set(plain)) < _FEWEST_DIFFERENT:
        raise YorozuError(ErrorCode.PASSWORD_WEAK, reason="同じ文字の繰り返しです")
    if _same(name).casefold() in plain.casefold():
        raise YorozuError(ErrorCode.PASSWORD_WEAK, reason="アカウントの名前が含まれています")
    if len(own_part(plain)) < FEWEST_OF_ONES_OWN:
        reason = "よく使われる言葉や、キーや数字の並びだけでできています。ほかの言葉を足してください"
        raise YorozuError(ErrorCode.PASSWORD_WEAK, reason=reason)


def new_password() -> str:
    """Return a password that nobody guesses and that can be read out."""
    return "".join(secrets.choice(_CHARACTERS) for _ in range(_GENERATED))


def _same(password: str) -> str:
    """Typed with full-width letters it is the same password."""
    return unicodedata.normalize("NFKC", password)
