"""The section of docs/benchmarks.md that sets ours beside the peers."""

from collections.abc import Iterator, Sequence

from eval.benchmarks.peers import Comparison, Measured
from eval.benchmarks.system import Entrant
from eval.benchmarks.tables import MEASURES, difference, share, table, with_ratio
from eval.metrics import mean, percentile

_READING = """Every system gets the same documents (title, line break, text) and returns them by their best
chunk. In brackets: the figure divided by ours. Times are of one search call, one at a time, warm; seconds to
index include embedding. LangChain and ours write to disk, LlamaIndex and Haystack keep everything in memory.
Differences are ours minus theirs, query by query, with 95% intervals (bootstrap over queries)."""


def peers_section(comparisons: Sequence[Comparison], systems: Sequence[Entrant], circumstances: str) -> str:
    """Return the whole section."""
    recipes = table(("system", "recipe"), ((system.name, system.recipe) for system in systems), texts=2)
    kits = [part for comparison in comparisons for part in _kit(comparison)]
    return "\n\n".join(["## Beside the usual recipes", circumstances, recipes, _READING, *kits])


def worse_than_a_peer(comparisons: Sequence[Comparison], measure: str) -> list[str]:
    """Return a line for each peer that is ahead of ours on a kit by `measure`."""
    return [
        f"{c.kit}: {peer.name} {measure} {share(theirs)} > {share(ours)}"
        for c in comparisons
        for peer in c.results[1:]
        if (theirs := mean(peer.report.scores[measure])) > (ours := mean(c.results[0].report.scores[measure]))
    ]


def _kit(comparison: Comparison) -> Iterator[str]:
    ours, *peers = comparison.results
    queries = len(ours.report.times_ms)
    yield f"### {comparison.kit}: {comparison.documents:,} documents, {queries:,} queries"
    head = ("", *MEASURES, "p50 ms", "p95 ms", "index s")
    yield table(head, (_row(result, ours) for result in comparison.results))
    yield table(
        ("ours −", *MEASURES),
        (
            (peer.name, *(difference(ours.report.scores[m], peer.report.scores[m]) for m in MEASURES))
            for peer in peers
        ),
    )


def _row(result: Measured, ours: Measured) -> list[str]:
    figures = [(share(value), value, mine) for value, mine in zip(_means(result), _means(ours), strict=True)]
    figures += [(f"{t:.1f}", t, mine) for t, mine in zip(_times(result), _times(ours), strict=True)]
    cells = [text if result is ours else with_ratio(text, value, mine) for text, value, mine in figures]
    return [result.name, *cells]


def _means(result: Measured) -> list[float]:
    return [mean(result.report.scores[measure]) for measure in MEASURES]


def _times(result: Measured) -> list[float]:
    times = result.report.times_ms
    return [percentile(times, 0.5), percentile(times, 0.95), result.index_seconds]
