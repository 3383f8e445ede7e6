import re
import unicodedata
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue, load_catalogue
from ingest.fetch import fetchable
from ingest.models import Consultation, Qa
from ingest.readers.consultation_yaml import read_consultation_yaml
from ingest.text.normalise import fold

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
IPA = "https://www.ipa.go.jp/security"
ABOUT = f"{IPA}/guide/sme/about.html"
FILES = f"{IPA}/guide/sme/ug65p90000019cbk-att"
VIEWER = (
    "https://view.officeapps.live.com/op/view.aspx?src=https%3A%2F%2Fwww.ipa.go.jp%2Fsecurity%2Fguide%2Fsme"
    "%2Fug65p90000019cbk-att%2F000055794.docx&wdOrigin=BROWSELINK"
)
ITEMS = {2: (91, 94, 95, 96), 3: (9,), 11: (17,), 13: (30,), 14: (13,), 15: (76,), 16: (18,)}
PAGES = {
    9: ["P20（2）、22（3）"],
    10: ["P54～64"],
    13: ["P55（機密性）"],
    14: ["第二部4（1）"],
    15: ["P28"],
    16: ["P2", "85ページ"],
}
URLS = {
    1: {ABOUT},
    3: {
        "https://security-portal.nisc.go.jp/guidance/law_handbook.html",
        "https://www.jama.or.jp/operation/it/cyb_sec/docs/cyb_sec_guideline_manual_v02_01.pdf",
    },
    4: {f"{IPA}/sme/index.html"},
    5: {ABOUT, f"{FILES}/000072146.docx", f"{FILES}/000055794.docx"},
    8: {f"{IPA}/kokokara/study/company.html"},
    9: {ABOUT},
    10: {ABOUT},
    11: {"https://www.jpcert.or.jp/menu_alertsandadvisories.html", f"{IPA}/security-alert/index.html"},
    12: {VIEWER},
    13: {ABOUT},
    14: {ABOUT},
    15: {f"{FILES}/000055520.pdf"},
    16: {ABOUT, f"{IPA}/10threats/10threats2023.html"},
    17: {f"{IPA}/otasuketai-pr/"},
    18: {ABOUT, f"{IPA}/vuln/index.html", f"{IPA}/economics/practice/practices/Practice221/"},
}
TEMPLATE_RESIDUE = "議題１ 内容をここに書く"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CORPUS / "sources.yaml")


@pytest.fixture(scope="module")
def meeting() -> Consultation:
    found = read_consultation_yaml(CORPUS / "consultations" / "yorozu_soudankai_gidai1.yaml").consultation
    assert found is not None
    return found


def _urls(qa: Qa) -> set[str]:
    return {r.url for r in qa.references if r.url}


def _everything(qa: Qa) -> str:
    references = [f"{r.label} {r.pages or ''} {r.url or ''}" for r in qa.references]
    return "\n".join([qa.question, qa.answer, *references])


def test_all_questions_are_there_and_marked_as_restated(meeting: Consultation) -> None:
    assert [qa.question_no for qa in meeting.qas] == list(range(1, 19))
    assert (meeting.id, meeting.status) == ("yorozu_soudankai_gidai1", "要約")
    assert (meeting.held_on, meeting.as_of) == (None, "2023")
    assert meeting.note is not None
    assert "推定" in meeting.note


def test_numbers_pages_and_addresses_stand_on_the_right_question(meeting: Consultation) -> None:
    assert {qa.question_no: qa.item_nos for qa in meeting.qas if qa.item_nos} == ITEMS
    pages = {qa.question_no: [r.pages for r in qa.references if r.pages] for qa in meeting.qas}
    assert {no: p for no, p in pages.items() if p} == PAGES
    assert {qa.question_no: _urls(qa) for qa in meeting.qas if _urls(qa)} == URLS


def test_pages_are_said_in_the_answer_too(meeting: Consultation) -> None:
    answers = {qa.question_no: qa.answer for qa in meeting.qas}
    said = {9: "P20（2）、22（3）", 10: "P54～64", 13: "P55（機密性）", 15: "P28", 16: "P2"}
    assert [no for no, page in said.items() if page not in answers[no]] == []
    assert "手順2のリスク分析は、P59～61です。" in answers[10]
    assert "レベル1の全50項目" in answers[6]


