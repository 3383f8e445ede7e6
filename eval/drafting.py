"""Measures how long it takes from a spreadsheet of questions to drafts, without a language model.

Run as `python -m eval.drafting`; see docs/drafts.md.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl

from app.assemble import answer_service, draft_desk, generaliser, shared_embedder
from app.organiser.draft_run import DraftReport, Order, draft_file
from app.settings import ServiceSettings
from eval.machine import cpu_seconds, machine
from eval.question_set import read_questions
from ingest.pipeline import ingest

_QUESTIONS = Path(__file__).parent / "questions" / "held_out.jsonl"


def spreadsheet(path: Path, questions: Sequence[str]) -> None:
    """Write questions as they come in, each from a company of its own."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["受付番号", "会社名", "ご質問内容"])
    for number, question in enumerate(questions, start=1):
        sheet.append([number, f"株式会社見本{number}", question])
    book.save(path)


def summary(report: DraftReport, taken: float) -> dict[str, Any]:
    """Return what is printed: questions a second, seconds of each stage, and what it was measured on."""
    return {
        "questions": report.questions,
        "drafted": report.drafted,
        "failed": report.failed,
        "seconds": report.seconds,
        "per_second": round(report.questions / report.seconds, 1),
        "stages": report.stages,
        "cpu_seconds": round(taken, 1),
        "load": round(os.getloadavg()[0], 1),
        "machine": machine(),
    }


def measure(settings: ServiceSettings, source: Path, *, warm: bool) -> dict[str, Any]:
    """Draft the questions of `source`; with `warm` all models are loaded before, as they are in a server.

    Args:
        settings: with a data folder of its own, whose index is made here.
        source: the spreadsheet.
        warm: as said.
    """
    embedder = shared_embedder(settings)
    ingest(settings, embedder=embedder)
    neutral = generaliser(settings)
    with (
        closing(answer_service(settings, embedder=embedder)) as service,
        closing(draft_desk(settings, service, embedder)) as desk,
    ):
        if warm:
            service.warm()
            neutral.generalise("準備です。")
        order = Order(
            source=source, output=source.with_suffix(".pptx"), neutral=neutral, embedder=embedder,
            warm=service.warm, workers=os.cpu_count() or 1,
        )  # fmt: skip
        before = cpu_seconds()
        report = draft_file(desk, order)
        return summary(report, cpu_seconds() - before)


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m eval.drafting", description=__doc__)
    parser.add_argument("-n", type=int, default=200, help="questions (default 200)")
    parser.add_argument("--cold", action="store_true", help="count the loading of the models as well")
    given = parser.parse_args()
    questions = list(dict.fromkeys(question.question for question in read_questions(_QUESTIONS)))[: given.n]
    base = ServiceSettings.load()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "questions.xlsx"
        spreadsheet(source, questions)
        moved = {"data_dir": Path(folder) / "var", "model_dir": base.models}
        print(
            json.dumps(
                measure(base.model_copy(update=moved), source, warm=not given.cold), ensure_ascii=False
            )
        )


if __name__ == "__main__":
    main()
