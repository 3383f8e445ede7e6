from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.models import Block, Consultation, Qa
from ingest.readers.consultation import find_consultation
from ingest.text.normalise import clean

CIRCLED = "".join(map(chr, [*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0)]))


def lines(text: str) -> list[Block]:
    return [Block("paragraph", line) for line in clean(text).split("\n")]


def read(text: str) -> tuple[Consultation, list[str]]:
    found, rest = find_consultation(lines(text), file_stem="meeting", title=None)
    assert found is not None
    return found, [block.text for block in rest if block.text.strip()]


def pairs(qas: Sequence[Qa]) -> list[tuple[str, str]]:
    return [(qa.question, qa.answer) for qa in qas]


TWO = [("鍵は誰が持ちますか。", "責任者が持ちます。"), ("予備は必要ですか。", "必要です。")]


@pytest.mark.parametrize(
    "text",
    [
        "質問①\n質問内容：{q1}\n\n回答：{a1}\n\n\n質問②\n質問内容：{q2}\n\n回答：\n{a2}",
        "質問① 質問内容：{q1} 回答：{a1}\n質問② 質問内容：{q2} 回答：{a2}",
        "質問１．{q1}\n回答１．{a1}\n質問２．{q2}\n回答２．{a2}",
        "Q1. {q1}\nA1. {a1}\nQ2. {q2}\nA2. {a2}",
        "Ｑ１．{q1}\nＡ１．{a1}\nＱ２．{q2}\nＡ２．{a2}",
        "**Q1. {q1}**\n\nA. {a1}\n\n### Q2. {q2}\n\nA. {a2}",
        "Q. {q1}\nA. {a1}\n\nQ. {q2}\nA. {a2}",
        "Q {q1}\nA {a1}\nQ {q2}\nA {a2}",
        "Q\n{q1}\nA\n{a1}\nQ\n{q2}\nA\n{a2}",
        "Q. {q1} A. {a1} Q. {q2} A. {a2}",
        "問1 {q1}\n答 {a1}\n問2 {q2}\n答 {a2}",
        "問１{q1}\n（答）\n{a1}\n\n問２{q2}\n（答）{a2}",
        "問１-１ {q1}\n答 {a1}\n問１-２ {q2}\n答 {a2}",
        "【質問】\n{q1}\n【回答】\n{a1}\n【質問】{q2}\n【回答】{a2}",
        "【問1】{q1}\n【答】{a1}\n【問2】{q2}\n【答】{a2}",
        "（問）{q1}\n（答）{a1}\n\n（問）{q2}\n（答）{a2}",
        "照会要旨\n{q1}\n\n回答要旨\n{a1}\n\n照会要旨\n{q2}\n\n回答要旨\n{a2}",
        "【照会要旨】{q1}\n【回答要旨】{a1}\n\n【照会要旨】{q2}\n【回答要旨】{a2}",
        "質問：{q1}\n回答：{a1}\n\n質問：{q2}\n回答：{a2}",
        "Q1. {q1}\nQ2. {q2}\n\nA1. {a1}\nA2. {a2}",
        "ご質問一覧\n質問1 {q1}\n質問2 {q2}\n\n質問1 {q1}\n回答 {a1}\n\n質問2 {q2}\n回答 {a2}",
        "目次\n問1．{q1} ……… 3\n問2．{q2} ______ 4\n\n問1．{q1}\n（答）{a1}\n問2．{q2}\n（答）{a2}",
        "質問①\n質問内容：{q1}\n\n\n質問①（続き）\n回答：{a1}\n\n\n質問②\n質問内容：{q2}\n回答：{a2}",
    ],
)
def test_every_notation_gives_the_same(text: str) -> None:
    (q1, a1), (q2, a2) = TWO
    found, rest = read(text.format(q1=q1, a1=a1, q2=q2, a2=a2))
    assert pairs(found.qas) == TWO
    assert [qa.question_no for qa in found.qas] == [1, 2]
    assert rest == []


def test_hierarchical_numbers_count_on_and_keep_their_print() -> None:
    found, _ = read(
        "問１-１ 鍵は。\n答 あります。\n問１-２ 窓は。\n答 閉めます。\n問２-１ 扉は。\n答 開けます。"
    )
    assert [(qa.question_no, qa.label) for qa in found.qas] == [
        (1, "問１-１"),
        (2, "問１-２"),
        (3, "問２-１"),
    ]


def test_numbers_are_those_of_the_marks() -> None:
    found, _ = read("質問⑲\n質問内容：鍵は。\n回答：あります。\n質問㊿\n質問内容：窓は。\n回答：閉めます。")
    assert [(qa.question_no, qa.label) for qa in found.qas] == [(19, "質問⑲"), (50, "質問㊿")]


