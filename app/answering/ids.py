"""Ids of answers."""

import secrets


def new_id() -> str:
    """An answer's id; too long to be guessed."""
    return "ans_" + secrets.token_urlsafe(18)
