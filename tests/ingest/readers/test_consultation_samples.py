import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from ingest.models import Block, Consultation
from ingest.readers.consultation import find_consultation
from ingest.text.normalise import clean


def of_text(path: Path) -> Consultation | None:
    blocks = [Block("paragraph", line) for line in clean(path.read_text(encoding="utf-8")).split("\n")]
    return find_consultation(blocks, file_stem=path.stem, title=None)[0]


def of_pdf(path: Path) -> Consultation | None:
    reader = PdfReader(path)
    if reader.is_encrypted:
        reader.decrypt("")
    blocks = [
        Block("paragraph", line, page=number)
        for number, page in enumerate(reader.pages, start=1)
        for line in clean(page.extract_text()).split("\n")
    ]
    return find_consultation(blocks, file_stem=path.stem, title=None)[0]


@pytest.fixture
def deck_file(shared: Path) -> Path:
    return shared / "consultations" / "yorozu_soudankai_gidai1.txt"


@pytest.fixture
def deck(deck_file: Path) -> Consultation:
    found = of_text(deck_file)
    assert found is not None
    return found


def test_the_deck_has_eighteen_questions(deck: Consultation) -> None:
    assert [qa.question_no for qa in deck.qas] == list(range(1, 19))
    assert (deck.id, deck.theme, deck.status) == ("yorozu_soudankai_gidai1", None, "原文")
    assert deck.title.startswith("よろず相談会")


def test_the_decks_item_numbers(deck: Consultation) -> None:
    items = {qa.question_no: qa.item_nos for qa in deck.qas if qa.item_nos}
    assert items == {2: (91, 94, 95, 96), 3: (9,), 11: (17,), 13: (30,), 14: (13,), 15: (76,), 16: (18,)}


def test_the_decks_pages(deck: Consultation) -> None:
    pages = {qa.question_no: {ref.pages for ref in qa.references if ref.pages} for qa in deck.qas}
    assert {no: found for no, found in pages.items() if found} == {
        9: {"P20（2）、22（3）"},
        10: {"P54～64"},
        13: {"P55"},
        15: {"P28"},
        16: {"P2", "85ページ"},
    }


def test_every_address_stands_on_its_question(deck: Consultation, deck_file: Path) -> None:
    slides = re.split(r"^質問[①-⑱]$", deck_file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for qa, slide in zip(deck.qas, slides, strict=True):
        urls = [ref.url for ref in qa.references if ref.url]
        assert sorted(urls) == sorted(set(re.findall(r"https?://\S+", slide)))


def test_nothing_of_the_deck_is_lost(deck: Consultation, deck_file: Path) -> None:
    slides = re.split(r"^質問[①-⑱]$", clean(deck_file.read_text(encoding="utf-8")), flags=re.MULTILINE)[1:]
    for qa, slide in zip(deck.qas, slides, strict=True):
        kept = re.sub(
            r"\s", "", qa.question + qa.answer + "".join(ref.label + (ref.url or "") for ref in qa.references)
        )
        for line in slide.split("\n"):
            words = re.sub(r"議題１ 内容をここに書く|質問内容：|回答：|\s|^ー|ー$", "", line)
            assert words in kept or words == "№内容解説書", (qa.question_no, line)


def test_the_decks_sentences_are_whole(deck: Consultation) -> None:
    for qa in deck.qas:
        assert "内容をここに書く" not in qa.question + qa.answer
        assert "\n" not in qa.question
        for line in qa.answer.split("\n")[:-1]:
            assert not re.search(r"[をにがはのでとてし]$", line), line
    answers = {qa.question_no: qa.answer for qa in deck.qas}
    assert "役に立つものと思います。" in answers[4]
    assert "SIEM(System Information and Event Management）" in answers[11]
    assert (
        "立場として情報セキュリティ責任者：CISO（ Chief Information Security Officer ）を設定する。"
        in answers[12]
    )
    assert "\n情報セキュリティ監査・評価\n情報セキュリティ改善方針策定\n" in answers[14]
    assert "\n①手順１（P54～58）：リスク特定\n②手順２（P59～61）：リスク分析\n" in answers[10]


def test_the_pdf_has_twenty_one_questions_not_forty_two(shared: Path) -> None:
    found = of_pdf(shared / "samples" / "pdf" / "qa_futankeigen.pdf")
    assert found is not None
    assert [qa.question_no for qa in found.qas] == list(range(1, 22))
    tenth, last = found.qas[9], found.qas[20]
    assert tenth.question == "１万円は税込、税抜のいずれで判定するのですか。"
    assert tenth.answer == "少額特例は、「税込」１万円未満の課税仕入れが適用対象になります。"
    assert (tenth.page, tenth.page_end) == (10, 10)
    assert last.question.endswith("登録申請を行うことはできますか。")
    assert last.answer.startswith("インボイス制度の開始後でも登録申請は可能です。")
    assert found.qas[7].heading == ("○一定規模以下の事業者に対する事務負担の軽減措置（少額特例）",)
    assert found.qas[6].page_end == 8
    assert [ref.url for ref in found.qas[18].references] == [
        "https://www.nta.go.jp/taxes/shiraberu/zeimokubetsu/shohi/keigenzeiritsu/invoice.htm"
    ]


@pytest.mark.parametrize(("name", "count"), [("4136", 5), ("13625", 3), ("11622", 1)])
def test_the_variants_count_what_a_person_counts(shared: Path, name: str, count: int) -> None:
    found = of_text(shared / "samples" / "consultation_variants" / f"{name}.md")
    assert found is not None
    assert [qa.question_no for qa in found.qas] == list(range(1, count + 1))


def test_navigation_around_the_one_case_stays_outside(shared: Path) -> None:
    found = of_text(shared / "samples" / "consultation_variants" / "11622.md")
    assert found is not None
    assert found.qas[0].answer.startswith(
        "照会の事実を前提とすれば、貴見のとおりで差し支えありません。\n【解説】"
    )
    assert "文書回答事例" not in found.qas[0].answer
    assert "ページの先頭" not in found.qas[0].answer


@pytest.mark.parametrize("name", ["docs/web_standards_password.rst", "docs/ppc-mynumber-biz.html"])
def test_guidelines_are_no_consultations(shared: Path, name: str) -> None:
    assert of_text(shared / "samples" / name) is None


@pytest.mark.parametrize("name", ["meti_esecu03j.pdf", "20210830_2.pdf"])
def test_guideline_pdfs_are_no_consultations(shared: Path, name: str) -> None:
    assert of_pdf(shared / "samples" / "pdf" / name) is None
