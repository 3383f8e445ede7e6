import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.catalogue import load_catalogue
from ingest.errors import ErrorCode, YorozuError
from ingest.models import Source
from ingest.safe_yaml import YamlRefusedError, load_yaml

EDITIONS = """
sources:
  - {id: guide_v1, work: guide, title: 手引き, edition: 1, url: "https://a.example/1.pdf"}
  - {id: guide_v2, work: guide, title: 手引き, edition: 2.10, published: 2023-04, supersedes: guide_v1}
  - {id: guide_v3, work: guide, title: 手引き, edition: 第3版, supersedes: guide_v2}
  - id: form
    kind: appendix
    title: 様式
    publisher: 発行者
    url: https://a.example/form.docx#top
    media_type: application/pdf
    file: documents/様式ガ.docx
    page_offset: 4
    licence: CC BY 4.0
    note: 注
    as_of: "2023"
    sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    fetch: false
"""


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _reason(tmp_path: Path, text: str) -> str:
    with pytest.raises(YorozuError) as caught:
        load_catalogue(_write(tmp_path, text))
    assert caught.value.code is ErrorCode.CATALOGUE_INVALID
    assert "sources.yaml" in caught.value.message
    return str(caught.value.detail["reason"])


def test_every_field_arrives(tmp_path: Path) -> None:
    catalogue = load_catalogue(_write(tmp_path, EDITIONS))
    assert catalogue.get("form") == Source(
        id="form",
        kind="appendix",
        title="様式",
        publisher="発行者",
        url="https://a.example/form.docx#top",
        media_type="application/pdf",
        file="documents/様式ガ.docx",
        page_offset=4,
        licence="CC BY 4.0",
        note="注",
        as_of="2023",
    )
    assert catalogue.checksums == {"form": "a" * 64}
    assert catalogue.links_only == {"form"}
    assert [s.edition for s in catalogue.sources.values()] == ["1", "2.10", "第3版", None]
    assert catalogue.sources["guide_v2"].published == "2023-04"
    assert catalogue.sources["guide_v1"].kind == "guideline"


def test_newest_edition_is_found_over_others(tmp_path: Path) -> None:
    catalogue = load_catalogue(_write(tmp_path, EDITIONS))
    newest = catalogue.get("guide_v3")
    assert catalogue.replaced_by("guide_v1") is newest
    assert catalogue.replaced_by("guide_v2") is newest
    assert catalogue.replaced_by("guide_v3") is None
    assert catalogue.replaced_by("unknown") is None


def test_source_is_found_by_address(tmp_path: Path) -> None:
    catalogue = load_catalogue(_write(tmp_path, EDITIONS))
    assert catalogue.by_url("https://a.example/form.docx") is catalogue.get("form")
    assert catalogue.by_url(" https://a.example/1.pdf#page=3") is catalogue.get("guide_v1")
    assert catalogue.by_url("https://a.example/other.pdf") is None


@pytest.mark.parametrize(
    ("relpath", "source_id"),
    [
        ("documents/guide_v1.pdf", "guide_v1"),
        ("documents\\guide_v1.html", "guide_v1"),
        ("./documents/guide_v1.pdf", "guide_v1"),
        ("consultations/guide_v2.yaml", "guide_v2"),
        ("documents/様式ガ.docx", "form"),
        (unicodedata.normalize("NFD", "documents/様式ガ.docx"), "form"),
        ("documents/form.docx", "form"),
        ("documents/deeper/guide_v1.pdf", None),
        ("guide_v1.pdf", None),
        ("documents/unknown.pdf", None),
    ],
)
def test_file_is_linked_to_its_source(tmp_path: Path, relpath: str, source_id: str | None) -> None:
    found = load_catalogue(_write(tmp_path, EDITIONS)).for_file(relpath)
    assert (found.id if found else None) == source_id


@pytest.mark.parametrize("text", ["", "sources:\n", "sources: []\n", "# 空\n"])
def test_empty_catalogue(tmp_path: Path, text: str) -> None:
    assert load_catalogue(_write(tmp_path, text)).sources == {}


