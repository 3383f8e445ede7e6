"""Is the question answered by what was found? Features of the best passage, weighed into a probability."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from app.answering.asked_for import asked_for
from app.answering.named_numbers import unknown_names
from app.answering.retrieve import Candidate, Retrieved
from app.answering.script import is_kana_only
from ingest.index.reader import Index
from ingest.passages import indexed_text
from ingest.text.words import Tokenizer

MODEL_FILE = Path(__file__).with_name("evidence_model.json")


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for and against a passage answering a question.

    Attributes:
        question_cosine: cosine with the question that the passage answers; with the text where it has none.
        cosine: cosine with the passage's text.
        sentence_cosine: cosine with its nearest sentence; with the text where sentences have no vectors.
        coverage: share of the question's content words in the passage, rare words counting more; 0..1.
        known: share of the question's content words that the index holds anywhere; 0..1.
        readings: share of the question's kana grams in the passage as it is read; 0..1.
        margin: distance of the best score to the best score of another source or Q&A; 0..1.
        length: logarithm of 1 + the number of content words.
        kind_missing: 1 where a kind of fact is asked for (何円, いつ) that the passage does not hold.
        unknown_name: 1 where the question names レベル3 and the passage only other levels.
        item_match: 1 where the passage is about the item number asked about.
        judged: log-odds by the judge, who reads question and passage together; nan where nobody asked it.
    """

    question_cosine: float
    cosine: float
    sentence_cosine: float
    coverage: float
    known: float
    readings: float
    margin: float
    length: float
    kind_missing: float
    unknown_name: float
    item_match: float
    judged: float = math.nan


@dataclass(frozen=True, slots=True)
class Weights:
    """One logistic regression; a feature that is not named has no weight."""

    intercept: float
    weights: dict[str, float]

    def probability(self, features: Features) -> float:
        """Probability in 0..1."""
        values = asdict(features)
        z = self.intercept + sum(weight * values[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, z))))


@dataclass(frozen=True, slots=True)
class EvidenceModel:
    """Fitted by `yorozu eval fit` on eval/questions/fit.jsonl, see docs/evaluation.md.

    Attributes:
        judged: for questions that were compared by vectors and that the judge has read.
        vectors: for those that were compared by vectors only.
        words: for those that were not: no embedder, or a question in kana alone, which it cannot read.
        threshold: probability from which a question counts as answered.
    """

    judged: Weights
    vectors: Weights
    words: Weights
    threshold: float

    def probability(self, features: Features, wording: str) -> float:
        """Probability in 0..1 that the best passage answers the question."""
        if not compared_by_vectors(features, wording):
            return self.words.probability(features)
        return (self.vectors if math.isnan(features.judged) else self.judged).probability(features)


def compared_by_vectors(features: Features, wording: str) -> bool:
    """Whether a model read the question: there is one, and the question is not in kana alone."""
    return features.cosine > 0 and not is_kana_only(wording)


def load_model(path: Path = MODEL_FILE) -> EvidenceModel:
    """Read the fitted weights that ship with the code."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    judged, vectors, words = (Weights(**stored[name]) for name in ("judged", "vectors", "words"))
    return EvidenceModel(judged, vectors, words, stored["threshold"])


def features_of(index: Index, tokenizer: Tokenizer, retrieved: Retrieved) -> Features | None:
    """Return the features of the best candidate, None where nothing was found at all."""
    if not retrieved.candidates:
        return None
    best = retrieved.candidates[0]
    question = retrieved.wording
    text = answer_text(index, best)
    searched = "\n".join((text, *best.passage.wordings))
    words = dict.fromkeys(tokenizer.words(question))
    wanted = asked_for(question)
    cosine = _number(best.cosine, 0.0)
    return Features(
        question_cosine=_number(best.question_cosine, cosine),
        cosine=cosine,
        sentence_cosine=_number(best.sentence_cosine, cosine),
        coverage=_coverage(index, words, set(tokenizer.words(searched))),
        known=sum(1 for word in words if index.df(word)) / len(words) if words else 0.0,
        readings=_share(set(tokenizer.reading_grams(question)), set(tokenizer.reading_grams(searched))),
        margin=_margin(retrieved),
        length=math.log1p(len(words)),
        kind_missing=float(wanted is not None and not wanted.stands_in(text, question)),
        unknown_name=float(bool(unknown_names(question, text))),
        item_match=float(best.item_match),
    )


def answer_text(index: Index, best: Candidate) -> str:
    """What the best candidate would be answered with: the passage, or the whole Q&A with its references."""
    passage = best.passage
    if passage.question_no is None:
        return indexed_text(passage)
    parts = index.passages(index.rows_for_qa(passage.source_id, passage.question_no))
    references = [f"{reference.label} {reference.url or ''}" for reference in passage.references]
    return "\n".join((passage.question or "", *(part.text for part in parts), *references))


def _coverage(index: Index, words: dict[str, None], there: set[str]) -> float:
    weights = {word: index.idf(word) for word in words}
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in there) / total if total else 0.0


def _share(wanted: set[str], there: set[str]) -> float:
    return len(wanted & there) / len(wanted) if wanted else 0.0


def _margin(retrieved: Retrieved) -> float:
    first, *others = retrieved.candidates
    for other in others:
        if place_of(other) != place_of(first):
            return min(1.0, max(0.0, first.score - other.score))
    return 1.0


def place_of(candidate: Candidate) -> tuple[str, int | None, int | None]:
    """What counts as one place to find an answer in: a Q&A, or a page of a document."""
    passage = candidate.passage
    return passage.source_id, passage.question_no, passage.page if passage.question_no is None else None


def _number(value: float, otherwise: float) -> float:
    return otherwise if math.isnan(value) else value
