"""What a key looks like on paper: `yz_<id>_<secret>`. The id finds it, the secret proves it."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

PREFIX = "yz_"  # so that scanners for leaked secrets, and people, see what it is
_TOKEN = re.compile(r"yz_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Token:
    """A key in the clear. It exists while it is made and while a request is checked, and is never stored."""

    key_id: str
    secret: str = field(repr=False)

    def __str__(self) -> str:
        return f"{PREFIX}{self.key_id}_{self.secret}"

    @property
    def hashed(self) -> str:
        """What is stored of it.

        Plain SHA-256: the secret is 256 random bits, which nobody tries out; slow hashes are for passwords.
        """
        return hashed(self.secret)

    def matches(self, stored: str) -> bool:
        """Compare with a stored hash, in a time that says nothing about where they differ."""
        return hmac.compare_digest(self.hashed, stored)


def hashed(secret: str) -> str:
    """Return what is stored of a random secret that somebody shows again."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_token(key_id: str | None = None) -> Token:
    """Make a new secret, for a new key or for one that has an id already."""
    return Token(key_id or secrets.token_hex(6), secrets.token_urlsafe(32))


def read_token(text: str) -> Token | None:
    """Read what a client sent; None where it cannot be one of ours."""
    found = _TOKEN.fullmatch(text)
    return Token(found[1], found[2]) if found else None