def test_missing_catalogue_is_empty(tmp_path: Path) -> None:
    assert load_catalogue(tmp_path / "sources.yaml").sources == {}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{id: a, title: あ, colour: 赤}", ["資料 a", "colour", "知らない項目"]),
        ("{id: a}", ["資料 a", "title", "必須"]),
        ("{title: あ}", ["1番目の資料", "id", "必須"]),
        ("{id: a, title: ''}", ["資料 a", "title", "空"]),
        ("{id: a, title: [x]}", ["資料 a", "title", "文字"]),
        ("{id: A/b, title: あ}", ["A/b", "id", "英小文字"]),
        ("{id: a, title: あ, kind: book}", ["資料 a", "kind", "guideline"]),
        ("{id: a, title: あ, url: 'http://a.example/'}", ["資料 a", "url", "https://"]),
        ("{id: a, title: あ, url: 'https://'}", ["資料 a", "url", "形"]),
        ("{id: a, title: あ, url: 'https://a b/'}", ["資料 a", "url", "空白"]),
        ("{id: a, title: あ, url: 'https://u:p@a.example/'}", ["資料 a", "url"]),
        ("{id: a, title: あ, published: 2023-13}", ["資料 a", "published", "日付"]),
        ("{id: a, title: あ, published: 令和5年}", ["資料 a", "published", "2023-04"]),
        ("{id: a, title: あ, page_offset: 三}", ["資料 a", "page_offset", "整数"]),
        ("{id: a, title: あ, sha256: abc}", ["資料 a", "sha256"]),
        ("{id: a, title: あ, fetch: いいえ}", ["資料 a", "fetch", "true"]),
        ("{id: a, title: あ, file: ../x.pdf}", ["資料 a", "file", "corpus"]),
        ("{id: a, title: あ, file: /etc/passwd}", ["資料 a", "file", "corpus"]),
        ("{id: a, title: あ, file: 'C:/x.pdf'}", ["資料 a", "file", "corpus"]),
        ("{id: a, title: あ, work: w, supersedes: b}", ["資料 a", "supersedes", "資料 b がありません"]),
        ("{id: a, title: あ, work: w, supersedes: a}", ["資料 a", "supersedes", "輪"]),
        ("ただの文", ["1番目の資料", "項目: 値"]),
        ("{id: a, id: b, title: あ}", ["2行目", "id", "2回"]),
        ("{id: a, title: &x あ, note: *x}", ["2行目", "別名"]),
        ("{id: a, title: !!binary aGVsbG8=}", ["2行目", "型の指定"]),
        ("{id: a, title: !!int ''}", ["2行目", "型の指定"]),
        ("{id: a, title: あ", ["行目", "書き方"]),
    ],
)
def test_faulty_entry_is_named(tmp_path: Path, entry: str, expected: list[str]) -> None:
    reason = _reason(tmp_path, f"sources:\n  - {entry}\n")
    assert [part for part in expected if part not in reason] == []


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (["{id: a, title: あ}", "{id: a, title: い}"], ["資料 a", "同じ id"]),
        (
            ["{id: a, title: あ, file: x/y.pdf}", "{id: b, title: い, file: x/y.pdf}"],
            ["資料 b", "同じファイル"],
        ),
        (
            ["{id: a, title: あ, work: w, supersedes: b}", "{id: b, title: い, work: w, supersedes: a}"],
            ["supersedes", "輪"],
        ),
        (["{id: a, title: あ, work: v}", "{id: b, title: い, work: w, supersedes: a}"], ["資料 b", "work"]),
        (["{id: a, title: あ}", "{id: b, title: い, supersedes: a}"], ["資料 b", "work"]),
        (
            [
                "{id: a, title: あ, work: w}",
                "{id: b, title: い, work: w, supersedes: a}",
                "{id: c, title: う, work: w, supersedes: a}",
            ],
            ["資料 b", "資料 c", "次の版"],
        ),
    ],
)
def test_entries_that_contradict_each_other(tmp_path: Path, entries: list[str], expected: list[str]) -> None:
    reason = _reason(tmp_path, "sources:\n" + "".join(f"  - {e}\n" for e in entries))
    assert [part for part in expected if part not in reason] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n", "sources"),
        ("sources: あ\n", "一覧"),
        ("sources: []\nother: 1\n", "sources"),
        ("sources: " + "[" * 5000, "入れ子"),
        ("a: 1\n---\nb: 2\n", "書き方"),
        ("sources: \x07\n", "読めない"),
        ("? [a]\n: 1\n", "項目名"),
    ],
)
def test_faulty_whole_is_named(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in _reason(tmp_path, text)


def test_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_bytes("sources: # 日本語".encode("cp932"))
    with pytest.raises(YorozuError, match="UTF-8"):
        load_catalogue(path)
    path.write_bytes(b"#" * 2_000_001)
    with pytest.raises(YorozuError, match="2 MB"):
        load_catalogue(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(YorozuError, match="開けません"):
        load_catalogue(path)


def test_values_are_not_guessed() -> None:
    text = "{a: 3.10, b: 2023-04-01, c: yes, d: 010, e: 1:30, f: ~, g: true, h: -5, i: 1_000}"
    assert load_yaml(text) == {
        "a": "3.10",
        "b": "2023-04-01",
        "c": "yes",
        "d": "010",
        "e": "1:30",
        "f": None,
        "g": True,
        "h": -5,
        "i": "1_000",
    }


@given(st.text(alphabet="ab:-[]{}&*!|>?'\"#, \n\t~<%@`あ0", max_size=60))
def test_any_text_loads_or_is_refused(text: str) -> None:
    try:
        load_yaml(text)
    except YamlRefusedError as error:
        assert str(error).strip()  # noqa: PT017  refusal is one of two good ends
