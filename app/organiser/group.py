"""Which questions ask the same, and what they are about: groups with a representative and a theme."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.organiser.models import Group
from ingest.embedding.base import Embedder
from ingest.errors import ErrorCode, YorozuError
from ingest.text.words import Tokenizer

Matrix = NDArray[np.float64]

# Fitted on eval/duplicates/build.jsonl, see docs/organiser.md.
MEANING_SHARE = 0.6  # of the similarity that the embedder gives; the rest are shared words
SAME = 0.56  # average similarity from which two groups ask the same
SAME_BY_WORDS = 0.28  # the same without an embedder
THEME = 0.38  # average similarity from which groups belong to one theme
MOST = 3000  # questions at a time; the table of all pairs grows with the square
_FLOOR = 0.3  # cosine of two questions that have nothing in common but being questions, at most
_LABEL_WORDS = 2


def group(
    questions: Sequence[tuple[str, str]], embedder: Embedder | None, tokenizer: Tokenizer
) -> list[Group]:
    """Group near-duplicates and propose themes.

    Args:
        questions: (id, generalised text), in the order in which they came.
        embedder: the product's own; without one, shared words alone decide.
        tokenizer: Sudachi.

    Returns:
        Every question in exactly one group, groups in the order of their first question.

    Raises:
        YorozuError: CHANGE_INVALID for more than MOST questions.
    """
    if not questions:
        return []
    if len(questions) > MOST:
        raise YorozuError(ErrorCode.CHANGE_INVALID, reason=f"一度にまとめられるのは{MOST}件までです")
    texts = [text for _, text in questions]
    alike = similarity(texts, embedder, tokenizer)
    groups = clusters(alike, SAME if embedder is not None else SAME_BY_WORDS)
    heads = [_representative(members, alike) for members in groups]
    themes = _themes(heads, groups, alike, [_nouns(text, tokenizer) for text in texts])
    return [
        Group(
            representative=questions[head][0],
            members=tuple(questions[i][0] for i in (head, *(m for m in members if m != head))),
            theme=theme,
        )
        for head, members, theme in zip(heads, groups, themes, strict=True)
    ]


def similarity(
    texts: Sequence[str], embedder: Embedder | None, tokenizer: Tokenizer, share: float = MEANING_SHARE
) -> Matrix:
    """How alike every two texts are, shape (n, n), from 0 to 1: meaning (`share`) and shared words, mixed."""
    shared = _shared([Counter(tokenizer.concepts(text)) for text in texts])
    if embedder is None:
        return shared
    vectors = embedder.queries(texts).astype(np.float64)
    meaning = np.clip((vectors @ vectors.T - _FLOOR) / (1 - _FLOOR), 0.0, 1.0)
    mixed: Matrix = share * meaning + (1 - share) * shared
    return mixed


def clusters(alike: Matrix, threshold: float) -> list[list[int]]:
    """Average-link clusters of a similarity table: members in order, clusters by their first member."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(alike) == 1:
        return [[0]]
    distance = 1.0 - (alike + alike.T) / 2
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(np.clip(distance, 0.0, None), checks=False), method="average")
    labels = fcluster(tree, t=1.0 - threshold, criterion="distance")
    found: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        found.setdefault(int(label), []).append(place)
    return list(found.values())


def _nouns(text: str, tokenizer: Tokenizer) -> Counter[str]:
    """What a theme can be called by."""
    return Counter(
        w.normalised for w in tokenizer.content_words(text) if w.pos[0] in {"名詞", "形状詞", "記号"}
    )


def _shared(words: Sequence[Counter[str]]) -> Matrix:
    """Cosine of the word counts, rare words weighing more."""
    known = {word: place for place, word in enumerate(sorted({w for counts in words for w in counts}))}
    table: Matrix = np.zeros((len(words), max(len(known), 1)))
    for row, counts in enumerate(words):
        for word, count in counts.items():
            table[row, known[word]] = 1 + np.log(count)
    rarity = np.log((1 + len(words)) / (1 + (table > 0).sum(axis=0))) + 1
    table *= rarity
    length = np.linalg.norm(table, axis=1, keepdims=True)
    table /= np.where(length == 0, 1.0, length)
    shared: Matrix = table @ table.T
    return shared


def _representative(members: Sequence[int], alike: Matrix) -> int:
    """The member that is nearest to all others; the earliest of equals."""
    inner: Any = alike[np.ix_(members, members)].sum(axis=1).round(9)
    return members[int(inner.argmax())]


def _themes(
    heads: Sequence[int], groups: Sequence[Sequence[int]], alike: Matrix, words: Sequence[Counter[str]]
) -> list[str | None]:
    """For each group the label of its theme; None where a group is alone with its subject."""
    themes: list[str | None] = [None] * len(groups)
    if len(heads) < 2:  # noqa: PLR2004 - one group is no theme
        return themes
    total = Counter(word for counts in words for word in counts)
    for cluster in clusters(alike[np.ix_(heads, heads)], THEME):
        members = [i for place in cluster for i in groups[place]]
        if len(members) > 1:
            label = _label([words[i] for i in members], total, len(words))
            for place in cluster:
                themes[place] = label
    return themes


def _label(words: Sequence[Counter[str]], total: Counter[str], n: int) -> str | None:
    """The words that many of the cluster's questions hold and few others: 体制・専任."""
    inside = Counter(word for counts in words for word in counts)
    rated = sorted(
        ((count / len(words)) * np.log((1 + n) / total[word]), word)
        for word, count in inside.items()
        if len(word) > 1 and not word.isdigit() and count > 1
    )
    chosen = [word for _, word in rated[::-1][:_LABEL_WORDS]]
    return "・".join(chosen) or None
