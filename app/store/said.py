"""Which conversation an answer was given in, found by the answer's own text.

A client that speaks as OpenAI's do keeps the conversation itself and sends all of it each time; what it sends
back of an answer is the text. Whoever has the text has been given the answer, so it opens nothing new.
"""

import hashlib

from sqlalchemy import delete, insert, select

from app.store.answers import AnswerStore
from app.store.schema import said

KEPT = 50_000  # texts; the oldest go first


class SaidStore:
    """Texts of answers, as hashes, beside the answers themselves."""

    def __init__(self, store: AnswerStore, *, kept: int = KEPT) -> None:
        self._store = store
        self._kept = kept

    def keep(self, text: str, conversation_id: str) -> None:
        """Remember in which conversation `text` was said last.

        Raises:
            YorozuError: DATA_DIR_UNWRITABLE, STORE_DAMAGED.
        """
        row = {"text_sha256": _hash(text), "conversation_id": conversation_id}
        with self._store.transaction() as connection:
            number = connection.execute(insert(said).values(row).returning(said.c.number)).scalar_one()
            connection.execute(delete(said).where(said.c.number <= number - self._kept))

    def conversation_of(self, text: str) -> str | None:
        """Return the conversation in which `text` was said last, None where it never was.

        Raises:
            YorozuError: STORE_DAMAGED.
        """
        query = (
            select(said.c.conversation_id)
            .where(said.c.text_sha256 == _hash(text))
            .order_by(said.c.number.desc())
            .limit(1)
        )
        with self._store.transaction() as connection:
            found: str | None = connection.execute(query).scalar_one_or_none()
        return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()
