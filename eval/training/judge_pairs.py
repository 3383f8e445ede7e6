"""Pairs of question and passage to train the judge on: from kits, and from a question set over an index."""

import random
from collections.abc import Sequence
from pathlib import Path

from app.answering.evidence import answer_text
from app.answering.retrieve import Retriever
from app.answering.understand import understand
from eval.question_set import Question, read_questions
from eval.training.data import Material
from eval.training.judge import Pair
from ingest.embedding.base import Embedder
from ingest.embedding.load import load_embedder
from ingest.errors import YorozuError
from ingest.index.reader import Index, open_index
from ingest.settings import Settings
from ingest.text.words import Tokenizer

_NEAR = 6  # a wrong entry is drawn from so many nearest ones
_DEPTH = 6
_OPEN_EACH = 2  # passages that an unanswerable question is paired with


def pairs_of_kits(material: Material, embedder: Embedder) -> list[Pair]:
    """The right entry and a near wrong one of each query, and all contrast questions of the kits."""
    draw = random.Random(0)  # noqa: S311 - the same choice each time, no secret
    names = list(material.entries)
    vectors = embedder.passages([entry.full for entry in material.entries.values()])
    pairs = []
    for asked in material.asked:
        ranked = (-(vectors @ embedder.query(asked.text))).argsort()[: 2 * _NEAR]
        wrong = [names[place] for place in ranked if names[place] not in asked.grades][:_NEAR]
        pairs.append(Pair(asked.text, material.entries[draw.choice(asked.best())].full, answers=True))
        pairs.append(Pair(asked.text, material.entries[draw.choice(wrong)].full, answers=False))
    for contrast in material.contrasts:
        passage = material.entries[contrast.document].full
        pairs += [Pair(question, passage, answers=True) for question in contrast.answered]
        pairs += [Pair(question, passage, answers=False) for question in contrast.open]
    return pairs


def pairs_of_questions(settings: Settings, files: Sequence[Path]) -> list[Pair]:
    """Each question with what the index finds for it: the right Q&A and the best wrong one, or wrong ones.

    Raises:
        YorozuError: INDEX_MISSING, QUESTION_SET_INVALID and their like.
    """
    embedder = load_embedder(settings)
    index = open_index(settings.data_dir, embedder.name if embedder else None)
    tokenizer = Tokenizer()
    retriever = Retriever(tokenizer, embedder)
    found = [
        pairs
        for file in files
        for question in read_questions(file)
        for pairs in _of_question(index, retriever, tokenizer, question)
    ]
    return list(dict.fromkeys(found))


def _of_question(index: Index, retriever: Retriever, tokenizer: Tokenizer, question: Question) -> list[Pair]:
    if question.expect == "error":
        return []
    try:
        asked = understand(question.question, tokenizer, limit=10_000)
    except YorozuError:
        return []
    gold = {*question.gold, *question.all_of}
    pairs = []
    for part in asked.parts:
        candidates = retriever.for_part(index, asked, part.text, _DEPTH).candidates
        right = [c for c in candidates if c.passage.question_no in gold][:1]
        if question.expect == "answer" and not right:
            continue
        wrong = [c for c in candidates if c.passage.question_no not in gold]
        wrong = wrong[: 1 if right else _OPEN_EACH]
        pairs += [Pair(part.text, answer_text(index, c), answers=True) for c in right]
        pairs += [Pair(part.text, answer_text(index, c), answers=False) for c in wrong]
    return pairs
