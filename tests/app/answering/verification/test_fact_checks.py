import pytest

from app.answering.verification.rules import Rules

QUOTE = (
    "再発を防ぐため、報告は30日以内に行う。保存は6か月以上とする。達成は2023年度中とする。点検は年1回行う。"
    "観点は、機密性、完全性、可用性である。重大度は4段階である。"
    "(1)台帳 (2)教育 (3)会議 (4)監査 (5)記録 を行う。"
)


def codes(text: str, verifier: Rules) -> set[str]:
    found: set[str] = {r.code for r in verifier.check(text, [QUOTE]).reasons}
    return found & {"fact_missing", "limit_changed", "count"}


@pytest.mark.parametrize(
    "text",
    [
        "報告は30日以内に行う",
        "報告の期限は30日である",
        "報告の期間は30日とする",
        "報告は最大30日である",
        "報告の上限は30日である",
        "報告の締切は30日である",
        "報告の年限は30日である",
        "報告の限度は30日である",
        "保存は少なくとも6か月とする",
        "達成は2023年度である",
        "達成は令和5年度末までとする",
        "点検は毎年行う",
        "観点は3つある",
        "重大度は4つの段階である",
        "一つの観点は機密性である",
        "5つのことを行う",
    ],
)
def test_the_same_fact_in_another_form(text: str, verifier: Rules) -> None:
    assert codes(text, verifier) == set()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("報告は30日である", "limit_changed"),
        ("報告は30日以上である", "limit_changed"),
        ("報告は30日以降に行う", "limit_changed"),
        ("保存は6か月とする", "limit_changed"),
        ("保存は6か月以下とする", "limit_changed"),
        ("達成は2023年度からとする", "limit_changed"),
        ("達成は2024年度中とする", "fact_missing"),
        ("報告は30か月以内に行う", "fact_missing"),
        ("点検は年2回行う", "fact_missing"),
        ("点検は月1回行う", "fact_missing"),
        ("観点は7つある", "count"),
        ("観点は5名以上である", "fact_missing"),
        ("2つ以上の観点がある", "count"),
    ],
)
def test_another_fact_is_named(text: str, code: str, verifier: Rules) -> None:
    assert codes(text, verifier) == {code}


def test_both_sides_are_printed_with_their_limits(verifier: Rules) -> None:
    reasons = verifier.check("報告は30日以上である。", [QUOTE]).reasons
    (reason,) = [r for r in reasons if r.code == "limit_changed"]
    assert (reason.said, reason.source) == ("30日以上", "30日以内")


def test_a_list_mark_is_no_quantity(verifier: Rules) -> None:
    quote = "推進者は、(1)台帳の更新、(2)教育、(3)出席を行う。任期は2年とする。"
    assert verifier.check("任期は2年です。", [quote]).support == "verified"
    assert verifier.check("任期は3年です。", [quote]).support == "unsupported"


@pytest.mark.parametrize(
    ("text", "quote", "support"),
    [
        ("費用は10万円から30万円です。", "費用は10万円から30万円とする。", "verified"),
        ("費用は10～30万円です。", "費用は100,000円から300,000円とする。", "verified"),
        ("費用は10～30万円です。", "費用は10～20万円とする。", "unsupported"),
        ("版は1.2.3万円です。", "版は1.2とする。", "unsupported"),  # no amount, and no error
        ("報告は2週間以内に行う。", "報告は14日以内に行う。", "verified"),
        ("報告は2週間以内に行う。", "報告は12日以内に行う。", "unsupported"),
        ("来訪者は17時に受け付けます。", "来訪者は、前日17時に受け付ける。", "verified"),
        ("来訪者は18時に受け付けます。", "来訪者は、前日17時に受け付ける。", "unsupported"),
        ("60点に届かない会社とは契約しません。", "60点未満の会社とは契約しない。", "verified"),
        ("60点に届かない会社とは契約しません。", "60点以上の会社とは契約しない。", "unsupported"),
        ("期間は短くても14日です。", "期間は最長14日とする。", "unsupported"),
    ],
)
def test_amounts_and_limits_in_other_words(text: str, quote: str, support: str, verifier: Rules) -> None:
    assert verifier.check(text, [quote]).support == support, verifier.check(text, [quote]).message
