"""Runs a retrieval kit against a search function and reports how well it found."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.kit import Kit, read_kit
from eval.metrics import (
    Interval,
    bootstrap_interval,
    hit_at,
    mean,
    ndcg_at,
    percentile,
    recall_at,
    reciprocal_rank_at,
    wilson_interval,
)
from ingest.errors import ErrorCode, YorozuError

# Returns document ids, best first, for (query text, how many).
Search = Callable[[str, int], list[str]]
DEPTH = 100
_REFUSED = frozenset({ErrorCode.QUESTION_EMPTY, ErrorCode.QUESTION_TOO_LONG})


@dataclass(frozen=True, slots=True)
class KitReport:
    """The measures of each scored query, in the order of queries.jsonl. Times are milliseconds."""

    skipped: int  # queries without a relevant document
    scores: dict[str, list[float]] = field(default_factory=dict)
    times_ms: list[float] = field(default_factory=list)

    def as_json(self) -> dict[str, float | int]:
        """Return the object that `--json` prints."""
        means = {name: round(mean(values), 6) for name, values in self.scores.items()}
        return {
            "n": len(self.times_ms),
            **means,
            "ms_p50": round(percentile(self.times_ms, 0.5), 3),
            "ms_p95": round(percentile(self.times_ms, 0.95), 3),
        }

    def as_table(self) -> str:
        """Return the table for people, with 95% intervals."""
        lines = [f"質問数 {len(self.times_ms)}（正解のない質問 {self.skipped} 件は除外）", ""]
        lines.append(f"{'指標':<10}{'値':>7}   95%区間")
        for name, values in self.scores.items():
            low, high = _interval(name, values)
            lines.append(f"{name:<12}{mean(values):>7.3f}   {low:.3f}–{high:.3f}")
        p50, p95 = percentile(self.times_ms, 0.5), percentile(self.times_ms, 0.95)
        lines.append(f"\n検索時間    p50 {p50:.1f} ms   p95 {p95:.1f} ms")
        return "\n".join(lines)


def run_kit(kit: Kit | Path, search: Search) -> KitReport:
    """Ask `search` every query of the kit that has a relevant document.

    Args:
        kit: a kit, or the folder of one.
        search: gives up to the asked number of document ids, best first; a repeated id counts once, at its
            best rank.

    Raises:
        YorozuError: KIT_INVALID, or whatever else `search` raises.

    A query that `search` refuses as empty or too long has found nothing.
    """
    loaded = read_kit(kit) if isinstance(kit, Path) else kit
    scores: dict[str, list[float]] = {
        name: [] for name in ("hit@1", "hit@10", "mrr@10", "ndcg@10", "recall@100")
    }
    times: list[float] = []
    skipped = 0
    for query_id, text in loaded.queries.items():
        relevance = loaded.qrels.get(query_id, {})
        if not any(grade > 0 for grade in relevance.values()):
            skipped += 1
            continue
        started = time.perf_counter()
        found = _found(search, text)
        times.append((time.perf_counter() - started) * 1000.0)
        ranked = list(dict.fromkeys(found))
        scores["hit@1"].append(hit_at(ranked, relevance, 1))
        scores["hit@10"].append(hit_at(ranked, relevance, 10))
        scores["mrr@10"].append(reciprocal_rank_at(ranked, relevance, 10))
        scores["ndcg@10"].append(ndcg_at(ranked, relevance, 10))
        scores["recall@100"].append(recall_at(ranked, relevance, DEPTH))
    return KitReport(skipped, scores, times)


def _found(search: Search, text: str) -> list[str]:
    try:
        return search(text, DEPTH)
    except YorozuError as error:
        if error.code in _REFUSED:
            return []
        raise


def _interval(name: str, values: Sequence[float]) -> Interval:
    if name.startswith("hit@"):
        return wilson_interval(round(sum(values)), len(values))
    return bootstrap_interval(values)
