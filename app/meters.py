"""What the service counts about itself, in Prometheus' form; one object a service."""

from collections.abc import Callable, Collection
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from app.answering.models import Answer
from app.answering.signals import WordsLost
from app.troubles import PARTS

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0)
CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


class Meters:
    """Counters of one service. Safe to use from several threads.

    Args:
        heard: is given each answer that is counted, in the thread that gave it.
    """

    def __init__(self, heard: Callable[[Answer], object] = lambda _: None) -> None:
        self._heard = heard
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "yorozu_answers", "Answers given, refusals included.", ["status"], registry=self._registry
        )
        # Words that find nothing look like a question that nothing answers; only a count tells them apart.
        self._alarms = Counter(
            "yorozu_lexical_alarms",
            "Questions that the search by words could do nothing with.",
            ["reason"],
            registry=self._registry,
        )
        self._stages = Histogram(
            "yorozu_stage_seconds",
            "Time that the steps of an answer took.",
            ["stage"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._dropped = Counter(
            "yorozu_verification_failures",
            "Sentences that were written and not shown, for their citations do not say them.",
            registry=self._registry,
        )
        self._logins = Counter(
            "yorozu_logins",
            "Logins of people, by account or by the OpenID Connect provider, and what came of them.",
            ["way", "outcome"],
            registry=self._registry,
        )
        self._vectors = Counter(
            "yorozu_vectors_away",
            "Searches by vectors that were not made, for the server that holds them was away.",
            registry=self._registry,
        )
        self._alone = Counter(
            "yorozu_limits_counted_alone",
            "Requests that this process counted by itself, for the Redis that is to share limits was away.",
            registry=self._registry,
        )
        self._refused = Counter(
            "yorozu_requests_refused",
            "Requests that the guard or a limit turned away.",
            ["code"],
            registry=self._registry,
        )

        self._degraded = Gauge(
            "yorozu_degraded",
            "1 for each part that does not work while the service answers without it.",
            ["part"],
            registry=self._registry,
        )
        self._unkept = Counter(
            "yorozu_answers_unkept",
            "Answers that were given and could not be stored, which they said.",
            registry=self._registry,
        )

    def degraded(self, parts: Collection[str]) -> None:
        """Say which parts do not work at the moment."""
        for part in PARTS:
            self._degraded.labels(part).set(part in parts)

    def unkept(self) -> None:
        """Count an answer that could not be stored."""
        self._unkept.inc()

    def answered(self, answer: Answer) -> None:
        """Count an answer by its status, and how long its steps took."""
        self._answers.labels(answer.status).inc()
        for stage, milliseconds in answer.timings_ms.model_dump().items():
            self._stages.labels(stage).observe(milliseconds / 1000)
        self._heard(answer)

    def not_verified(self, sentences: int) -> None:
        """Count sentences that were dropped."""
        self._dropped.inc(sentences)

    def logged_in(self, way: Literal["account", "oidc"], outcome: str) -> None:
        """Count a login: "done", or the code of the error that it ended in."""
        self._logins.labels(way, outcome).inc()

    def vectors_away(self) -> None:
        """Count a search that the vectors had no part in, though they should."""
        self._vectors.inc()

    def counted_alone(self) -> None:
        """Count a request whose limit was not shared."""
        self._alone.inc()

    def turned_away(self, code: str) -> None:
        """Count a request that was not let in, by the code of its error."""
        self._refused.labels(code).inc()

    def words_lost(self, reason: WordsLost) -> None:
        """Count a question without words, or whose words all occur nowhere."""
        self._alarms.labels(reason).inc()

    def text(self) -> bytes:
        """All counters in Prometheus' text format."""
        return generate_latest(self._registry)
