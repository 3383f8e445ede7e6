"""Markdown tables of measures, ratios and differences."""

from collections.abc import Iterable, Sequence

from eval.metrics import bootstrap_interval, mean

MEASURES = ("hit@1", "hit@10", "mrr@10", "ndcg@10", "recall@100")
MAIN = "ndcg@10"  # the one that a verdict is about


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, texts: int = 1) -> str:
    """Return a table: the first `texts` columns left-aligned, the others right-aligned."""
    lines = [_line(head), "|" + "---|" * texts + "---:|" * (len(head) - texts)]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def share(value: float) -> str:
    """Return a number from 0 to 1 with three digits: `.812`, `1.000`."""
    return f"{value:.3f}".removeprefix("0")


def with_ratio(text: str, value: float, ours: float) -> str:
    """Return `text` with value / ours behind it: `.712 (×0.89)`; `–` where ours is 0."""
    return f"{text} (×{value / ours:.2f})" if ours else f"{text} (–)"


def difference(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Return the mean of ours − theirs with its 95% interval, query by query: `+.088 [+.041, +.133]`."""
    pairs = [a - b for a, b in zip(ours, theirs, strict=True)]
    low, high = bootstrap_interval(pairs)
    return f"{_signed(mean(pairs))} [{_signed(low)}, {_signed(high)}]"


def _signed(value: float) -> str:
    rounded = round(value, 3) + 0.0  # no minus in front of a zero
    return f"{'-' if rounded < 0 else '+'}{share(abs(rounded))}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
