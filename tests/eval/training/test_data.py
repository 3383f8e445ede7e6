import json
from pathlib import Path
from typing import Any

import pytest

from eval.training.data import Asked, Contrast, Entry, read_material
from ingest.errors import ErrorCode, YorozuError
from tests.fakes.tiny_kit import write_tiny_kit

ROW = {"id": "commute", "yes": ["定期は出ますか"], "no": ["車でもよいですか", "いくらまで\u2028出ますか"]}


def write_contrast(folder: Path, *rows: Any) -> Path:
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "contrast.jsonl").write_text(f"{lines}\n\n", encoding="utf-8")
    return folder


def reason(folder: Path) -> str:
    with pytest.raises(YorozuError) as caught:
        read_material([folder])
    assert caught.value.code is ErrorCode.KIT_INVALID
    assert caught.value.detail["path"] == str(folder)
    return str(caught.value.detail["reason"])


def test_a_kit_without_contrast_questions_is_read(tmp_path: Path) -> None:
    material = read_material([write_tiny_kit(tmp_path)])
    assert list(material.entries) == ["commute", "clinic", "long"]
    assert material.entries["commute"].title == "通勤手当"
    assert material.entries["commute"].full.startswith("通勤手当\n通勤手当は、定期券の額を")
    assert material.entries["clinic"] == Entry("", "健康診断は毎年四月に保健室で受診してください。")
    assert material.contrasts == ()


def test_only_what_is_relevant_answers(tmp_path: Path) -> None:
    asked = read_material([write_tiny_kit(tmp_path)]).asked
    assert [query.grades for query in asked] == [{"commute": 1}, {"clinic": 2}, {"long": 1}]
    assert asked[0].text == "通勤手当は定期券の額まで支給しますか"


def test_the_best_documents_are_those_of_the_highest_grade() -> None:
    assert Asked("問", {"a": 1, "b": 3, "c": 3}).best() == ["b", "c"]


def test_a_query_that_nothing_answers_is_left_out(tmp_path: Path) -> None:
    write_tiny_kit(tmp_path)
    (tmp_path / "qrels.tsv").write_text("query_id\tdoc_id\trelevance\nq1\tclinic\t0\nq3\tlong\t1\n")
    assert [query.grades for query in read_material([tmp_path]).asked] == [{"long": 1}]


def test_contrast_questions_are_read_line_by_line(tmp_path: Path) -> None:
    other = {"id": "long", "yes": ["翌年も使えますか"], "no": ["売れますか"]}
    folder = write_contrast(write_tiny_kit(tmp_path), ROW, other)
    assert read_material([folder]).contrasts == (
        Contrast("commute", ("定期は出ますか",), ("車でもよいですか", "いくらまで\u2028出ますか")),
        Contrast("long", ("翌年も使えますか",), ("売れますか",)),
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ROW | {"id": "nowhere"}, "contrast.jsonl 1行目: 文書 nowhere はありません"),
        ({"yes": ["問"], "no": ["問"]}, "1行目: id が文字列"),
        ({"id": "commute", "no": ["問"]}, "1行目: yes が質問の並び"),
        (ROW | {"yes": []}, "1行目: yes が質問の並び"),
        (ROW | {"no": "問"}, "1行目: no が質問の並び"),
        (ROW | {"no": ["問", " "]}, "1行目: no に空の質問"),
        (ROW | {"yes": [5]}, "1行目: yes に空の質問か文字列でない"),
        ([], "1行目: JSON オブジェクトではありません"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, row: Any, expected: str) -> None:
    assert expected in reason(write_contrast(write_tiny_kit(tmp_path), row))


def test_garbled_lines_are_named(tmp_path: Path) -> None:
    write_tiny_kit(tmp_path)
    (tmp_path / "contrast.jsonl").write_text(json.dumps(ROW) + '\n{"id": ')
    assert reason(tmp_path) == "contrast.jsonl 2行目: JSON として読めません"


def test_kits_that_share_an_id_are_refused(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
        write_tiny_kit(folder)
    with pytest.raises(YorozuError) as caught:
        read_material(folders)
    assert caught.value.code is ErrorCode.KIT_INVALID
    assert "clinic" in caught.value.message
