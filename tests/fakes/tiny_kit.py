"""Three documents and three questions, as a kit and as the folder of one.

Each question shares its words with one document alone, so that any reasonable search finds it.
"""

import json
from pathlib import Path

from eval.kit import Kit, KitDocument

DOCUMENTS = (
    KitDocument("commute", "通勤手当", "通勤手当は、定期券の額を限度として支給します。" * 2),
    KitDocument("clinic", "", "健康診断は毎年四月に保健室で受診してください。"),
    KitDocument("long", "休暇", "年次有給休暇は一年に二十日とし、残りは翌年に繰り越せます。\n" * 60),
)
QUERIES = {
    "q1": "通勤手当は定期券の額まで支給しますか",
    "q2": "健康診断は何月に受診しますか",
    "q3": "年次有給休暇は翌年に繰り越せますか",
}
QRELS = {"q1": {"commute": 1}, "q2": {"clinic": 2, "commute": 0}, "q3": {"long": 1}}
KIT = Kit(Path("tiny"), DOCUMENTS, (), QUERIES, QRELS)


def write_tiny_kit(folder: Path) -> Path:
    """Write the kit into the existing `folder`."""
    documents = [{"id": d.id, "title": d.title, "text": d.text} for d in DOCUMENTS]
    queries = [{"id": name, "text": text} for name, text in QUERIES.items()]
    for name, records in (("corpus", documents), ("queries", queries)):
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    rows = [f"{q}\t{d}\t{grade}" for q, grades in QRELS.items() for d, grade in grades.items()]
    lines = "\n".join(["query_id\tdoc_id\trelevance", *rows, ""])
    (folder / "qrels.tsv").write_text(lines, encoding="utf-8")
    return folder