def test_sixty_questions_with_a_closing_slide() -> None:
    def label(number: int) -> str:
        return CIRCLED[number - 1] if number <= len(CIRCLED) else str(number)

    slides = [
        f"質問{label(n)}\n 議題１ 内容をここに書く質問内容：設備その{n}の点検はど\nの頻度で行いますか。\n\n"
        f"回答：設備その{n}は{n}日ごとに点検します。\n\nhttps://example.jp/{n}"
        for n in range(1, 61)
    ]
    found, rest = read("\n\n\n".join([*slides, "本日はありがとうございました\nアンケートのお願い"]))
    assert [qa.question_no for qa in found.qas] == list(range(1, 61))
    assert found.qas[58].question == "設備その59の点検はどの頻度で行いますか。"
    assert found.qas[59].answer == "設備その60は60日ごとに点検します。"
    assert [ref.url for ref in found.qas[59].references] == ["https://example.jp/60"]
    assert rest == ["本日はありがとうございました", "アンケートのお願い"]


def test_a_question_list_is_no_question_and_does_not_stay() -> None:
    found, rest = read(
        "本日の進め方\n質問を順に取り上げます。\n\nご質問一覧\nNo 質問\n\n"
        "1 入退室の記録は誰が保管するのか教えてほしい。\n\n2\n"
        "来訪者の\n確認方法\n\n\n"
        "質問①\n質問内容：入退室の記録は誰が保管するのか教えてほしい。期間も知りたい。\n回答：総務が一年保管します。\n\n\n"
        "質問②\n質問内容：来訪者の確認方法を知りたい。\n回答：受付で名刺を確認します。"
    )
    assert len(found.qas) == 2
    assert rest == ["本日の進め方", "質問を順に取り上げます。"]


def test_theme_and_title_come_from_the_deck() -> None:
    found, _ = read(
        "よろず相談会\n\n\n質問①\n議題２ 鍵の管理質問内容：鍵は。\n回答：あります。\n\n\n"
        "質問②\n議題２ 鍵の管理\n質問内容：窓は。\n回答：ない。"
    )
    assert (found.id, found.title, found.theme, found.status) == (
        "meeting",
        "よろず相談会 議題2 鍵の管理",
        "鍵の管理",
        "原文",
    )
    assert found.qas[0].heading == ("議題２ 鍵の管理",)
    assert [qa.question for qa in found.qas] == ["鍵は。", "窓は。"]


def test_title_is_the_files_own_without_a_meeting() -> None:
    found, _ = find_consultation(lines("Q. 鍵は。\nA. あります。"), file_stem="faq", title="鍵のＱ＆Ａ")
    assert found is not None
    assert (found.id, found.title, found.theme) == ("faq", "鍵のＱ＆Ａ", None)


def test_a_mention_of_a_question_begins_nothing() -> None:
    found, _ = read(
        "問１ 鍵は。\n答 責任者が持ちます。詳しくは\n問２をご覧ください。\n"
        "問２ 窓は。\n答 閉めます。\n問１も参照してください。"
    )
    assert pairs(found.qas) == [
        ("鍵は。", "責任者が持ちます。詳しくは問２をご覧ください。"),
        ("窓は。", "閉めます。\n問１も参照してください。"),
    ]


def test_words_that_begin_like_an_amount_are_words() -> None:
    found, _ = read("問1 点検は年に何回ですか。\n答 回数は決めていません。\n問２日程は。\n答 年末です。")
    assert [qa.question for qa in found.qas] == ["点検は年に何回ですか。", "日程は。"]
    assert [qa.answer for qa in found.qas] == ["回数は決めていません。", "年末です。"]


def test_a_mark_printed_twice_and_a_heading_with_its_word_are_one_question() -> None:
    found, rest = read(
        "照会要旨\n1. 事実\n鍵があります。\n2. 照会事項\n誰が持ちますか。\n照会要旨\n回答要旨\n責任者です。"
    )
    assert pairs(found.qas) == [("1. 事実 鍵があります。2. 照会事項 誰が持ちますか。", "責任者です。")]
    assert rest == []


def test_headings_above_questions_belong_to_the_next_one() -> None:
    found, _ = read("○総則\n問１．鍵は。\n（答）あります。\n\n○細則\n問２．窓は。\n（答）閉めます。")
    assert [qa.heading for qa in found.qas] == [("○総則",), ("○細則",)]
    assert found.qas[0].answer == "あります。"


