from pathlib import Path

import pytest

from ingest.errors import ErrorCode, YorozuError
from ingest.models import Block, FileContent
from ingest.readers.yaml_ import read_yaml


def read(folder: Path, text: str) -> FileContent:
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path)


def refused(folder: Path, text: str) -> YorozuError:
    with pytest.raises(YorozuError) as caught:
        read(folder, text)
    return caught.value


def test_texts_stand_under_their_keys(tmp_path: Path) -> None:
    text = (
        "id: p1\nupdated: '2024-04-01'\ntags: [axe, exp-axe]\ntitle: {ja: 題名, en: The Title Of It}\n"
        "solution:\n  ja: |-\n    一段落目です。\n\n    * 項目です\n  en: It is a longer English text.\n"
    )
    content = read(tmp_path, text)
    assert content.title == "題名"
    assert content.blocks[5:] == (
        Block("heading", "solution", level=1),
        Block("heading", "ja", level=2),
        Block("paragraph", "一段落目です。"),
        Block("list_item", "* 項目です"),
        Block("heading", "en", level=2),
        Block("paragraph", "It is a longer English text."),
    )
    assert not {"p1", "2024-04-01", "axe", "exp-axe"} & {block.text for block in content.blocks}


def test_lists_and_several_documents(tmp_path: Path) -> None:
    content = read(tmp_path, "注意:\n- 鍵を掛けること\n- 机を片付けること\n---\n補足: 次の文書です\n")
    assert [block.text for block in content.blocks] == [
        "注意", "鍵を掛けること", "机を片付けること", "補足", "次の文書です"
    ]  # fmt: skip


def test_a_heading_inside_a_text_ends_with_it(tmp_path: Path) -> None:
    content = read(tmp_path, "文:\n- |-\n  第1章 総則\n\n  本文です。\n- 別の文です。\n")
    headings = [(b.text, b.level) for b in content.blocks if b.kind == "heading"]
    assert headings == [("文", 1), ("第1章 総則", 2), ("文", 1)]


def test_what_aliases_repeat_is_read_once(tmp_path: Path) -> None:
    bomb = "a: &a [文です, 文です]\n" + "".join(
        f"{key}: &{key} [{','.join([f'*{previous}'] * 9)}]\n"
        for previous, key in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert len(read(tmp_path, bomb).blocks) == 3


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path, "a: 文です\nb: [閉じない\n")
    assert error.code == ErrorCode.FILE_DAMAGED
    assert "行目" in error.message


@pytest.mark.parametrize("text", ["a: 1\nb: [x, y]\n", "[]", "# nothing\n"])
def test_values_alone_are_no_text(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text).code == ErrorCode.FILE_NO_TEXT


def test_objects_are_not_made(tmp_path: Path) -> None:
    assert refused(tmp_path, "a: !!python/object/apply:os.system ['true']\n").code == ErrorCode.FILE_DAMAGED


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "[" * 5000 + "]" * 5000).code == ErrorCode.FILE_DAMAGED


def test_a_consultation_goes_to_its_own_reader(tmp_path: Path) -> None:
    text = "id: c1\ntitle: 相談会\nstatus: 要約\nqas:\n"
    text += "- no: 1\n  question: 規程は必要ですか。\n  answer: 必要です。\n"
    consultation = read(tmp_path, text).consultation
    assert consultation is not None
    assert consultation.qas[0].answer == "必要です。"


def test_the_real_faq(shared: Path) -> None:
    content = read_yaml(shared / "samples" / "docs" / "p0002.yaml")
    assert content.title == "axe DevToolsの警告への対処"
    texts = [block.text for block in content.blocks]
    assert "axe DevToolsで出ている警告の意味や対処方法が分からない。" in texts
    assert "I don't know what the warnings in axe DevTools mean or how to deal with them." in texts
    assert texts.count("ja") == 4
    assert "exp-axe" not in texts
