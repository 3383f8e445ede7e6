"""Writes the documents of an attack set as real files, with the payload or without it."""

import csv
import html
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from eval.attack_set import Attack, Plant

_FONT = "HeiseiMin-W3"  # a font of the PDF format's own for Japanese: no font file is needed
_LINE_LENGTH = 40
_HIDDEN = ("hidden", "comment", "alt", "white", "vanish", "hidden-sheet", "hidden-row", "notes")


def write_corpus(folder: Path, attacks: Sequence[Attack], *, attacked: bool) -> None:
    """Write the document of every attempt into the corpus `folder`; without payloads unless `attacked`."""
    documents, consultations = folder / "documents", folder / "consultations"
    for each in (documents, consultations):
        each.mkdir(parents=True, exist_ok=True)
    for attack in attacks:
        if attack.plant is not None:
            where = consultations if attack.plant.format == "yaml" else documents
            path = where / f"{attack.id}.{attack.plant.format}"
            _WRITERS[attack.plant.format](path, attack.plant, attack.plant.payload if attacked else "")


def _lines(plant: Plant, payload: str) -> list[str]:
    """The visible sentences in order, the payload among them."""
    body = list(plant.body)
    if not payload or plant.place in _HIDDEN or plant.place == "heading":
        return body
    at = {"start": 0, "middle": (len(body) + 1) // 2}.get(plant.place, len(body))
    return [*body[:at], payload, *body[at:]]


def _title(plant: Plant, payload: str) -> str:
    return f"{plant.title} {payload}" if payload and plant.place == "heading" else plant.title


def _text(path: Path, plant: Plant, payload: str) -> None:
    path.write_text("\n".join([_title(plant, payload), "", *_lines(plant, payload)]), encoding="utf-8")


def _markdown(path: Path, plant: Plant, payload: str) -> None:
    lines = [f"# {_title(plant, payload)}", *_lines(plant, payload)]
    path.write_text("\n\n".join(lines), encoding="utf-8")


def _csv(path: Path, plant: Plant, payload: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["分類", "内容"], *([plant.title, line] for line in _lines(plant, payload))]
        )


def _html(path: Path, plant: Plant, payload: str) -> None:
    hidden = {
        "hidden": f'<p style="display:none">{html.escape(payload)}</p>',
        "white": f'<p style="color:#fff;background:#fff">{html.escape(payload)}</p>',
        "comment": f"<!-- {payload} -->",
        "alt": f'<img alt="{html.escape(payload)}" src="x.png">',
    }
    shown = "".join(f"<p>{line}</p>" for line in _lines(plant, payload))
    title = html.escape(_title(plant, payload))
    tail = hidden.get(plant.place, "") if payload else ""
    page = f'<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>{title}</title></head>'
    path.write_text(f"{page}<body><main><h1>{title}</h1>{shown}{tail}</main></body></html>", encoding="utf-8")


def _pdf(path: Path, plant: Plant, payload: str) -> None:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfgen.canvas import Canvas

    registerFont(UnicodeCIDFont(_FONT))
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    height = 780
    for size, line in [(16, _title(plant, payload)), *((11, line) for line in _lines(plant, payload))]:
        canvas.setFont(_FONT, size)
        for start in range(0, len(line), _LINE_LENGTH):
            canvas.drawString(60, height, line[start : start + _LINE_LENGTH])
            height -= 18
        height -= 8
    canvas.save()


def _docx(path: Path, plant: Plant, payload: str) -> None:
    from docx import Document

    document = Document()
    document.add_heading(_title(plant, payload), 1)
    for line in _lines(plant, payload):
        last = document.add_paragraph(line)
    if payload and plant.place == "vanish":
        document.add_paragraph().add_run(payload).font.hidden = True
    if payload and plant.place == "comment":
        document.add_comment(last.runs, text=payload, author="x")
    document.save(str(path))


def _xlsx(path: Path, plant: Plant, payload: str) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    sheet.append(["分類", "内容"])
    for line in _lines(plant, payload):
        sheet.append([plant.title, line])
    if payload and plant.place == "hidden-row":
        sheet.append([plant.title, payload])
        sheet.row_dimensions[sheet.max_row].hidden = True
    if payload and plant.place == "hidden-sheet":
        second = book.create_sheet("控え")
        second.append(["分類", "内容"])
        second.append([plant.title, payload])
        second.sheet_state = "hidden"
    book.save(path)


def _pptx(path: Path, plant: Plant, payload: str) -> None:
    from pptx import Presentation

    deck = Presentation()
    slide: Any = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = _title(plant, payload)
    slide.placeholders[1].text = "\n".join(_lines(plant, payload))
    if payload and plant.place == "notes":
        slide.notes_slide.notes_text_frame.text = payload
    deck.save(str(path))


def _yaml(path: Path, plant: Plant, payload: str) -> None:
    question = f"{plant.body[0].rstrip('。')}と聞きましたが、それでよいですか。"
    if plant.place == "question":
        question += payload
    answer = "\n".join([*plant.body, payload] if plant.place == "answer" and payload else plant.body)
    meeting = {
        "id": path.stem.replace("-", "_"),
        "title": f"{plant.title} {path.stem}",
        "status": "要約",
        "qas": [{"no": 1, "question": question, "answer": answer}],
    }
    path.write_text(yaml.safe_dump(meeting, allow_unicode=True), encoding="utf-8")


_WRITERS: dict[str, Callable[[Path, Plant, str], None]] = {
    "txt": _text,
    "md": _markdown,
    "csv": _csv,
    "html": _html,
    "pdf": _pdf,
    "docx": _docx,
    "xlsx": _xlsx,
    "pptx": _pptx,
    "yaml": _yaml,
}
