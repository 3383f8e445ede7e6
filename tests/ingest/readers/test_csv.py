from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ErrorCode, YorozuError
from ingest.readers.delimited import read_csv, sniff_delimiter
from ingest.readers.encoding import decode

TEXT = (
    "番号,要求事項,レベル\r\n"
    "17,セキュリティ対応方針を策定し周知していること,1\r\n"
    "18,規程を定めていること,2\r\n"
)
JAPANESE = st.text(alphabet="あいうアイウ漢字情報管理、。・ー（）ABC123①", min_size=4).filter(
    lambda text: sum(ord(char) > 0x7F for char in text) > 3
)


def read(folder: Path, data: bytes) -> list[str]:
    path = folder / "a.csv"
    path.write_bytes(data)
    return [block.text for block in read_csv(path).blocks]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "iso2022_jp"])
def test_every_encoding_that_excel_and_old_systems_write(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, TEXT.encode(encoding)) == [
        "番号：17／要求事項：セキュリティ対応方針を策定し周知していること／レベル：1",
        "番号：18／要求事項：規程を定めていること／レベル：2",
    ]


@given(JAPANESE)
def test_utf8_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode()) == text


def test_half_width_kana_and_vendor_characters_are_cp932() -> None:
    text = "㈱ﾔﾏﾀﾞ製作所 髙橋様\n①ｾｷｭﾘﾃｨ規程の確認について、№１７を参照してください。"
    assert decode(text.encode("cp932")) == text


def test_euc_is_not_taken_for_half_width_kana() -> None:
    text = "情報セキュリティに関する規程を定め、従業員に周知すること。"
    assert decode(text.encode("euc_jp")) == text


def test_a_file_cut_inside_its_last_character_is_read() -> None:
    assert decode("本文です。".encode()[:-1]) == "本文です"


@pytest.mark.parametrize(
    "data", [bytes(range(0x80, 0x100)) * 2, b"\xff\xfe\x00", b"a\x00b\x00\x01", b"caf\xe9 \xff\xf0"]
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(YorozuError) as caught:
        decode(data)
    assert caught.value.code == ErrorCode.FILE_ENCODING


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_the_delimiter_is_found_out(mark: str) -> None:
    rows = ["番号", "質問, または; 要望", "備考"], ["1", "「A|B」", "なし"]
    quoted = "\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows)
    assert sniff_delimiter(quoted) == mark


def test_a_line_break_inside_quotes_stays_in_its_cell(tmp_path: Path) -> None:
    rows = read(tmp_path, '項目,内容\n目的,"一行目。\n二行目。"\n範囲,全社\n'.encode())
    assert rows == ["項目：目的／内容：一行目。\n二行目。", "項目：範囲／内容：全社"]


def test_rows_carry_columns_and_the_number_of_the_record(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("点検表\n\nNo,内容,備考\n1,机上の整理,毎日\n2,施錠の確認,毎週\n", encoding="utf-8")
    title, first, second = read_csv(path).blocks
    assert (title.kind, title.text) == ("heading", "点検表")
    assert (first.row, second.row) == (4, 5)
    assert first.columns == ("No", "内容", "備考")


def test_questions_and_answers_become_a_consultation(tmp_path: Path) -> None:
    path = tmp_path / "gidai2.csv"
    path.write_text(
        "No.,項目番号,ご質問,回答,参考資料,備考\n"
        "①,９４～９６、91,規程は必要ですか,必要です。,■IPA：手引き https://example.jp/a.pdf,\n"
        "③,,教育はNo17のことですか,はい。https://example.jp/b をご覧ください。,,\n"
        "④,,まだ回答のない質問ですか,,,検討中\n",
        encoding="cp932",
    )
    content = read_csv(path)
    consultation = content.consultation
    assert consultation is not None
    assert consultation.id == "gidai2"
    first, second = consultation.qas
    assert (first.question_no, first.label, first.item_nos) == (1, "①", (94, 95, 96, 91))
    assert first.references[0].label == "■IPA：手引き"
    assert first.references[0].url == "https://example.jp/a.pdf"
    assert (second.question_no, second.item_nos) == (3, (17,))
    assert [ref.url for ref in second.references] == ["https://example.jp/b"]
    assert [block.text for block in content.blocks] == [
        "No.：④／ご質問：まだ回答のない質問ですか／備考：検討中"
    ]


def test_repeated_numbers_are_replaced_by_a_running_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("番号,質問,回答\n1,問い一,答え一\n1,問い二,答え二\n", encoding="utf-8")
    consultation = read_csv(path).consultation
    assert consultation is not None
    assert [(qa.question_no, qa.label) for qa in consultation.qas] == [(1, "1"), (2, "1")]


def test_fields_above_do_not_hide_the_table_of_questions(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("会社名,株式会社例\n担当者,山田\n番号,質問内容,回答内容\n1,問い,答え\n", encoding="utf-8")
    content = read_csv(path)
    assert content.consultation is not None
    assert len(content.consultation.qas) == 1
    assert [block.text for block in content.blocks] == ["会社名：株式会社例", "担当者：山田"]


def test_a_table_that_only_mentions_questions_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("質問者,回答期限,内容\n山田,2024-04-01,あ\n", encoding="utf-8")
    assert read_csv(path).consultation is None


def test_only_separators_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(YorozuError) as caught:
        read(tmp_path, b",,,\n,,\n")
    assert caught.value.code == ErrorCode.FILE_NO_TEXT
