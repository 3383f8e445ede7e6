"""The section of docs/benchmarks.md on what each signal is worth."""

from collections.abc import Iterator, Sequence

from eval.benchmarks.ablation import Ablation
from eval.benchmarks.tables import MAIN, MEASURES, difference, share, table
from eval.metrics import mean

_READING = f"""`without X` sets the weight of X to nothing, `alone X` that of all others; nothing is fitted
anew. Passages that X alone would have proposed stay candidates. A signal that a kit has nothing for (the
question of a passage that answers none) falls back on the passage's text, so that its lines repeat those of
`text`. The last column is {MAIN} of all signals minus that of the line, with a 95% interval: above zero, all
together are better."""


def ablation_section(ablations: Sequence[Ablation], circumstances: str) -> str:
    """Return the whole section."""
    kits = [part for ablation in ablations for part in _kit(ablation)]
    return "\n\n".join(["## What each signal is worth", circumstances, _READING, *kits])


def _kit(ablation: Ablation) -> Iterator[str]:
    _, together = ablation.results[0]
    queries = len(together.times_ms)
    yield f"### {ablation.kit}: {ablation.documents:,} documents, {queries:,} queries"
    yield table(
        ("signals", "weight", *MEASURES, f"all − line, {MAIN}"),
        (
            (
                variant.label,
                "" if variant.signal is None else share(ablation.results[0][0].weights[variant.signal]),
                *(share(mean(report.scores[m])) for m in MEASURES),
                "" if report is together else difference(together.scores[MAIN], report.scores[MAIN]),
            )
            for variant, report in ablation.results
        ),
    )
    yield verdict(ablation)


def verdict(ablation: Ablation) -> str:
    """Return in one sentence whether all signals together are never worse than the best of them."""
    worse = ablation.worse_than_a_part()
    if not worse:
        return "Together never worse than the best signal alone, by any of the measures."
    found = (
        f"{m} {share(ablation.together(m))} < {share(ablation.best_part(m)[1])} ({ablation.best_part(m)[0]})"
        for m in worse
    )
    return f"**Together worse than a signal alone:** {'; '.join(found)}."
