"""What is remembered of a conversation: as much as it takes to understand the next question."""

import secrets
from collections.abc import Sequence
from typing import Protocol

from pydantic import BaseModel

from app.answering.models import Answer

TURNS_KEPT = 8  # of one conversation; a question refers to what was said a moment ago
STATEMENTS_KEPT = 40
CHARACTERS_KEPT = 8000  # of all statements of a turn


class Place(BaseModel, frozen=True):
    """Where an answer stood: a Q&A, or a page."""

    source_id: str
    question_no: int | None
    page: int | None


class Turn(BaseModel, frozen=True):
    """One question with what was answered.

    Attributes:
        question: as asked.
        topic: a question that stands by itself and that the next one may go on from.
        statements: of the answer, in order; none where it was declined.
        places: what the answer cites, in order.
    """

    question: str
    topic: str
    statements: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


class Conversations(Protocol):
    """Keeps turns. Safe to use from several threads."""

    def turns(self, conversation_id: str) -> Sequence[Turn]:
        """Return what is kept of a conversation, oldest first; nothing where it is not known."""
        ...

    def add(self, conversation_id: str, turn: Turn) -> None:
        """Keep one more turn and let the oldest go."""
        ...


class Unkept:
    """Keeps nothing: every question stands alone."""

    def turns(self, conversation_id: str) -> Sequence[Turn]:  # noqa: ARG002 - see Conversations
        """Nothing."""
        return ()

    def add(self, conversation_id: str, turn: Turn) -> None:
        """Forget it."""


def new_conversation_id() -> str:
    """Too long to be guessed: whoever knows it may go on with the conversation."""
    return "conv_" + secrets.token_urlsafe(24)


def turn_of(answer: Answer, topic: str, before: Turn | None = None) -> Turn:
    """Return what is remembered of an answer.

    Args:
        answer: as given.
        topic: what the next question may go on from.
        before: the turn that it went on from; a follow-up that was declined leaves its answer in place.
    """
    if before is not None and not answer.statements:
        return before.model_copy(update={"question": answer.question})
    kept: list[str] = []
    for statement in answer.statements[:STATEMENTS_KEPT]:
        if sum(map(len, kept)) + len(statement.text) > CHARACTERS_KEPT:
            break
        kept.append(statement.text)
    places = dict.fromkeys(
        Place(
            source_id=c.source_id,
            question_no=c.question_no,
            page=c.page if c.question_no is None else None,
        )
        for c in answer.citations
    )
    return Turn(question=answer.question, topic=topic, statements=tuple(kept), places=tuple(places))