def test_headings_that_ask_are_answered_by_the_text_below() -> None:
    blocks = [
        Block("heading", "Q1. 鍵は誰が持ちますか。", level=3),
        Block("paragraph", "責任者が持ちます。"),
        Block("heading", "Q2. 予備は必要ですか。", level=3),
        Block("paragraph", "必要です。"),
        Block("heading", "連絡先", level=2),
        Block("paragraph", "総務部です。"),
    ]
    found, rest = find_consultation(blocks, file_stem="faq", title=None)
    assert found is not None
    assert pairs(found.qas) == TWO
    assert list(rest) == blocks[4:]


def test_pages_are_those_of_question_and_answer() -> None:
    blocks = [
        Block("paragraph", text, page=page)
        for page, text in [
            (1, "質問集"), (2, "問１．鍵は。"), (2, "（答）"), (2, "責任者が"),
            (3, "持ちます。"), (4, "問２．窓は。"), (4, "（答）閉めます。"),
        ]
    ]  # fmt: skip
    found, _ = find_consultation(blocks, file_stem="x", title=None)
    assert found is not None
    assert [(qa.page, qa.page_end) for qa in found.qas] == [(2, 3), (4, 4)]


def test_running_heads_and_page_numbers_are_not_part_of_an_answer() -> None:
    blocks = [
        Block("paragraph", text, page=page)
        for page in range(1, 5)
        for text in (
            "防災の手引き",
            f"問{page}．設備{page}は。",
            f"（答）設備{page}は毎月はじめに必ず",
            "点検します。",
            f"- {page} -",
        )
    ]
    found, _ = find_consultation(blocks, file_stem="x", title=None)
    assert found is not None
    assert [qa.answer for qa in found.qas] == [
        f"設備{page}は毎月はじめに必ず点検します。" for page in range(1, 5)
    ]


def test_an_unanswered_question_stays_outside() -> None:
    found, rest = read(
        "質問1：鍵は。\n回答：あります。\n質問2：窓は誰が閉めますか。\n質問3：扉は。\n回答：開けます。"
    )
    assert [qa.question_no for qa in found.qas] == [1, 3]
    assert rest == ["質問2：窓は誰が閉めますか。"]


@pytest.mark.parametrize(
    "text",
    [
        "1. 目的\nこの文書は Q&A の形をとらない。\n2. 範囲\n質問は窓口で受ける。\nA. 付録\nB. 付録",
        "アンケート\n質問1 年齢を教えてください。\n質問2 職業を教えてください。\n回答欄",
        "問題1 正しいものを選べ。\n解答 3",
        "お問い合わせ\n電話でお受けします。\n回答 までに三日かかります。",
        "委員からの質問に対し、事務局は次のとおり回答した。\n・資料は後日配る。",
        "",
    ],
)
def test_ordinary_text_is_no_consultation(text: str) -> None:
    blocks = lines(text)
    assert find_consultation(blocks, file_stem="x", title=None) == (None, tuple(blocks))


NOTATIONS: dict[str, Callable[[int, str, str], str]] = {
    "deck": lambda n, q, a: (
        f"質問{CIRCLED[n - 1]}\n 議題１ 内容をここに書く\n質問内容：{q}\n\n回答：\n{a}\n\n"
    ),
    "Q1.": lambda n, q, a: f"Q{n}. {q}\nA{n}. {a}",
    "問": lambda n, q, a: f"問 {n}．{q}\n（答）\n{a}",
    "part": lambda n, q, a: f"問１-{n} {q}\n答 {a}",
    "bracket": lambda _, q, a: f"【質問】{q}\n【回答】{a}",
    "shokai": lambda _, q, a: f"照会要旨\n{q}\n\n回答要旨\n{a}",
    "colon": lambda _, q, a: f"質問：{q}\n回答：{a}",
}
WORDS = st.lists(st.sampled_from("鍵窓扉机棚庫門塔紙筆"), min_size=4, max_size=60).map("".join)


@given(st.sampled_from(sorted(NOTATIONS)), st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=30))
def test_what_is_written_is_read_back(notation: str, words: list[tuple[str, str, str]]) -> None:
    asked = [(f"{q}はどうしますか。", f"{a}を使います。\n・{b}は使いません。") for q, a, b in words]
    text = "\n\n".join(NOTATIONS[notation](n, q, a) for n, (q, a) in enumerate(asked, start=1))
    found, _ = read("はじめに\n\n" + text)
    assert pairs(found.qas) == asked
    assert [qa.question_no for qa in found.qas] == list(range(1, len(asked) + 1))
