"""The measurement as a section of docs/llm.md, and a line of JSON a question for a closer look."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.answering.models import Answer
from eval.judge import Verdict
from eval.llm.measure import Asked, supported_in
from eval.metrics import percentile, wilson_interval

BEGIN = "<!-- measured: written by `python -m eval.llm --write`, not by hand -->"
END = "<!-- end of what was measured -->"


@dataclass(frozen=True, slots=True)
class Setup:
    """What was measured, and on what."""

    model: str
    questions: str
    structured: bool
    day: date
    machine: str


@dataclass(frozen=True, slots=True)
class Killed:
    """The answer to a question during which the server was killed, and how the model's reply ended."""

    answer: Answer
    failure: str | None


def section(setup: Setup, asked: Sequence[Asked], killed: Killed | None) -> str:
    """Return the section in Markdown."""
    form = "JSON schema" if setup.structured else "JSON lines"
    lines = [
        BEGIN,
        "",
        f"{setup.day}, {setup.machine}.",
        f"Model `{setup.model}`, {form}, {len(asked)} questions of `{setup.questions}`.",
        "",
        "| | as the model wrote it | as it is shown |",
        "|---|---|---|",
        *_comparison(asked),
        "",
        "| answers as shown | n |",
        "|---|---|",
        *(f"| {name} | {n} |" for name, n in _outcomes(asked).most_common()),
        "",
        *_times(asked),
        *_killed(killed),
        "",
        END,
    ]
    return "\n".join(lines)


def write_section(file: Path, text: str) -> None:
    """Put the section in place of the one in `file`, at its end where there is none."""
    whole = file.read_text(encoding="utf-8")
    before, begun, rest = whole.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if begun and ended:
        file.write_text(f"{before}{text}{after}", encoding="utf-8")
    else:
        file.write_text(f"{whole.rstrip()}\n\n{text}\n", encoding="utf-8")


def details(asked: Asked) -> str:
    """Return one question as a line of JSON: what was written, what is shown, what is wrong with each."""
    written = asked.written
    found: dict[str, Any] = {
        "id": asked.question.id,
        "question": asked.question.question,
        "engine": asked.answer.engine,
        "status": asked.answer.status,
        "seconds": round(written.seconds, 1) if written is not None else None,
        "failure": written.failure if written is not None else None,
        "written": [s.model_dump() for s in written.statements] if written is not None else None,
        "shown": [s.model_dump() for s in asked.answer.statements],
        "wrong_before": list(asked.before.why),
        "wrong_after": list(asked.after.why),
    }
    return json.dumps(found, ensure_ascii=False)


def _comparison(asked: Sequence[Asked]) -> list[str]:
    before, after = [a.before for a in asked], [a.after for a in asked]
    answered = [a for a in asked if a.written is not None]
    raw = sum(len(a.written.statements) for a in answered if a.written is not None)
    backed = sum(supported_in(a.written.statements, a.written.material) for a in answered if a.written)
    shown = sum(len(a.answer.statements) for a in asked)
    kept = sum(s.support == "verified" for a in asked for s in a.answer.statements)
    rows = [
        ("right answers", _right(before), _right(after)),
        ("of the answerable", *(_right(_expecting(v, "answer")) for v in (before, after))),
        ("of those to be declined", *(_right(_expecting(v, "abstain")) for v in (before, after))),
        ("sentences", str(raw), str(shown)),
        ("supported by what they cite, says the verification", _share(backed, raw), _share(kept, shown)),
        ("word for word in what they cite", *(_share(_verbatim(v), _said(v)) for v in (before, after))),
    ]
    return [f"| {name} | {one} | {other} |" for name, one, other in rows]


def _expecting(verdicts: Sequence[Verdict], expect: str) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.question.expect == expect]


def _right(verdicts: Sequence[Verdict]) -> str:
    return _share(sum(verdict.right for verdict in verdicts), len(verdicts))


def _verbatim(verdicts: Sequence[Verdict]) -> int:
    return sum(verdict.supported for verdict in verdicts)


def _said(verdicts: Sequence[Verdict]) -> int:
    return sum(verdict.statements for verdict in verdicts)


def _share(hits: int, of: int) -> str:
    if not of:
        return "-"
    low, high = wilson_interval(hits, of)
    return f"{hits} of {of} ({hits / of:.2f}; {low:.2f}–{high:.2f})"


def _outcomes(asked: Sequence[Asked]) -> Counter[str]:
    return Counter(_outcome(a) for a in asked)


def _outcome(asked: Asked) -> str:
    if asked.written is None:
        return "declined before the model was asked"
    if asked.answer.engine == "llm":
        return "written by the model"
    return f"extractive: {asked.written.failure or 'too little of what the model wrote is supported'}"


def _times(asked: Sequence[Asked]) -> list[str]:
    seconds = [a.written.seconds for a in asked if a.written is not None]
    if not seconds:
        return []
    half, most = percentile(seconds, 0.5), percentile(seconds, 0.95)
    return [f"The model took {half:.0f} s for half of the answers, {most:.0f} s for 95%, read to the end."]


def _killed(killed: Killed | None) -> list[str]:
    if killed is None:
        return []
    answer = killed.answer
    supported = sum(statement.support == "verified" for statement in answer.statements)
    said = f"engine `{answer.engine}`, {supported} of {len(answer.statements)} sentences supported"
    how = killed.failure or "which was complete by then"
    return ["", f"The server was killed in the middle of a reply ({how}); the answer: {said}."]
