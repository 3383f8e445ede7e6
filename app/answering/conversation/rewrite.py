"""Have a language model word a follow-up as a question that stands by itself; it is only searched for."""

import logging
import re
import time
from collections.abc import Sequence
from contextlib import closing

from app.answering.compose import ComposeFailed
from app.answering.conversation.turns import Turn
from app.answering.llm.client import ModelClient, ModelFailed
from app.answering.llm.prompt import rewrite_messages
from ingest.breaker import Breaker
from ingest.text.normalise import clean

log = logging.getLogger(__name__)
SECONDS = 4.0  # more than that is better spent on the answer
LONGEST = 300  # characters
_TURNS, _CHARACTERS = 3, 600  # of the conversation that are sent; characters of one answer
# A question, and nothing that a page or a mail could take for markup.
_UNFIT = re.compile(r"[<>{}\[\]|`\n]|https?:|javascript:", re.IGNORECASE)


class LlmRewriter:
    """The `Rewriter` that asks the model of the composer."""

    def __init__(self, client: ModelClient, breaker: Breaker, *, seconds: float = SECONDS) -> None:
        self._client = client
        self._breaker = breaker
        self._seconds = seconds

    def rewrite(self, turns: Sequence[Turn], question: str) -> str | None:
        """Return the question as the model words it; None where it is down, slow, or writes anything else."""
        if not self._breaker.allows():
            return None
        settled = self._breaker.left
        try:
            written = self._written(turns, question)
            settled = self._breaker.succeeded
        except ModelFailed as failure:
            settled = self._breaker.failed
            log.warning("%s。会話の続きは、言語モデルなしで読み取ります", failure.reason)
            return None
        except ComposeFailed:
            return None
        finally:
            settled()
        return written if written and not _UNFIT.search(written) else None

    def _written(self, turns: Sequence[Turn], question: str) -> str:
        said = [(turn.topic, ["".join(turn.statements)[:_CHARACTERS]]) for turn in turns[-_TURNS:]]
        until = time.monotonic() + self._seconds
        text = ""
        with closing(self._client.pieces(rewrite_messages(said, question))) as pieces:
            for piece in pieces:
                text += piece
                if len(text) > LONGEST or time.monotonic() > until:
                    raise ModelFailed("質問を書き直し終わりません")
        return clean(text).strip()
