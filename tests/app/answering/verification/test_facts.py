import pytest

from app.answering.verification.facts import Fact, facts_of, same_limit
from app.answering.verification.morphs import Analyser, normal_text


def keys(text: str, analyser: Analyser) -> list[tuple[str, str, str]]:
    plain = normal_text(text)
    return [(f.slot, f.value, f.bound) for f in facts_of(plain, analyser.morphs(plain))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90日以内に", [("unit:日", "90", "le")]),
        ("９０日以内", [("unit:日", "90", "le")]),
        ("少なくとも2名", [("unit:人", "2", "ge")]),
        ("2名以上", [("unit:人", "2", "ge")]),
        ("最長14日間", [("unit:日", "14", "le")]),
        ("10件を超える", [("unit:個", "10", "gt")]),
        ("9.0未満", [("", "9.0", "lt")]),
        ("6ヶ月、6カ月、6か月間", [("unit:か月", "6", "")] * 3),
        ("半年後", [("unit:か月", "6", "from")]),
        ("数か月", [("unit:か月", "数", "")]),
        ("4割", [("unit:%", "40", "")]),
        ("100万円以下", [("unit:円", "1000000", "le")]),
        ("1,000円", [("unit:円", "1000", "")]),
        ("全50項目", [("unit:個", "50", "")]),
        ("3~5日以内", [("unit:日", "3-5", "le")]),
        ("3日から5日以内", [("unit:日", "3-5", "le")]),
        ("18件から63件に増えた", [("unit:個", "18-63", "")]),
        ("18件から2023年度は63件", [("unit:個", "18", ""), ("年度", "2023", ""), ("unit:個", "63", "")]),
        ("3部署", [("unit:部署", "3", "")]),
    ],
)
def test_quantities(text: str, expected: list[tuple[str, str, str]], analyser: Analyser) -> None:
    assert keys(text, analyser) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("レベル2の", [("レベル", "2", "")]),
        ("No94～96", [("no", "94-96", "")]),
        ("項目番号17", [("no", "17", "")]),
        ("P54～64", [("p", "54-64", "")]),
        ("P54からP64まで", [("p", "54-64", "")]),
        ("85ページ", [("p", "85", "")]),
        ("P20（2）、22（3）", [("p", "20", ""), ("()", "2", ""), ("p", "22", ""), ("()", "3", "")]),
        ("第3.1版", [("版", "3.1", "")]),
        ("付録7", [("付録", "7", "")]),
        ("評価値3、2、1", [("値", "3", ""), ("値", "2", ""), ("値", "1", "")]),
        ("評価値が2以上", [("値", "2", "ge")]),
        ("7.0以上9.0未満のもの", [("", "7.0", "ge"), ("", "9.0", "lt")]),
    ],
)
def test_numbers_that_name(text: str, expected: list[tuple[str, str, str]], analyser: Analyser) -> None:
    assert keys(text, analyser) == expected


@pytest.mark.parametrize(
    "text", ["23年度中", "２３年度中", "2023年度中", "令和5年度中", "R5年度中", "令和5（2023）年度中"]
)
def test_one_fiscal_year_has_one_form(text: str, analyser: Analyser) -> None:
    assert keys(text, analyser) == [("年度", "2023", "le")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年8月1日", ("date", "2024-08-01", "")),
        ("令和6年8月1日", ("date", "2024-08-01", "")),
        ("2024/8/1", ("date", "2024-08-01", "")),
        ("2026年3月末まで", ("date", "2026-03", "le")),
        ("2026年3月末から", ("date", "2026-03", "from")),
        ("5月15日", ("date", "-05-15", "")),
        ("3年間", ("unit:年", "3", "")),
        ("3年以内", ("unit:年", "3", "le")),
        ("年1回", ("freq", "年:1", "")),
        ("年に一回以上", ("freq", "年:1", "ge")),
        ("少なくとも年1回", ("freq", "年:1", "ge")),
        ("毎年", ("freq", "年:1", "")),
        ("毎月1回", ("freq", "月:1", "")),
        ("月に1度", ("freq", "月:1", "")),
        ("半年ごとに", ("freq", "6か月:1", "")),
        ("半年に1回", ("freq", "6か月:1", "")),
    ],
)
def test_dates_and_frequencies(text: str, expected: tuple[str, str, str], analyser: Analyser) -> None:
    from app.answering.verification.sentence import parse

    sentence = parse(text, analyser)
    assert [(f.slot, f.value, f.bound) for f in sentence.facts] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://www.ipa.go.jp/a/ を参照", ("url", "www.ipa.go.jp/a")),
        ("www.ipa.go.jp/a", ("url", "www.ipa.go.jp/a")),
        ("（https://example.jp/x?y=1）から", ("url", "example.jp/x?y=1")),
        ("guide@example.jp です", ("mail", "guide@example.jp")),
        ("電話 03-5978-7509", ("tel", "03-5978-7509")),
        ("0120-123-456へ", ("tel", "0120-123-456")),
        ("Reply.Desk+a@mail.example.jpまで", ("mail", "reply.desk+a@mail.example.jp")),
        ("http://example.jp:8080/a?x=1&y=2 を参照", ("url", "example.jp:8080/a?x=1&y=2")),
        ("www.example.org/a/ を参照", ("url", "www.example.org/a")),
        *((f"example.{end}を参照", ("url", f"example.{end}")) for end in ("com", "net", "io", "eu", "info")),
        *((f"example.{end}を参照", ("url", f"example.{end}")) for end in ("go.jp", "gov", "live")),
    ],
)
def test_addresses(text: str, expected: tuple[str, str], analyser: Analyser) -> None:
    assert [(slot, value) for slot, value, _ in keys(text, analyser)] == [expected]


