from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organiser.generalisation.generaliser import Generaliser
from app.organiser.generalisation.recogniser import GinzaRecogniser
from app.organiser.models import KnownName


@pytest.fixture(scope="module")
def generaliser() -> Generaliser:
    return Generaliser()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("株式会社みどり精工では専任者がいません。", "A社では専任者がいません。"),
        ("カネシロ工業様より依頼がありました。", "A社様より依頼がありました。"),
        ("当社（東洋バネ製作所）の規程です。", "弊社の規程です。"),
        ("弊社みどり精工株式会社は、専任者がいません。", "弊社は、専任者がいません。"),
        ("東雲ゴム(株)の鈴木です。No17を教えてください。", "弊社の担当です。No17を教えてください。"),
        ("佐々木部長と森係長が担当です。", "A部長とB係長が担当です。"),
        ("名古屋工場と浜松工場でルールが違います。", "A工場とB工場でルールが違います。"),
        ("愛知県豊田市に本社があります。", "ある地域に本社があります。"),
        ("従業員1,234名、売上120億円の会社です。", "従業員数千名、売上数百億円の会社です。"),
        ("電話は052-123-4567です。", "電話は（電話番号）です。"),
        ("弊社のサイト（www.midori.example.com）です。", "弊社のサイト（URL）です。"),
        ("基幹システム「匠Works」の棚卸し", "基幹システム「X」の棚卸し"),
        ("トヨタ様とホンダ様の両方に納めています。", "A社様とB社様の両方に納めています。"),
    ],
)
def test_what_identifies_becomes_neutral_words(generaliser: Generaliser, text: str, expected: str) -> None:
    assert generaliser.generalise(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "IPAと自工会、経済産業省のガイドラインの違いを教えてください。",
        "Windows 10とMicrosoft 365の多要素認証は必要ですか。",
        "お客様や取引先様から預かった図面、担当者様の連絡先の管理方法は？",
        "従業員300名以下の中小企業が対象の支援策はありますか。",
        "2名で情報システムを担当しています。",
        "自動車産業の部品メーカーとして、生産管理システムを分離すべきですか。",
        "ISO27001とNISTのSP800-171、CVE-2024-12345の対応表はありますか。",
        "https://www.ipa.go.jp/security/ の資料はどこですか。",
    ],
)
def test_public_bodies_products_and_general_words_stay(generaliser: Generaliser, text: str) -> None:
    assert generaliser.generalise(text).spans == ()


def test_one_name_is_one_letter_and_letters_in_use_are_left_out(generaliser: Generaliser) -> None:
    text = "A社の件です。株式会社ハヤブサ技研とカネシロ工業のうち、ハヤブサ技研は断りました。"
    assert generaliser.generalise(text).text == "A社の件です。B社とC社のうち、B社は断りました。"


def test_names_of_other_columns_are_the_asker_s_own(generaliser: Generaliser) -> None:
    known = [KnownName(text="株式会社ほしのかけら", kind="company"), KnownName(text="星 雪", kind="person")]
    result = generaliser.generalise("ほしのかけらでは規程がありません。", known)
    assert result.text == "弊社では規程がありません。"
    assert result.spans[0].why == "同じ行の別の欄にある名前です"


def test_offsets_are_of_the_original_and_single_spans_can_be_refused(generaliser: Generaliser) -> None:
    text = "Ｓｍａｒｔ Ｌｉｎｋ２１というシステムを株式会社アサヒナで使っています。"
    result = generaliser.generalise(text)
    assert all(text[span.start : span.end] == span.original for span in result.spans)
    company = tuple(span for span in result.spans if span.kind == "company")
    assert result.apply(company) == "Ｓｍａｒｔ Ｌｉｎｋ２１というシステムをA社で使っています。"


@given(text=st.text(max_size=120))
def test_any_text_survives(text: str) -> None:
    result = _SHARED.generalise(text)
    ends = [0, *(span.end for span in result.spans)]
    assert all(span.start >= end for span, end in zip(result.spans, ends, strict=False))
    assert all(text[span.start : span.end] == span.original for span in result.spans)


_SHARED = Generaliser()


@pytest.mark.model
@pytest.mark.slow
def test_the_model_finds_what_no_rule_does(model_dir: Path) -> None:
    folder = model_dir / "ja-ginza"
    if not folder.is_dir():
        pytest.skip("the recogniser's model is not here; `yorozu model` fetches it")
    with_model = Generaliser(GinzaRecogniser(folder))
    assert with_model.generalise("光洋シールでは、規程が300ページあります。").text.startswith("A社では")
