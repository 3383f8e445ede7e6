import time

import pytest

from app.answering.verification.marks import marks_of
from app.answering.verification.morphs import Analyser
from app.answering.verification.polarity import Modal, compatible
from app.answering.verification.sentence import parse


def last(text: str, analyser: Analyser) -> str:
    return parse(text, analyser).modals[-1].kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("変更しなければならない。", "must"),
        ("変更しなければなりません。", "must"),
        ("変更する必要があります。", "must"),
        ("変更は必須です。", "must"),
        ("依頼せざるを得ない。", "must"),
        ("変更する必要はありません。", "need_not"),
        ("変更は不要である。", "need_not"),
        ("変更しなくてもよい。", "need_not"),
        ("変更しなくても構いません。", "need_not"),
        ("登録を省略してもよい。", "need_not"),
        ("必須ではありません。", "need_not"),
        ("変更は任意とする。", "need_not"),
        ("任意ではありません。", "must"),
        ("使ってはならない。", "must_not"),
        ("使ってはいけません。", "must_not"),
        ("使用を禁止する。", "must_not"),
        ("接続しないこと。", "must_not"),
        ("接続しないでください。", "must_not"),
        ("利用は認めない。", "must_not"),
        ("開示はお控えください。", "must_not"),
        ("禁止されていません。", "may"),
        ("使ってもよい。", "may"),
        ("導入していただければ結構です。", "may"),
        ("兼任で結構です。", "may"),
        ("兼任しても問題はありません。", "may"),
        ("変更することが望ましい。", "should"),
        ("変更を推奨します。", "should"),
        ("望ましくありません。", "should_not"),
        ("使わないことを推奨します。", "should_not"),
        ("変更してください。", "directive"),
        ("変更できるようにしてください。", "directive"),
        ("変更をお願いします。", "request"),
        ("達成して頂きたい。", "request"),
        ("記入していただく必要があります。", "must"),
        ("希望していません。", "not"),
        ("変更できます。", "can"),
        ("変更できません。", "cannot"),
        ("管理できないことが多い。", "cannot"),
        ("達成が困難です。", "hard"),
        ("必要な場合もあるかもしれません。", "perhaps"),
        ("変更しません。", "not"),
        ("変更したことはありません。", "not"),
        ("含まない。", "not"),
        ("少なくありません。", "plain"),
        ("立地にかかわらず適用する。", "plain"),
        ("申請だけでなく検査する。", "plain"),
        ("4月に行うのが現実的です。", "view"),
        ("変更します。", "plain"),
        ("全50項目です。", "plain"),
    ],
)
def test_what_is_said_of_the_last_predicate(text: str, kind: str, analyser: Analyser) -> None:
    assert last(text, analyser) == kind


def test_each_predicate_has_its_own(analyser: Analyser) -> None:
    text = "パスワードの定期的な変更は不要であるが、漏えいした場合は変更しなければならない。"
    kinds = [(m.kind, m.final, m.unit) for m in parse(text, analyser).modals]
    assert kinds[0] == ("need_not", True, 0)
    assert kinds[-1] == ("must", True, 1)


def test_a_modality_at_the_end_is_that_of_both(analyser: Analyser) -> None:
    kinds = [m.kind for m in parse("使用を中止し、速やかに交換することが望ましい。", analyser).modals]
    assert kinds[0] == "should"
    assert kinds[-1] == "should"
    kinds = [m.kind for m in parse("使用を中止するが、交換することが望ましい。", analyser).modals]
    assert kinds[0] == "plain"


def test_what_another_predicate_speaks_of_is_nested(analyser: Analyser) -> None:
    modals = parse("導入することを社内で計画している。", analyser).modals
    assert [(m.kind, m.nested) for m in modals] == [("plain", True), ("plain", False)]


def test_a_noun_alone_is_bare(analyser: Analyser) -> None:
    assert parse("レベル1は全50項目です。", analyser).modals[-1].bare
    assert not parse("レベル1を達成します。", analyser).modals[-1].bare


def modal(kind: str, *, final: bool = True, bare: bool = False) -> Modal:
    return Modal(kind, "", 0, 1, 0, final, (1, 1), bare)


@pytest.mark.parametrize(
    ("said", "source", "allowed"),
    [
        ("must", "must", True),
        ("plain", "must", True),
        ("must", "plain", True),
        ("must", "should", False),
        ("must", "request", False),
        ("must", "may", False),
        ("must", "view", False),
        ("should", "must", False),
        ("directive", "request", True),
        ("should", "request", True),
        ("plain", "should", False),
        ("may", "need_not", False),
        ("need_not", "must", False),
        ("must", "need_not", False),
        ("not", "plain", False),
        ("plain", "not", False),
        ("cannot", "must_not", True),
        ("must_not", "should_not", False),
        ("need_not", "must_not", False),
        ("can", "cannot", False),
        ("plain", "perhaps", False),
        ("perhaps", "plain", True),
        ("can", "may", True),
    ],
)
def test_what_a_statement_may_say(said: str, source: str, allowed: bool) -> None:  # noqa: FBT001
    assert compatible(modal(said), modal(source)) is allowed


def test_inside_a_sentence_duties_are_not_compared() -> None:
    assert compatible(modal("plain", final=False), modal("should"))
    assert not compatible(modal("not", final=False), modal("plain"))
    assert compatible(modal("hard", final=False), modal("perhaps"))
    assert not compatible(modal("cannot", final=False), modal("perhaps"))


def test_a_noun_says_nothing_of_duty() -> None:
    assert compatible(modal("plain", bare=True), modal("should"))
    assert not compatible(modal("plain", bare=True), modal("need_not"))


def test_hostile_lines_take_no_time() -> None:
    for text in ("なくて" * 5000, "必要" * 10_000, "も" * 20_000, "でき" * 10_000, "認めし" * 7000):
        started = time.perf_counter()
        marks_of(text)
        assert time.perf_counter() - started < 2, text[:6]
