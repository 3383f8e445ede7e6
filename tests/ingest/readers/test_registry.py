import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ingest.errors import ErrorCode, YorozuError
from ingest.readers.registry import detect, read_file

PAGE = "<!DOCTYPE html><html><body><h1>404</h1><p>ページが見つかりません。</p></body></html>"


def refused(path: Path) -> YorozuError:
    with pytest.raises(YorozuError) as caught:
        read_file(path)
    return caught.value


def make(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.txt", b"%PDF-1.7\n", "pdf"),
        ("a.pdf", b"junk before\n%PDF-1.4\n", "pdf"),
        ("a.txt", PAGE.encode(), "html"),
        ("a.html", PAGE.encode("utf-16"), "html"),
        ("a", b'<?xml version="1.0"?>\n<!-- x -->\n<html xmlns="http://www.w3.org/1999/xhtml"/>', "html"),
        ("a.MD", "# 題".encode(), "md"),
        ("a.csv", b"a,b", "csv"),
        ("a.tsv", b"a\tb", "csv"),
        ("a.yml", b"a: b", "yaml"),
        ("a.rst", b"a\n==", "rst"),
        ("a.pdf", b"neither a PDF nor a page", "pdf"),
    ],
)
def test_content_decides_before_the_name(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    assert detect(make(tmp_path, name, data)) == kind


@pytest.mark.parametrize("name", ["guide.pdf", "book.xlsx", "text.docx", "deck.pptx"])
def test_a_saved_error_page_is_named_as_such(tmp_path: Path, name: str) -> None:
    error = refused(make(tmp_path, name, PAGE))
    assert error.code == ErrorCode.FILE_DAMAGED
    assert "HTML" in error.message


@pytest.mark.parametrize(
    ("name", "data", "code", "said"),
    [
        ("a.txt", b"", ErrorCode.FILE_EMPTY, ""),
        ("a.csv", b"\r\n \t\n", ErrorCode.FILE_EMPTY, ""),
        ("a.docx", b"\x00" * 512, ErrorCode.FILE_EMPTY, ""),
        ("a.docx", b"no zip", ErrorCode.FILE_DAMAGED, "Word"),
        ("a.xlsx", b"PK\x03\x04 cut off", ErrorCode.FILE_DAMAGED, "zip"),
        ("a.pptx", b"\x89PNG\r\n\x1a\n", ErrorCode.FILE_DAMAGED, "画像"),
        ("a.dwg", b"AC1027", ErrorCode.FILE_UNSUPPORTED, ".dwg"),
        ("a", b"some words", ErrorCode.FILE_UNSUPPORTED, "拡張子なし"),
        ("a.rtf", b"{\\rtf1}", ErrorCode.FILE_UNSUPPORTED, ".rtf"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ErrorCode.FILE_UNSUPPORTED, ".doc"),
        ("a.txt", bytes(range(0x80, 0x100)) * 3, ErrorCode.FILE_ENCODING, "UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named(
    tmp_path: Path, name: str, data: bytes, code: ErrorCode, said: str
) -> None:
    error = refused(make(tmp_path, name, data))
    assert error.code == code
    assert said in error.message


def test_old_and_protected_office_files_are_told_apart(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    protected = make(tmp_path, "a.xlsx", ole + "EncryptedPackage".encode("utf-16-le"))
    renamed = make(tmp_path, "b.docx", ole + "WordDocument".encode("utf-16-le"))
    assert refused(protected).code == ErrorCode.FILE_ENCRYPTED
    error = refused(renamed)
    assert (error.code, error.detail) == (ErrorCode.FILE_UNSUPPORTED, {"suffix": ".doc"})


def test_a_missing_file_and_a_folder_are_unreadable(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.txt").code == ErrorCode.FILE_UNREADABLE
    (tmp_path / "folder.txt").mkdir()
    assert "フォルダー" in refused(tmp_path / "folder.txt").message


def test_other_zips_are_unsupported_and_hollow_ones_damaged(tmp_path: Path) -> None:
    for name, code in (("a.zip", ErrorCode.FILE_UNSUPPORTED), ("a.docx", ErrorCode.FILE_DAMAGED)):
        with zipfile.ZipFile(tmp_path / name, "w") as package:
            package.writestr("mimetype", "x")
        assert refused(tmp_path / name).code == code


def test_a_zip_bomb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * 60_000_000)
    assert refused(path).code == ErrorCode.FILE_TOO_LARGE


def test_a_document_type_inside_ooxml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "xxe.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(
            "word/document.xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
        )
    error = refused(path)
    assert error.code == ErrorCode.FILE_DAMAGED
    assert "文書型宣言" in error.message


def test_questions_are_found_in_text_and_the_rest_stays(tmp_path: Path) -> None:
    text = "お知らせです。\n\nQ1. 規程は必要ですか。\nA1. 必要です。\n\n"
    text += "Q2. 教育は年何回ですか。\nA2. 年１回以上です。\n"
    for name in ("faq.txt", "faq.md"):
        content = read_file(make(tmp_path, name, text))
        assert content.consultation is not None
        assert [qa.answer for qa in content.consultation.qas] == ["必要です。", "年１回以上です。"]
        assert content.consultation.id == "faq"
        assert [block.text for block in content.blocks] == ["お知らせです。"]


def test_text_without_questions_comes_as_paragraphs(tmp_path: Path) -> None:
    content = read_file(make(tmp_path, "a.txt", "第1章 総則\n\nここに本文があります。\n\nもう一段落です。\n"))
    assert content.consultation is None
    kinds = [(block.kind, block.text) for block in content.blocks]
    assert kinds == [
        ("heading", "第1章 総則"),
        ("paragraph", "ここに本文があります。"),
        ("paragraph", "もう一段落です。"),
    ]


def test_the_registry_itself_loads_no_format_library() -> None:
    script = (
        "import sys, ingest.readers.registry\n"
        "heavy = {'docx', 'pptx', 'openpyxl', 'bs4', 'lxml', 'pypdf', 'markdown_it', 'docutils', 'yaml'}\n"
        "sys.exit(len(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_real_texts_give_what_a_person_counts(shared: Path) -> None:
    deck = read_file(shared / "consultations" / "yorozu_soudankai_gidai1.txt")
    assert deck.consultation is not None
    assert len(deck.consultation.qas) == 18
    page = read_file(shared / "samples" / "docs" / "ppc-mynumber-biz.html")
    assert page.consultation is None
