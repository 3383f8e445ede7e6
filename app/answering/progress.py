"""What is known of an answer before it is whole. See docs/api_events.md for what a client makes of it."""

from dataclasses import dataclass

from app.answering.models import Citation, Statement


@dataclass(frozen=True, slots=True)
class Citations:
    """What the answer may cite, numbered as in the answer; empty where the material does not answer.

    Comes first and once. The answer lists only those that it does cite, under the same numbers.
    """

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class StatementReady:
    """A verified sentence of the answer, in the order in which it reads so far."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class Reset:
    """The sentences sent so far are withdrawn, whatever they were: another composer starts again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing new. Given now and then while a model writes, so that whoever has lost interest can stop."""


Progress = Citations | StatementReady | Reset | Waiting
