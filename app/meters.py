"""What the service counts about itself, in Prometheus' form; one object a service."""

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from app.answering.models import Answer
from app.answering.signals import WordsLost

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


class Meters:
    """Counters of one service. Safe to use from several threads."""

    def __init__(self) -> None:
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

    def answered(self, answer: Answer) -> None:
        """Count an answer by its status."""
        self._answers.labels(answer.status).inc()

    def words_lost(self, reason: WordsLost) -> None:
        """Count a question without words, or whose words all occur nowhere."""
        self._alarms.labels(reason).inc()

    def text(self) -> bytes:
        """All counters in Prometheus' text format."""
        return generate_latest(self._registry)
