"""The page that growth is written down on: each figure, and its ratio to that of the smallest size."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Measured = dict[str, Any]
_MB = 1e6


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table."""

    what: str
    value: Callable[[Measured], float]
    unit: str  # none: a number that stands for itself
    part: bool = False  # of the line above that is none


_ROWS = (
    _Row("search, p50", lambda r: r["ask"]["ms_p50"], "ms"),
    _Row("search, p95", lambda r: r["ask"]["ms_p95"], "ms"),
    _Row("search, slowest", lambda r: r["ask"]["ms_max"], "ms"),
    _Row("search, p50 of CPU time", lambda r: r["ask"]["cpu_p50"], "ms"),
    _Row("programs that wanted a core meanwhile", lambda r: r["ask"]["load"], ""),
    _Row("opening the index", lambda r: r["ask"]["open_ms"], "ms"),
    _Row("first search, which loads Chroma's graph", lambda r: r["ask"]["first_ms"], "ms"),
    _Row("own memory of the answering process", lambda r: r["ask"]["memory"]["after"]["anonymous"], "MB"),
    _Row("for the index", lambda r: _gained(r, "before", "anonymous"), "MB", part=True),
    _Row("gained over the searches", lambda r: _gained(r, "warm", "anonymous"), "MB", part=True),
    _Row("mapped files, which the system may drop", lambda r: _gained(r, "before", "files"), "MB"),
    _Row("building", lambda r: r["build"]["seconds"]["all"], "s"),
    _Row("made-up vectors into the cache", lambda r: r["build"]["seconds"]["embed"], "s", part=True),
    _Row("words and grams, beside the others", lambda r: r["build"]["seconds"]["lexical"], "s", part=True),
    _Row(
        "Chroma, array of vectors, SQLite, sync", lambda r: r["build"]["seconds"]["vectors"], "s", part=True
    ),
    _Row("CPU time of building", lambda r: r["build"]["seconds"]["cpu"], "s"),
    _Row("peak memory of the build", lambda r: r["build"]["peak_mb"], "MB"),
    _Row("the passages handed over", lambda r: r["build"]["passages_mb"], "MB", part=True),
    _Row("index on disk", lambda r: r["build"]["bytes"]["all"] / _MB, "MB"),
    _Row("Chroma", lambda r: r["build"]["bytes"]["chroma"] / _MB, "MB", part=True),
    _Row("array of vectors", lambda r: r["build"]["bytes"]["vectors"] / _MB, "MB", part=True),
    _Row("words and grams", lambda r: r["build"]["bytes"]["lexical"] / _MB, "MB", part=True),
    _Row("passages", lambda r: r["build"]["bytes"]["passages.sqlite"] / _MB, "MB", part=True),
)
# (passages, measure, ms): what was set before it was measured
_GOALS = ((20_000, "ms_p50", 60), (20_000, "ms_p95", 120), (1_000_000, "ms_p95", 600))

_PAGE = """# Growth

Written by `python -m eval.benchmarks.growth --sizes {sizes} --out docs/growth.md` on {date}.
Machine: {machine}. In brackets the ratio to the smallest size.

{table}

Goals:

{goals}

## What was measured

Passages, questions and vectors are made up (`eval/benchmarks/made_up.py`), the same in each run: words of a
guideline, few of which make up most of the text, and names and codes that never stop coming. The index is
built by the product's own `build_index` with Chroma, SQLite, BM25 fields and checks. Only the vectors, of 384
numbers, do not come from the model.{embedding}
There are no questions and answers among the passages, so the fields of questions and of sentences are empty;
a corpus of consultations fills them as well.

CPU time counts all threads and does not depend on what else the machine does; "programs that wanted a core
meanwhile" is the system's load average, 1 where the search had the machine to itself.

Another process opens the index and sends {n} questions, one after another, through
`app.answering.retrieve.Retriever.search`, after 20 that do not count.
{asked}
The vector that is then compared is made up, so that it has neighbours. Nothing is built or loaded during a
search but the pages of files that it touches: "gained over the searches" is what the process held more at
the end.
"""


def page(results: Sequence[Measured], date: str, memory_gb: float) -> str:
    """The whole page for `results`, smallest size first."""
    ask = results[0]["ask"]
    machine = ask["machine"]
    if rate := ask["embedded_a_second"]:
        hours = 1e6 / rate / 3600
        embedding = f" A million would take it {hours:.1f} hours here, {rate:.0f} a second."
        asked = "Each question is embedded by the real model, and that time counts."
    else:
        embedding, asked = "", "No model was there: embedding the question took NO time."
    return _PAGE.format(
        sizes=",".join(str(result["count"]) for result in results),
        date=date,
        machine=f"{machine['cores']} cores, {machine['cpu']}, {memory_gb:.0f} GB, Python {machine['python']}",
        table=_table(results),
        goals=_goals(results),
        embedding=embedding,
        n=ask["n"],
        asked=asked,
    )


def _table(results: Sequence[Measured]) -> str:
    sizes = " | ".join(f"{result['count']:,} passages" for result in results)
    lines = [f"| | {sizes} |", "|---|" + "---:|" * len(results)]
    for row in _ROWS:
        values = [row.value(result) for result in results]
        ratios = [_ratio(v, values[0]) if row.unit else "" for v in values]
        cells = " | ".join(f"{_short(v)} {row.unit}{r}".strip() for v, r in zip(values, ratios, strict=True))
        lines.append(f"| {'· ' if row.part else ''}{row.what} | {cells} |")
    return "\n".join(lines)


def _goals(results: Sequence[Measured]) -> str:
    found = {result["count"]: result["ask"] for result in results}
    lines = []
    for count, measure, limit in _GOALS:
        if count in found:
            value = found[count][measure]
            verdict = "met" if value <= limit else "NOT met"
            lines.append(f"- {count:,} passages, {measure[3:]} ≤ {limit} ms: {value:.1f} ms, {verdict}")
    return "\n".join(lines or ["- none is set for these sizes"])


def _gained(result: Measured, since: str, kind: str) -> float:
    memory: dict[str, dict[str, float]] = result["ask"]["memory"]
    return memory["after"][kind] - memory[since][kind]


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"  # noqa: PLR2004 - three figures


def _ratio(value: float, smallest: float) -> str:
    return f" ({_short(value / smallest)})" if smallest >= 0.05 else ""  # noqa: PLR2004 - 0.0 as shown
