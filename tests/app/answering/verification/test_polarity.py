import time

import pytest

from app.answering.verification.marks import marks_of
from app.answering.verification.morphs import Analyser
from app.answering.verification.polarity import Modal, compatible, is_negative
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


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        ("交換しなければならない。", "must"),
        ("交換してください。", "directive"),
        ("交換をお願いします。", "request"),
        ("交換できます。", "can"),
        ("交換してもよい。", "may"),
        ("交換するかもしれません。", "perhaps"),
        ("交換はしません。", "plain"),
        ("交換は不要です。", "plain"),
    ],
)
def test_a_denial_at_the_end_is_that_of_the_last_alone(end: str, kind: str, analyser: Analyser) -> None:
    for joint in ("使用を中止し、", "使用を中止して、"):
        assert parse(joint + end, analyser).modals[0].kind == kind
    assert parse("使用を中止せず、" + end, analyser).modals[0].kind == "not"
    assert parse("使用を中止するので、" + end, analyser).modals[0].kind == "plain"


def test_a_modality_reaches_no_further_than_the_unit_in_front(analyser: Analyser) -> None:
    modals = parse("箱を開け、中身を出すが、名札は付けてください。", analyser).modals
    assert [(m.unit, m.kind) for m in modals] == [(0, "plain"), (1, "plain"), (2, "directive")]
    modals = parse("箱を開け、台帳に記入し、名札を付けてください。", analyser).modals
    assert [m.kind for m in modals] == ["directive"] * 3


def test_things_done_by_turns_have_one_modality(analyser: Analyser) -> None:
    for text in ("箱を開けたり中身を使ったりできません。", "台帳を編集したり印刷したりできません。"):
        assert [m.kind for m in parse(text, analyser).modals] == ["cannot", "cannot"]
    assert [m.kind for m in parse("箱を開いたりします。", analyser).modals] == ["plain"]


def test_what_another_predicate_speaks_of_is_nested(analyser: Analyser) -> None:
    modals = parse("導入することを社内で計画している。", analyser).modals
    assert [(m.kind, m.nested) for m in modals] == [("plain", True), ("plain", False)]
    whole = "導入することを社内で計画"
    assert modals[1].begin == 0
    assert modals[1].end == len(whole)


@pytest.mark.parametrize(
    "text", ["箱を開けて中身を配る。", "開いた箱を閉じる。", "箱を閉じる場合は総務に連絡する。"]
)
def test_what_is_done_beside_it_is_not_nested(text: str, analyser: Analyser) -> None:
    first, second = parse(text, analyser).modals
    assert not first.nested
    assert second.begin == first.end


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("名札を配ることが重要です。", "view"),
        ("箱を開くことが多い。", "view"),
        ("名札の返却をお願いするのが現実的です。", "view"),
        ("管理できることが多い。", "can"),
        ("管理できないことが多い。", "cannot"),
        ("名札を付けないことが重要である。", "not"),
        ("名札を配ることが重要ではない。", "not"),
        ("名札を配らないことが重要ではない。", "plain"),
        ("管理できないのが重要ではない。", "plain"),
        ("名札を付けないことを周知しなければならない。", "must_not"),
        ("名札を付けないことを来客に周知してください。", "must_not"),
        ("名札を付けられないことを周知することが望ましい。", "should_not"),
        ("名札を付けないことを確認する。", "plain"),
        ("名札を配ることも検討してください。", "directive"),
        ("名札を配ることは認めない。", "must_not"),
    ],
)
def test_what_is_said_of_what_is_done(text: str, kind: str, analyser: Analyser) -> None:
    assert last(text, analyser) == kind


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


SENTENCES = {
    "must": "鍵を変更しなければならない。",
    "directive": "鍵を変更してください。",
    "request": "鍵の変更をお願いします。",
    "should": "鍵を変更することが望ましい。",
    "should_not": "鍵の変更は望ましくありません。",
    "may": "鍵を変更してもよい。",
    "can": "鍵を変更できます。",
    "need_not": "鍵を変更しなくてもよい。",
    "must_not": "鍵を変更してはならない。",
    "cannot": "鍵を変更できません。",
    "hard": "鍵の変更は困難です。",
    "not": "鍵を変更しません。",
    "perhaps": "鍵を変更するかもしれません。",
    "view": "鍵は4月に変更するのが現実的です。",
    "plain": "鍵を変更します。",
}


@pytest.mark.parametrize(
    ("source", "may_be_said"),
    [
        ("must", "must directive request plain"),
        ("directive", "must directive request plain"),
        ("request", "directive request should plain"),
        ("should", "request should view"),
        ("should_not", "should_not"),
        ("may", "may can"),
        ("can", "may can plain"),
        ("need_not", "need_not not"),
        ("must_not", "must_not cannot not"),
        ("cannot", "must_not cannot hard not"),
        ("hard", "cannot hard not"),
        ("not", "need_not must_not cannot not"),
        ("perhaps", "may perhaps"),
        ("view", "request should can perhaps view plain"),
        ("plain", "must directive request can perhaps view plain"),
    ],
)
def test_which_sentences_may_stand_for_which(source: str, may_be_said: str, analyser: Analyser) -> None:
    kinds = {kind: parse(text, analyser).modals[-1] for kind, text in SENTENCES.items()}
    assert kinds[source].kind == source
    allowed = [kind for kind, modal in kinds.items() if compatible(modal, kinds[source])]
    assert " ".join(allowed) == may_be_said


def test_what_denies_forbids_or_releases(analyser: Analyser) -> None:
    negative = [kind for kind, text in SENTENCES.items() if is_negative(parse(text, analyser).modals[-1])]
    assert negative == ["should_not", "need_not", "must_not", "cannot", "hard", "not"]


@pytest.mark.parametrize("duty", ["view", "must", "directive", "request", "should", "can", "may", "plain"])
def test_inside_a_sentence_any_duty_stands_for_any_other(duty: str) -> None:
    for other in ("should", "may", "must"):
        assert compatible(modal(duty, final=False), modal(other))
        assert compatible(modal(other, final=False), modal(duty))
    for other in ("not", "must_not", "need_not", "cannot"):
        assert not compatible(modal(other, final=False), modal(duty))
        assert not compatible(modal(duty, final=False), modal(other))


def test_inside_the_passage_a_plain_word_is_no_duty_either_way() -> None:
    assert compatible(modal("should"), modal("plain", final=False))
    assert compatible(modal("plain"), modal("should", final=False))
    assert not compatible(modal("must"), modal("should", final=False))
    assert not compatible(modal("should"), modal("plain"))


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
