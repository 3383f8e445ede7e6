"""The table that a trial leaves."""

import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from eval.cluster.cluster import Cluster
from eval.cluster.trial import Outcome, Plan
from eval.machine import machine

_BEGIN, _END = "<!-- cluster: written by python -m eval.cluster -->", "<!-- end of cluster -->"


def table(cluster: Cluster, plan: Plan, outcome: Outcome, command: str) -> str:
    """Everything that was counted, as Markdown."""
    notes, here = outcome.notes, machine()
    acknowledged = ", ".join(f"{len(given):,}" for given in (notes.answers, notes.verdicts, notes.sent))
    again = (
        f"{cluster.ingest_retries} ingests tried again, {_p50(cluster.ingest_seconds):.1f} s in the middle"
    )
    where = f"{here['cores']} cores, {here['cpu']}, Python {here['python']}"
    day = datetime.now(tz=UTC).date().isoformat()
    lines = [
        f"Written by `{command}` on {day}. Machine: {where}; all processes, the load included, share them.",
        "",
        "| | answered | refused | p50 | p95 | slowest |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for what in sorted(notes.seconds):
        taken = notes.seconds[what]
        refused = sum(count for key, count in notes.refused.items() if key.startswith(f"{what} "))
        ms = [f"{1000 * value:,.0f} ms" for value in (statistics.median(taken), _p95(taken), max(taken))]
        lines.append(f"| {what} | {len(taken):,} | {refused:,} | {' | '.join(ms)} |")
    codes = ", ".join(f"{key} {count}" for key, count in sorted(notes.refused.items())) or "none"
    kills = ", ".join(f"{member.name} {member.kills}" for member in cluster.members)
    lines += [
        "",
        "| | |",
        "|---|---|",
        f"| load | {plan.clients} clients, {outcome.seconds / 60:.1f} min |",
        f"| killed | {kills} |",
        f"| refused, by code | {codes} |",
        f"| neither answered nor cleanly refused | {len(notes.broken)} |",
        f"| answers and searches of two editions | {len(notes.mixed)} |",
        f"| generations that answered | {len(notes.generations)} of {cluster.ingests} ingested ({again}) |",
        f"| answers by words alone, saying so | {notes.degraded:,} of {len(notes.answers):,} |",
        f"| acknowledged: answers, verdicts, sent questions | {acknowledged} |",
        f"| questions drafted | {outcome.drafted:,} of {len(notes.questions):,} |",
        f"| acknowledged and lost | {len(outcome.lost)} |",
        f"| done twice | {outcome.twice} |",
    ]
    return "\n".join(lines) + "\n"


def write(page: Path, text: str) -> None:
    """Put a table between the marks of a page, in the place of the one before.

    Raises:
        ValueError: where the page has no marks.
    """
    whole = page.read_text(encoding="utf-8")
    before, begin, rest = whole.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"{page} has no {_BEGIN}")
    page.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def _p50(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0
