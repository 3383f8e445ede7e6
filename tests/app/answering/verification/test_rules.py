import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.verification.morphs import Analyser
from app.answering.verification.rules import Rules

RULES = (
    "パスワードは12文字以上とし、使い回してはならない。初期パスワードは初回のログイン時に必ず変更しなければならない。"
    "パスワードの定期的な変更は不要であるが、漏えいのおそれがある場合は速やかに変更すること。"
)
REPORT = (
    "情報セキュリティ事故を発見した従業員は、1時間以内に情報システム部門へ報告する。"
    "情報システム部門は、24時間以内に経営層へ第一報を入れる。"
)
LEVELS = (
    "レベル1の全50項目は、少なくとも23年度中に達成をお願いします。\n"
    "レベル2の項目は、24年度末に向けて計画的に達成することが望ましいです。"
)
SUPPLIERS = (
    "委託元は、委託先に対して年1回以上、実施状況を確認しなければならない。"
    "再委託を行う場合、委託先は事前に書面で委託元の承認を得る。"
)
APPENDICES = (
    "雛形として使える付録は、次のとおりです。\n"
    "・付録2「基本方針」は全1ページです。\n・付録5「関連規程」は全45ページです。"
)
TEAMS = "CSIRTは、平時には脆弱性情報を収集し、有事には復旧を指揮する。SOCは、検知した異常をCSIRTに通知する。"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("パスワードは十二文字以上にし、使い回しは禁止です。", RULES),
        ("初回ログイン時には、初期パスワードを変更する必要があります。", RULES),
        ("パスワードを定期的に変更する必要はありません。", RULES),
        ("事故を発見した従業員は、１時間以内に情報システム部門に報告します。", REPORT),
        ("経営層への第一報は24時間以内。", REPORT),
        ("レベル1の全50項目は、2023年度中に達成してください。", LEVELS),
        ("レベル2の項目は、令和6年度末に向けて計画的に達成するのが望ましいです。", LEVELS),
        ("再委託するときは、委託先が事前に書面で委託元の承認を得ます。", SUPPLIERS),
        ("付録2は全1ページ、付録5は全45ページです。", APPENDICES),
        ("雛形として使える付録は2つあります。", APPENDICES),
        ("SOCが検知した異常は、CSIRTに通知されます。", TEAMS),
        ("有事にはCSIRTが復旧を指揮します。", TEAMS),
    ],
)
def test_an_honest_paraphrase_is_verified(text: str, quote: str, verifier: Rules) -> None:
    verdict = verifier.check(text, [quote])
    assert verdict.support == "verified", verdict.message


@pytest.mark.parametrize(
    ("text", "quote", "code"),
    [
        ("パスワードは8文字以上とする。", RULES, "fact_missing"),
        ("パスワードは12文字以下とする。", RULES, "limit_changed"),
        ("パスワードの定期的な変更は必須です。", RULES, "polarity"),
        ("パスワードは使い回してもよい。", RULES, "polarity"),
        ("初期パスワードは変更する必要がありません。", RULES, "polarity"),
        ("パスワードは速やかに変更すること。", RULES, "condition"),
        ("パスワードは警備会社が変更すること。", RULES, "word_missing"),
        ("パスワードは常に12文字以上とする。", RULES, "scope"),
        ("事故を発見した従業員は、24時間以内に情報システム部門へ報告する。", REPORT, "fact_elsewhere"),
        ("情報システム部門は、1時間以内に従業員へ報告する。", REPORT, "role"),
        ("情報システム部門は、24日以内に経営層へ第一報を入れる。", REPORT, "fact_missing"),
        ("レベル2の項目は、23年度中に達成することが望ましいです。", LEVELS, "fact_elsewhere"),
        ("レベル2の項目は、24年度末までに達成しなければなりません。", LEVELS, "polarity"),
        ("レベル3の項目は、24年度末に向けて達成することが望ましいです。", LEVELS, "fact_missing"),
        ("委託先は、委託元に対して年1回以上、実施状況を確認しなければならない。", SUPPLIERS, "role"),
        ("再委託を行う場合、委託先は事後に書面で委託元の承認を得る。", SUPPLIERS, "opposite"),
        ("付録2は全45ページです。", APPENDICES, "fact_elsewhere"),
        ("雛形として使える付録は3つあります。", APPENDICES, "count"),
        ("CSIRTは、検知した異常をSOCに通知する。", TEAMS, "role"),
        ("CSIRTは、有事には脆弱性情報を収集する。", TEAMS, "opposite"),
        ("ISACは、検知した異常をCSIRTに通知する。", TEAMS, "name_missing"),
    ],
)
def test_a_corrupted_sentence_is_not_and_says_why(text: str, quote: str, code: str, verifier: Rules) -> None:
    verdict = verifier.check(text, [quote])
    assert verdict.support != "verified"
    assert code in {reason.code for reason in verdict.reasons}
    assert all(reason.message.endswith("。") for reason in verdict.reasons)


def test_a_reason_names_what_is_nowhere(verifier: Rules) -> None:
    verdict = verifier.check("保存期間は90日です。", ["保存期間は30日です。"])
    assert verdict.message == "「90日」は引用元に見当たりません。"


