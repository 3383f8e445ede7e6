"""What was asked for stands first; what leans on a sentence moves with it."""

from dataclasses import replace

import pytest

from app.answering.order import in_order
from ingest.models import Passage
from ingest.text.words import Tokenizer

PASSAGE = Passage("p", "m", "m.yaml", "", 0, question="名札はどう管理しますか", question_no=1)
WINDOW = "窓は毎週拭きます。"
CLOCK = "時計は毎朝、標準電波に合わせます。"
BADGE = "名札は受付で返します。"


def ordered(tokenizer: Tokenizer, sentences: list[str], *asked: str) -> list[str]:
    return [sentence for sentence, _ in in_order([(s, PASSAGE) for s in sentences], asked, tokenizer)]


def test_the_sentence_that_holds_what_is_asked_comes_first(tokenizer: Tokenizer) -> None:
    sentences = [WINDOW, CLOCK, BADGE]
    assert ordered(tokenizer, sentences, "時計はどう合わせますか") == [CLOCK, WINDOW, BADGE]
    assert ordered(tokenizer, sentences, "名札は受付ですか") == [BADGE, WINDOW, CLOCK]
    assert ordered(tokenizer, sentences, "窓はどうしますか") == sentences


@pytest.mark.parametrize("asked", [(), ("どうすればよいですか",), ("台車の置き場",)])
def test_where_nothing_tells_the_order_of_the_text_stays(
    tokenizer: Tokenizer, asked: tuple[str, ...]
) -> None:
    assert ordered(tokenizer, [WINDOW, CLOCK, BADGE], *asked) == [WINDOW, CLOCK, BADGE]


@pytest.mark.parametrize(
    "further",
    [
        "ただし、夜は合わせません。",
        "そのため、係を置きます。",
        "いずれの場合も記録します。",
        "より細かな例は台帳にあります。",
    ],
)
def test_what_leans_on_a_sentence_moves_with_it(tokenizer: Tokenizer, further: str) -> None:
    assert ordered(tokenizer, [WINDOW, CLOCK, further, BADGE], "時計の電波") == [
        CLOCK,
        further,
        WINDOW,
        BADGE,
    ]


def test_a_list_and_what_is_announced_move_with_the_sentence_in_front(tokenizer: Tokenizer) -> None:
    listed = ["名札の扱いは次のとおりです。", "受付が確認します。", "・番号を付ける", "・毎日数える"]
    assert ordered(tokenizer, [WINDOW, *listed, CLOCK], "名札の番号") == [*listed, WINDOW, CLOCK]


def test_a_sentence_goes_before_a_list_that_holds_as_much(tokenizer: Tokenizer) -> None:
    listed = ["置き場は次のとおりです。", "・名札", "・鍵"]
    assert ordered(tokenizer, [WINDOW, *listed, BADGE], "名札の色")[0] == BADGE


def test_a_long_list_does_not_win_by_holding_a_word_in_each_item(tokenizer: Tokenizer) -> None:
    listed = ["分野は次のとおりです。", "・名札の色", "・受付の机", "・返却の箱"]
    sentence = "名札は受付に返します。"
    assert ordered(tokenizer, [WINDOW, *listed, sentence], "名札は受付に返却しますか")[0] == sentence


def test_one_word_of_many_moves_nothing(tokenizer: Tokenizer) -> None:
    story = "工場の倉庫で棚卸しの最中に台車と名札と鍵の保管場所と責任者が変わりました"
    assert ordered(tokenizer, [WINDOW, BADGE], story) == [WINDOW, BADGE]


def test_what_only_speaks_of_the_speaker_is_left_out_or_last(tokenizer: Tokenizer) -> None:
    talk, mixed = "話し合う場を開きたいと考えています。", "難しいことは理解しています。"
    assert ordered(tokenizer, [talk, WINDOW], "場を開く話") == [WINDOW]
    assert ordered(tokenizer, [mixed, "ただし、窓は拭きます。", CLOCK], "電波") == [
        CLOCK,
        mixed,
        "ただし、窓は拭きます。",
    ]
    assert ordered(tokenizer, [talk], "場を開く話") == [talk]


def test_of_two_parts_both_count(tokenizer: Tokenizer) -> None:
    both = "名札と時計は総務が預かります。"
    assert ordered(tokenizer, [WINDOW, BADGE, both], "名札は誰が", "時計は誰が")[0] == both


def test_a_row_of_a_table_is_no_item(tokenizer: Tokenizer) -> None:
    row = replace(PASSAGE, columns=("番号", "内容"))
    units = [("番号：1／内容：窓", row), ("番号：2／内容：名札", row)]
    assert in_order(units, ("名札の番号と内容の名札",), tokenizer)[0] == units[1]
