"""Measures the generalisation: how many names are removed, how many harmless words touched."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.organiser.models import Generalised
from eval.metrics import wilson_interval
from eval.name_set import Name, NamedQuestion
from ingest.text.words import Tokenizer

Generalise = Callable[[str], Generalised]


@dataclass(frozen=True, slots=True)
class NameOutcome:
    """One question, what was missed of its names, and its harmless content words with those touched."""

    question: NamedQuestion
    result: Generalised
    missed: tuple[Name, ...]
    harmless: int
    touched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GeneraliseReport:
    """The outcomes of a set, in its order."""

    outcomes: tuple[NameOutcome, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        names = sum(len(o.question.names) for o in self.outcomes)
        missed = sum(len(o.missed) for o in self.outcomes)
        harmless = sum(o.harmless for o in self.outcomes)
        touched = sum(len(o.touched) for o in self.outcomes)
        plain = [o for o in self.outcomes if not o.question.names]
        changed = [o for o in plain if o.result.spans]
        return {
            "n": len(self.outcomes),
            "names": names,
            "removed": _share(names - missed, names),
            "removed_95": wilson_interval(names - missed, names),
            "harmless_words": harmless,
            "touched": _share(touched, harmless),
            "touched_95": wilson_interval(touched, harmless),
            "questions_without_names": len(plain),
            "of_them_changed": _share(len(changed), len(plain)),
            "by_kind": self._by_kind(),
            "failures": [
                {
                    "id": o.question.id,
                    "missed": [o.question.text[n.start : n.end] for n in o.missed],
                    "touched": list(o.touched),
                }
                for o in self.outcomes
                if o.missed or o.touched
            ],
        }

    def as_table(self) -> str:
        """Return the table for people, with 95% intervals."""
        result = self.as_json()
        lines = [f"質問 {result['n']}件、うち名前のないもの {result['questions_without_names']}件", ""]
        for label, key, of in (
            ("特定につながる名前を除いた割合", "removed", "names"),
            ("無害な言葉に触れた割合", "touched", "harmless_words"),
        ):
            low, high = result[f"{key}_95"]
            lines.append(f"{label:<20}{result[key]:>8.3f}  {result[of]:>5}  {low:.3f}–{high:.3f}")
        lines += ["", "種類別"]
        lines += [
            f"  {kind:<10}{share['removed']:>8.3f}  {share['n']:>5}"
            for kind, share in result["by_kind"].items()
        ]
        return "\n".join(lines)

    def _by_kind(self) -> dict[str, dict[str, float]]:
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for outcome in self.outcomes:
            for name in outcome.question.names:
                counts[name.kind][0] += 1
                counts[name.kind][1] += name in outcome.missed
        return {
            kind: {"n": n, "removed": _share(n - missed, n)} for kind, (n, missed) in sorted(counts.items())
        }


def run_names(questions: Sequence[NamedQuestion], generalise: Generalise) -> GeneraliseReport:
    """Generalise every question and compare with its marks."""
    tokenizer = Tokenizer()
    return GeneraliseReport(tuple(_outcome(q, generalise(q.text), tokenizer) for q in questions))


def _outcome(question: NamedQuestion, result: Generalised, tokenizer: Tokenizer) -> NameOutcome:
    """A name is removed when each of its characters is replaced; a word is touched when any of its is."""
    replaced = {place for span in result.spans for place in range(span.start, span.end)}
    missed = tuple(n for n in question.names if not replaced.issuperset(range(n.start, n.end)))
    marked = {place for n in question.names for place in range(n.start, n.end)}
    words = [w for w in _words(question.text, tokenizer) if marked.isdisjoint(range(w[1], w[2]))]
    touched = tuple(w for w, start, end in words if not replaced.isdisjoint(range(start, end)))
    return NameOutcome(question, result, missed, len(words), touched)


def _words(text: str, tokenizer: Tokenizer) -> list[tuple[str, int, int]]:
    """Content words with their places in the text itself, found in order."""
    found, position = [], 0
    for word in tokenizer.content_words(text):
        start = text.casefold().find(word.surface, position)
        if start >= 0:
            position = start + len(word.surface)
            found.append((word.surface, start, position))
    return found


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
