import time
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from ingest.text import synonyms
from ingest.text.synonyms import Synonyms, shipped_synonyms
from ingest.text.words import Tokenizer, plain

LINES = [
    line
    for line in Path(synonyms.__file__).with_name("synonyms.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
SMALL = Synonyms(
    ["# 注, 釈", "", "PC, パソコン", "攻撃, アタック", "標的型攻撃メール, 不審メール", "トップ, 社長"]
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer()


def forms(line: str) -> list[str]:
    return [plain(form).strip() for form in line.split(",")]


def test_every_line_is_a_group_of_several_forms() -> None:
    assert len(LINES) > 50
    assert [line for line in LINES if len(forms(line)) < 2 or "" in forms(line)] == []
    assert [line for line in LINES if any(mark in line for mark in "、，#\t")] == []


def test_no_form_stands_twice() -> None:
    counted = Counter(form for line in LINES for form in forms(line))
    assert {form: n for form, n in counted.items() if n > 1} == {}


def test_every_form_is_found_as_a_member_of_its_group() -> None:
    """Also where a form of another group is part of it: the longest counts."""
    shipped = shipped_synonyms()
    wrong = [
        (form, shipped.groups(plain(form)))
        for line in LINES
        for form in line.split(",")
        if shipped.groups(plain(form).strip()) != [forms(line)[0]]
    ]
    assert wrong == []


def test_comments_and_blank_lines_say_nothing() -> None:
    assert SMALL.groups("釈") == []
    assert Synonyms([]).groups("規程") == Synonyms(["#"]).groups("") == []


def test_groups_come_in_order_with_repeats() -> None:
    assert SMALL.groups("社長のパソコンと社員のpcにアタック") == ["トップ", "pc", "pc", "攻撃"]


def test_the_longest_form_counts() -> None:
    assert SMALL.groups("標的型攻撃メール") == ["標的型攻撃メール"]
    assert SMALL.groups("標的型攻撃") == ["攻撃"]


@pytest.mark.parametrize("text", ["ipc", "pcr", "pc2", "2pc", "xpcx"])
def test_a_latin_form_is_no_part_of_a_word(text: str) -> None:
    assert SMALL.groups(text) == []


@pytest.mark.parametrize("text", ["pc", "社内pcの", "pc-1", "(pc)", "業務用pc、", "pc_pc"])
def test_a_latin_form_stands_between_anything_else(text: str) -> None:
    assert set(SMALL.groups(text)) == {"pc"}


@pytest.mark.parametrize(
    ("text", "found"),
    [("デスクトップ", []), ("ストップ", []), ("経営トップ", ["トップ"]), ("トップダウン", ["トップ"])],
)
def test_a_short_katakana_form_is_no_end_of_a_word(text: str, found: list[str]) -> None:
    assert SMALL.groups(text) == found


@pytest.mark.parametrize(
    "unit",
    ["a", "pc", " ", "サプライ・チェ", "標的型攻撃メー", "情報セキュリティ", "iso/iec 2700", "\u3099か"],
)
def test_a_very_long_line_takes_no_time(unit: str) -> None:
    text = unicodedata.normalize("NFKC", unit * (60_000 // len(unit)))
    shipped = shipped_synonyms()
    started = time.perf_counter()
    shipped.groups(text)
    assert time.perf_counter() - started < 1


SAME = [
    ("シーサートを作る", "CSIRTを作る", "=csirt"),
    ("ｼｰｻｰﾄ", "ＣＳＩＲＴ", "=csirt"),
    ("情シスに聞く", "情報システム部門に聞く", "=情シス"),
    ("MFAの設定", "二段階認証の設定", "=mfa"),
    ("２段階認証", "多要素認証", "=mfa"),
    ("うちのＰＣ", "うちのパソコン", "=pc"),
]


@pytest.mark.parametrize(("one", "other", "group"), SAME)
def test_two_words_of_one_group_share_it(tokenizer: Tokenizer, one: str, other: str, group: str) -> None:
    assert group in tokenizer.concepts(one)
    assert group in tokenizer.concepts(other)


@pytest.mark.parametrize(("one", "other"), [("サーバ", "サーバー"), ("サーバ", "ｻｰﾊﾞｰ"), ("転居", "引っ越し")])
def test_the_dictionary_knows_everyday_words(tokenizer: Tokenizer, one: str, other: str) -> None:
    assert tokenizer.concepts(one) == tokenizer.concepts(other) != []


def test_a_word_without_a_group_stands_for_itself_and_others_do_not(tokenizer: Tokenizer) -> None:
    assert "どう" in tokenizer.concepts("規程はどう作る")
    assert {"規程", "作る"}.isdisjoint(tokenizer.concepts("規程はどう作る"))
    assert "転居" not in tokenizer.concepts("転居")
    assert "=経営層" not in tokenizer.concepts("デスクトップ")
    assert tokenizer.concepts("") == tokenizer.concepts("、。？") == []


def test_a_compound_has_its_own_group_beside_those_of_its_parts(tokenizer: Tokenizer) -> None:
    whole, staff = tokenizer.concepts("従業員"), tokenizer.concepts("社員")
    assert "=従業員" in whole
    assert set(whole) & {group for group in staff if group.startswith("#")}
    assert not {"#313"} & set(tokenizer.concepts("従業"))


def test_in_kana_alone_no_group_is_guessed(tokenizer: Tokenizer) -> None:
    """Hiragana is left to the readings, which find it by its sound."""
    assert "=csirt" not in tokenizer.concepts("しーさーと")
    assert set(tokenizer.reading_grams("しーさーと")) & set(tokenizer.reading_grams("シーサート"))


def test_long_and_broken_text_has_concepts_too(tokenizer: Tokenizer) -> None:
    assert tokenizer.concepts("CSIRT\ud800") == tokenizer.concepts("CSIRT?")
    assert tokenizer.concepts("情シスに聞く。" * 5_000).count("=情シス") == 5_000
