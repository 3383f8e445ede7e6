from pathlib import Path

import pytest

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Consultation, Qa, Reference
from ingest.readers.consultation_yaml import is_consultation, read_consultation_yaml

WHOLE = """
id: 相談会_2
title: よろず相談会 第2回
theme: 体制
held_on: 2023-10-05
as_of: 2023
status: 要約
note: 注
qas:
  - no: 2
    label: 質問②
    question: |-
      一行目は、
      二行目です。Use the
      SOC service か。
    answer: |-
      はい。

        ・項目の一つ目
      ・項目の二つ目
    item_nos: [91, 94]
    references:
      - {source: guide, label: 手引き, pages: P54～64, url: "https://a.example/x?y=1&z=%20"}
      - {url: "http://b.example/"}
  - no: 1
    question: 問い
    answer: 答え
"""
HEAD = "id: a\ntitle: あ\nstatus: 原文\nqas:\n"


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _reason(tmp_path: Path, text: str) -> str:
    with pytest.raises(YorozuError) as caught:
        read_consultation_yaml(_write(tmp_path, text))
    assert caught.value.code is ErrorCode.CONSULTATION_INVALID
    return str(caught.value.detail["reason"])


def test_every_field_arrives(tmp_path: Path) -> None:
    content = read_consultation_yaml(_write(tmp_path, WHOLE))
    assert content.blocks == ()
    assert content.title == "よろず相談会 第2回"
    assert content.consultation == Consultation(
        id="相談会_2",
        title="よろず相談会 第2回",
        theme="体制",
        held_on="2023-10-05",
        as_of="2023",
        status="要約",
        note="注",
        qas=(
            Qa(
                question_no=2,
                question="一行目は、二行目です。Use the SOC service か。",
                answer="はい。\n・項目の一つ目\n・項目の二つ目",
                item_nos=(91, 94),
                references=(
                    Reference("手引き", "https://a.example/x?y=1&z=%20", "guide", "P54～64"),
                    Reference("", "http://b.example/"),
                ),
                label="質問②",
            ),
            Qa(question_no=1, question="問い", answer="答え"),
        ),
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"qas": []}, True),
        ({"qas": "x", "id": 1}, True),
        ({"id": "a"}, False),
        (["qas"], False),
        (None, False),
    ],
)
def test_consultation_is_recognised(data: object, *, expected: bool) -> None:
    assert is_consultation(data) is expected


@pytest.mark.parametrize(
    ("qa", "expected"),
    [
        ("{no: 10, question: 問, answer: [答]}", ["質問10", "answer", "文字"]),
        ("{no: 10, question: 問}", ["質問10", "answer", "必須"]),
        ("{no: 10, question: '', answer: 答}", ["質問10", "question", "空"]),
        ("{no: 十, question: 問, answer: 答}", ["1番目の質問", "no", "整数"]),
        ("{no: 0, question: 問, answer: 答}", ["質問0", "no", "1以上"]),
        ("{question: 問, answer: 答}", ["1番目の質問", "no", "必須"]),
        ("{no: 10, question: 問, answer: 答, page: 3}", ["質問10", "page", "知らない"]),
        ("{no: 10, question: 問, answer: 答, item_nos: No91}", ["質問10", "item_nos", "一覧"]),
        ("{no: 10, question: 問, answer: 答, item_nos: [1, '2']}", ["質問10", "item_nos[2]", "整数"]),
        ("{no: 10, question: 問, answer: 答, item_nos: [3, 3]}", ["質問10", "item_nos", "2回"]),
        ("{no: 10, question: 問, answer: 答, references: [{}]}", ["質問10", "references[1]", "label"]),
        (
            "{no: 10, question: 問, answer: 答, references: [{label: a}, {url: 'ftp://a'}]}",
            ["質問10", "references[2].url", "URL"],
        ),
        (
            "{no: 10, question: 問, answer: 答, references: [{label: a, pp: 3}]}",
            ["references[1].pp", "知らない"],
        ),
        ("{no: 10, question: 問, question: 問, answer: 答}", ["question", "2回"]),
        ("文", ["1番目の質問", "項目: 値"]),
    ],
)
def test_faulty_question_is_named(tmp_path: Path, qa: str, expected: list[str]) -> None:
    reason = _reason(tmp_path, f"{HEAD}  - {qa}\n")
    assert [part for part in expected if part not in reason] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n", "項目: 値"),
        ("id: a\ntitle: あ\nqas: []\n", "status"),
        ("id: a\ntitle: あ\nstatus: 下書き\nqas: []\n", "要約"),
        ("id: a/b\ntitle: あ\nstatus: 要約\nqas: []\n", "id"),
        ("id: a\ntitle: あ\nstatus: 要約\nheld_on: 2023-02-30\nqas: []\n", "held_on"),
        ("id: a\ntitle: あ\nstatus: 要約\nqas: []\n", "質問が一つもありません"),
        ("id: a\ntitle: あ\nstatus: 要約\nqas: 文\n", "qas"),
        ("id: a\ntitle: あ\nstatus: 要約\nplace: 東京\nqas: []\n", "place"),
        (HEAD + "  - {no: 1, question: 問, answer: 答}\n" * 2, "質問1 の no: 同じ番号"),
        (HEAD + "  - [\n", "書き方"),
    ],
)
def test_faulty_whole_is_named(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in _reason(tmp_path, text)


def test_file_that_cannot_be_read_has_its_own_code(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("id: 日本語".encode("cp932"))
    with pytest.raises(YorozuError) as encoding:
        read_consultation_yaml(path)
    path.write_bytes(b" \n")
    with pytest.raises(YorozuError) as empty:
        read_consultation_yaml(path)
    with pytest.raises(YorozuError) as missing:
        read_consultation_yaml(tmp_path / "none.yaml")
    path.write_bytes(b"#" * 10_000_001)
    with pytest.raises(YorozuError) as large:
        read_consultation_yaml(path)
    assert [e.value.code for e in (encoding, empty, missing, large)] == [
        ErrorCode.FILE_ENCODING,
        ErrorCode.FILE_EMPTY,
        ErrorCode.FILE_UNREADABLE,
        ErrorCode.FILE_TOO_LARGE,
    ]