@pytest.mark.parametrize(
    "text",
    ["番号は103-5978-7509です", "番号は03-5978-75091です", "example.jpnを参照", "一覧はa/example.jpです"],
)
def test_what_only_looks_like_an_address(text: str, analyser: Analyser) -> None:
    assert not {"tel", "mail", "url"} & {slot for slot, _, _ in keys(text, analyser)}


def test_a_fact_is_printed_as_it_stands_without_the_full_stop(analyser: Analyser) -> None:
    text = normal_text("2024年8月1日に03-5978-7509へ連絡し、https://example.jp/a. を開きます。")
    found = facts_of(text, analyser.morphs(text))
    assert [fact.printed for fact in found] == ["2024年8月1日", "03-5978-7509", "https://example.jp/a"]
    assert [text[fact.begin : fact.end] for fact in found] == [fact.printed for fact in found]
    assert [fact.slot for fact in found] == ["date", "tel", "url"]  # and the numbers in them are no facts


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("最も多い原因は誤送信です。", "1"),
        ("原因の最多は誤送信です。", "1"),
        ("一番多い原因は誤送信です。", "1"),
        ("1番目に多い原因は誤送信です。", "1"),
        ("第一に台帳を作ります。", "1"),
        ("第1に台帳を作ります。", "1"),
        ("誤送信が1位です。", "1"),
        ("次いで紛失が多く見られます。", "2"),
        ("次が紛失です。", "2"),
        ("原因のうち、次は紛失です。", "2"),
        ("次に多い原因は紛失です。", "2"),
        ("誤送信に続いて紛失が見られます。", "2"),
        ("第二に教育を行います。", "2"),
        ("第2に教育を行います。", "2"),
        ("2番目の原因は紛失です。", "2"),
        ("紛失が2位です。", "2"),
    ],
)
def test_ranks(text: str, rank: str, analyser: Analyser) -> None:
    assert keys(text, analyser) == [("rank", rank, "")]


@pytest.mark.parametrize(
    "text",
    [
        "最も長い場合は会議を開きます。",
        "手順は、次のとおりです。",
        "手順は、次が示すとおりです。",
        "取次は総務が行います。",
        "最後に確認します。",
    ],
)
def test_what_ranks_nothing(text: str, analyser: Analyser) -> None:
    assert keys(text, analyser) == []


@pytest.mark.parametrize("text", ["第三者と十分に一般的な方法", "一部の万一", "四半期決算"])
def test_words_with_numerals_are_no_numbers(text: str, analyser: Analyser) -> None:
    from app.answering.verification.sentence import parse

    assert not [
        f for f in parse(text, analyser).facts if f.slot.startswith("unit:") and f.value not in {"1", "4"}
    ]


@pytest.mark.parametrize(
    ("slot", "said", "source", "same"),
    [
        ("unit:日", "le", "le", True),
        ("unit:日", "", "le", True),
        ("unit:日", "le", "", False),
        ("unit:日", "", "ge", False),
        ("unit:日", "ge", "le", False),
        ("date", "", "le", True),
        ("date", "le", "", True),
        ("年度", "le", "", True),
        ("date", "", "from", True),
        ("date", "from", "", False),
        ("date", "le", "from", False),
        ("date", "from", "le", False),
        ("date", "", "lt", False),
        ("p", "from", "", True),
        ("no", "from", "", True),
        ("版", "", "ge", True),
        ("()", "le", "", True),
        ("url", "from", "", True),
        ("mail", "", "le", True),
        ("レベル", "ge", "", False),
    ],
)
def test_which_limit_stands_for_which(slot: str, said: str, source: str, same: bool) -> None:  # noqa: FBT001
    assert same_limit(Fact(slot, "1", said, "1", 0, 1), source) is same


def test_hostile_lines_take_no_time() -> None:
    import time

    for text in ("1" * 20_000, "1," * 10_000, "令和" * 8_000, "a." * 10_000, "1年" * 10_000, "毎" * 20_000):
        started = time.perf_counter()
        facts_of(text, [])
        assert time.perf_counter() - started < 2