def test_a_word_or_two_of_ones_own_is_partial(verifier: Rules) -> None:
    verdict = verifier.check("従業員は1時間以内に警察へ報告する。", [REPORT])
    assert verdict.support in {"partial", "unsupported"}
    assert verifier.check("警察署と消防署と市役所に届け出る。", [REPORT]).support == "unsupported"


@pytest.mark.parametrize("text", ["", "　", "。", "以上です。", "！"])
def test_nothing_said_is_nothing_supported(text: str, verifier: Rules) -> None:
    verdict = verifier.check(text, [REPORT])
    assert verdict.support == "unsupported"
    assert [reason.code for reason in verdict.reasons] == ["empty"]


def test_without_a_source_nothing_is_supported(verifier: Rules) -> None:
    assert [r.code for r in verifier.check("報告する。", []).reasons] == ["no_source"]


def test_every_sentence_of_a_text_counts(verifier: Rules) -> None:
    good, bad = "経営層への第一報は24時間以内。", "経営層への第一報は48時間以内。"
    assert verifier.check(good + good, [REPORT]).support == "verified"
    assert verifier.check(good + bad, [REPORT]).support == "unsupported"


def test_facts_of_two_passages_are_not_mixed(verifier: Rules) -> None:
    quotes = ["ログは90日保存する。", "映像は30日保存する。"]
    assert verifier.check("ログの保存期間は90日です。", quotes).support == "verified"
    assert verifier.check("ログの保存期間は30日です。", quotes).support == "unsupported"


def test_what_a_citation_says_of_itself_may_be_named(verifier: Rules) -> None:
    text = "IPAのガイドライン第3.1版のP28によれば、契約書を交わします。"
    quote, also = "契約書を交わすこと。", ["IPA", "ガイドライン第3.1版", "P28"]
    assert verifier.check(text, [quote]).support == "unsupported"
    assert verifier.check(text, [quote], also).support == "verified"


def test_a_question_in_a_passage_affirms_nothing(verifier: Rules) -> None:
    quote = "Q. USBメモリは使えますか。\nA. 原則として使用できません。"
    assert verifier.check("USBメモリは使えます。", [quote]).support == "unsupported"
    assert verifier.check("USBメモリは、原則として使用できません。", [quote]).support == "verified"


@pytest.mark.parametrize("quote", [RULES, REPORT, LEVELS, SUPPLIERS, APPENDICES, TEAMS])
def test_the_passages_own_words_are_always_verified(quote: str, verifier: Rules) -> None:
    from ingest.text.sentences import split_sentences

    for sentence in split_sentences(quote):
        assert verifier.check(sentence, [quote]).support == "verified"


_WIDTHS = str.maketrans("0123456789", "０１２３４５６７８９")
_YEARS = ("23年度", "２３年度", "2023年度", "令和5年度", "R5年度")
_TRUE = "レベル1の全50項目は、{year}中に達成してください。"
_FALSE = "レベル2の項目は、{year}中に達成することが望ましいです。"


@given(year=st.sampled_from(_YEARS), wide=st.booleans(), blanks=st.booleans())
def test_how_a_number_is_written_changes_nothing(year: str, wide: bool, blanks: bool) -> None:  # noqa: FBT001
    verifier = _SHARED.verifier
    for template, support in ((_TRUE, "verified"), (_FALSE, "unsupported")):
        text = template.format(year=year)
        text = text.translate(_WIDTHS) if wide else text
        text = text.replace("、", "、　") if blanks else text
        assert verifier.check(text, [LEVELS]).support == support, text


@given(st.text(max_size=80))
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = _SHARED.verifier.check(text, [RULES])
    assert (verdict.support == "verified") == (not verdict.reasons)


@given(
    st.text(alphabet="パスワード12文字以上使回しては禁止変更、。「」（）0９no.レベル", max_size=60),
    st.text(max_size=60),
)
def test_whole_sentences_of_any_passage_are_verified(quote: str, other: str) -> None:
    from ingest.text.normalise import fold
    from ingest.text.sentences import split_sentences

    for sentence in split_sentences(quote):
        if fold(sentence):
            assert _SHARED.verifier.check(sentence, [other, quote]).support == "verified"


class _SHARED:
    verifier = Rules(Analyser())


def test_too_long_a_sentence_is_not_read_in_part(verifier: Rules) -> None:
    text = "経営層への第一報は24時間以内で、" * 60 + "罰金は100万円。"
    verdict = verifier.check(text, [REPORT])
    assert [reason.code for reason in verdict.reasons] == ["too_long"]


@pytest.mark.parametrize(
    "text",
    ["「" * 590, "1" * 590, "、" * 590, "a." * 290, "ず" * 590, "ない" * 290, "報告は" * 190, "1日、" * 140],
)
def test_a_very_long_line_takes_no_time(text: str, verifier: Rules) -> None:
    started = time.perf_counter()
    verifier.check(text, [REPORT])
    verifier.check("経営層への第一報は24時間以内。", [text * 30])
    assert time.perf_counter() - started < 5
