"""The store of conversations: the last few turns of each, under an id that nobody can guess."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from app.answering.conversation.turns import TURNS_KEPT, Turn
from app.store.answers import AnswerStore
from app.store.conversation_schema import turns

KEPT = 50_000  # turns of all conversations; the oldest go first


class ConversationStore:
    """Turns in the database of the answers. Safe to use from several threads and processes.

    Args:
        store: whose database it is.
        kept: how many turns stay altogether.

    Every method raises DATA_DIR_UNWRITABLE, STORE_DAMAGED or DATABASE_UNAVAILABLE where the database fails.
    """

    def __init__(self, store: AnswerStore, *, kept: int = KEPT) -> None:
        self._store = store
        self._kept = kept

    def turns(self, conversation_id: str) -> Sequence[Turn]:
        """Return the last turns of a conversation, oldest first; none where it is not known."""
        query = (
            select(turns.c.body)
            .where(turns.c.conversation_id == conversation_id)
            .order_by(turns.c.number.desc())
            .limit(TURNS_KEPT)
        )
        with self._store.named_failures(), self._store.engine.connect() as connection:
            bodies = connection.execute(query).scalars().all()
        return [Turn.model_validate(body) for body in reversed(bodies)]

    def add(self, conversation_id: str, turn: Turn) -> None:
        """Keep one more turn; let the oldest go, of this conversation and of all."""
        row = {"conversation_id": conversation_id, "body": turn.model_dump(mode="json")}
        mine = turns.c.conversation_id == conversation_id
        with self._store.named_failures(), self._store.engine.begin() as connection:
            number = connection.execute(insert(turns).values(row).returning(turns.c.number)).scalar_one()
            kept = select(turns.c.number).where(mine).order_by(turns.c.number.desc()).limit(TURNS_KEPT)
            connection.execute(delete(turns).where(mine, turns.c.number.not_in(kept.scalar_subquery())))
            connection.execute(delete(turns).where(turns.c.number <= number - self._kept))