def test_every_reference_is_in_the_catalogue(meeting: Consultation, catalogue: Catalogue) -> None:
    cited = {r.source for qa in meeting.qas for r in qa.references}
    assert None not in cited
    listed = set(catalogue.sources)
    assert cited - listed == set()
    # What is listed is cited, but for the meeting itself and the edition that came later.
    assert listed - cited == {"yorozu_soudankai_gidai1", "ipa_sme_guideline_v4_0"}


def test_addresses_agree_with_the_catalogue(meeting: Consultation, catalogue: Catalogue) -> None:
    for qa in meeting.qas:
        for url in _urls(qa) - {VIEWER}:
            found = catalogue.by_url(url)
            assert found is not None, url
    assert {r.source for qa in meeting.qas for r in qa.references if r.url == VIEWER} == {
        "ipa_sme_guideline_appendix5"
    }


def test_newer_edition_of_the_ipa_guideline_is_known(catalogue: Catalogue) -> None:
    older = catalogue.sources["ipa_sme_guideline_v3_1"]
    newer = catalogue.replaced_by(older.id)
    assert newer is not None
    assert (older.edition, newer.edition, newer.work) == ("第3.1版", "第4.0版", older.work)
    assert newer.url == f"{FILES}/sme_guideline_v4.0.pdf"
    assert [s.id for s in catalogue.sources.values() if catalogue.replaced_by(s.id)] == [older.id]


def test_consultation_belongs_to_its_source(meeting: Consultation, catalogue: Catalogue) -> None:
    found = catalogue.for_file(f"consultations/{meeting.id}.yaml")
    assert found is not None
    assert (found.id, found.kind) == (meeting.id, "consultation")


def test_documents_are_fetched_and_entrance_pages_are_not(catalogue: Catalogue) -> None:
    assert {s.id for s in fetchable(catalogue)} == {
        "jama_guideline_manual",
        "ipa_sme_guideline_v3_1",
        "ipa_sme_guideline_v4_0",
        "ipa_sme_guideline_appendix2",
        "ipa_sme_guideline_appendix5",
        "ipa_practice_navi_7",
    }


def test_every_line_can_be_quoted_alone(meeting: Consultation) -> None:
    lines = [(qa.question_no, line) for qa in meeting.qas for line in qa.answer.split("\n")]
    assert [x for x in lines if not (x[1].endswith(("。", "。）")) or x[1].startswith("・"))] == []
    dangling = re.compile(r"^(?:これ|それ|その|この|そう|こう|上記|同)")
    assert [x for x in lines if dangling.match(x[1])] == []


def _deck(shared: Path) -> dict[int, str]:
    text = (shared / "consultations" / "yorozu_soudankai_gidai1.txt").read_text(encoding="utf-8")
    parts = re.split(r"(?m)^質問([①-⑱])\s*$", text.replace(TEMPLATE_RESIDUE, ""))
    numbers = [int(unicodedata.normalize("NFKC", mark)) for mark in parts[1::2]]
    assert numbers == list(range(1, 19))
    return dict(zip(numbers, parts[2::2], strict=True))


@pytest.mark.parametrize(
    "pattern", [r"\d+", r"https?://\S+", r"[A-Za-z]+"], ids=["numbers", "addresses", "terms"]
)
def test_nothing_of_the_deck_is_lost_or_added(shared: Path, meeting: Consultation, pattern: str) -> None:
    def found(text: str) -> set[str]:
        return {hit.casefold() for hit in re.findall(pattern, unicodedata.normalize("NFKC", text))}

    deck = _deck(shared)
    differences = {qa.question_no: found(deck[qa.question_no]) ^ found(_everything(qa)) for qa in meeting.qas}
    assert {no: d for no, d in differences.items() if d} == {}


def test_no_sentence_is_copied(shared: Path, meeting: Consultation) -> None:
    # Not even 25 characters in a row, quoted requirements and spelled-out abbreviations aside.
    quoted = re.compile(r"「[^」]*」|（[A-Za-z ]+）")
    deck = fold("\n".join(_deck(shared).values()))
    copied = []
    for qa in meeting.qas:
        for sentence in re.split(r"[。\n]", quoted.sub("\0", f"{qa.question}\n{qa.answer}")):
            folded = "".join(fold(part) + "\0" for part in sentence.split("\0"))
            runs = (folded[i : i + 25] for i in range(len(folded) - 24))
            copied += [(qa.question_no, run) for run in runs if run in deck]
    assert copied == []
