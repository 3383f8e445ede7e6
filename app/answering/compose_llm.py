"""Compose an answer with a language model. It words what was found; what it writes is verified elsewhere."""

import re
from collections.abc import Generator, Iterable
from contextlib import closing
from typing import Any

from app.answering.compose import ComposeFailed, Material
from app.answering.conversation.rewrite import LlmRewriter
from app.answering.llm.client import ModelClient, ModelFailed
from app.answering.llm.parse import Sentence, SentenceParser
from app.answering.llm.prompt import Prompt, check_messages, reply_schema
from app.answering.llm.settings import LlmSettings
from app.answering.models import Engine, Statement
from ingest.breaker import Breaker
from ingest.text.normalise import fold

MOST_SENTENCES = 24  # as many as a whole answer of the meeting may have; the prompt asks for eight
LONGEST_SENTENCE = 400  # characters
LONGEST_UNFINISHED = 1000  # characters since the last complete sentence: small models loop inside a string
MOST_REPEATS = 3  # of sentences that are there already: it goes round in circles
_RAMBLES = "同じことを繰り返すか、長すぎます"
# Nothing that a page or a mail could take for markup is ever shown, supported or not.
_ACTIVE = re.compile(r"</?[A-Za-z!]|\]\(|(?:javascript|data|vbscript):", re.IGNORECASE)


class LlmComposer:
    """The `Composer` that asks a model, and says at once that it failed while the model is out of order."""

    engine: Engine = "llm"

    def __init__(self, settings: LlmSettings, client: ModelClient, breaker: Breaker | None = None) -> None:
        self.model = settings.llm
        self._limit = settings.llm_material_limit
        self._structured = settings.llm_structured
        self._prompt = Prompt.load(structured=settings.llm_structured)
        self._client = client
        self._breaker = breaker or Breaker()

    def prepare(self) -> None:
        """Make the model, so that the first question does not wait and a wrong setting is met at the start.

        Raises:
            YorozuError: LLM_PACKAGE_MISSING, SETTING_INVALID.
        """
        self._client.prepare()

    def check(self) -> None:
        """Ask the model for one word.

        Raises:
            ComposeFailed: it does not answer.
            YorozuError: of `prepare`.
        """
        with closing(self._client.pieces(check_messages())) as pieces:
            if next((piece for piece in pieces if piece), None) is None:
                raise ComposeFailed("何も書きませんでした")

    def trouble(self) -> str | None:
        """What follows from a model that failed again and again; None where it works."""
        if not self._breaker.resting:
            return None
        return f"言語モデル「{self.model}」が続けて失敗したため、資料からの抜き出しで答えています。"

    def close(self) -> None:
        """Stop what runs."""
        self._client.close()

    def rewriter(self) -> LlmRewriter:
        """What words follow-ups, with the same model and the same rest after failures."""
        return LlmRewriter(self._client, self._breaker)

    def compose(self, material: Material) -> Generator[Statement | None]:
        """Yield each sentence of the model with the numbers that it gave, those that exist.

        Raises:
            ComposeFailed: the model is down, slow, rambling or busy, or the material is too long for it.
            YorozuError: LLM_PACKAGE_MISSING, SETTING_INVALID, where `prepare` was not called before.
        """
        if sum(len(citation.quote) for citation in material.citations) > self._limit:
            raise ComposeFailed("資料が長すぎます")
        if not self._breaker.allows():
            raise ComposeFailed("続けて失敗したため、しばらく休ませています")
        settled = self._breaker.left
        try:
            yield from self._statements(material)
            settled = self._breaker.succeeded
        except ModelFailed:
            settled = self._breaker.failed
            raise
        finally:
            settled()

    def _statements(self, material: Material) -> Generator[Statement | None]:
        numbers = [citation.n for citation in material.citations]
        bound: dict[str, Any] = {"response_format": reply_schema(numbers)} if self._structured else {}
        written = _Written(frozenset(numbers))
        parser = SentenceParser()
        with closing(self._client.pieces(self._prompt.messages(material), **bound)) as pieces:
            for piece in pieces:
                yield from written.fresh(parser.feed(piece))
                yield None
                if parser.unfinished > LONGEST_UNFINISHED:
                    raise ModelFailed(_RAMBLES)
        yield from written.fresh(parser.close())


class _Written:
    """What the model has written so far, so that a model that goes round in circles is noticed."""

    def __init__(self, allowed: frozenset[int]) -> None:
        self._allowed = allowed
        self._seen: set[str] = set()
        self._repeats = 0

    def fresh(self, sentences: Iterable[Sentence]) -> Generator[Statement]:
        """Yield the sentences that are new, with the citations that exist.

        Raises:
            ModelFailed: it rambles.
        """
        for sentence in sentences:
            key = fold(sentence.text)
            if key in self._seen:
                self._repeats += 1
            self._check(sentence)
            if key and key not in self._seen:
                self._seen.add(key)
                active = _ACTIVE.search(sentence.text)
                cited = [] if active else [n for n in sentence.citations if n in self._allowed]
                yield Statement(text=sentence.text, citations=cited, support="unsupported")

    def _check(self, sentence: Sentence) -> None:
        if (
            self._repeats >= MOST_REPEATS
            or len(self._seen) >= MOST_SENTENCES
            or len(sentence.text) > LONGEST_SENTENCE
        ):
            raise ModelFailed(_RAMBLES)
