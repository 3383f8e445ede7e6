from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.understand import MOST_PARTS, Question, understand
from ingest.errors import ErrorCode, YorozuError
from ingest.text.words import Tokenizer


def read(raw: str, tokenizer: Tokenizer, limit: int = 2000) -> Question:
    return understand(raw, tokenizer, limit=limit)


def parts(raw: str, tokenizer: Tokenizer) -> list[str]:
    return [part.text for part in read(raw, tokenizer).parts]


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "　\n\t",
        "？！…",
        "・・・",
        "😀👍",
        "\x00\x07",
        "\u200b\ufeff",
        "\ud800",
        "ーー〜",
        "（）「」",
        "➡★",
    ],
)
def test_what_holds_no_word_is_empty(raw: str, tokenizer: Tokenizer) -> None:
    with pytest.raises(YorozuError) as caught:
        read(raw, tokenizer)
    assert caught.value.code is ErrorCode.QUESTION_EMPTY


@pytest.mark.parametrize("raw", ["規", "ｶ", "a", "7", "No17", "々", "Ａ", "⑲"])
def test_one_character_is_a_question(raw: str, tokenizer: Tokenizer) -> None:
    assert len(read(raw, tokenizer).parts) == 1


def test_the_limit_is_the_last_length_allowed(tokenizer: Tokenizer) -> None:
    assert read("規" * 10, tokenizer, 10).text == "規" * 10
    with pytest.raises(YorozuError) as caught:
        read("規" * 11, tokenizer, 10)
    assert caught.value.code is ErrorCode.QUESTION_TOO_LONG
    assert caught.value.detail == {"length": 11, "limit": 10}


def test_too_long_is_said_before_empty(tokenizer: Tokenizer) -> None:
    with pytest.raises(YorozuError) as caught:
        read(" " * 11, tokenizer, 10)
    assert caught.value.code is ErrorCode.QUESTION_TOO_LONG


def test_control_characters_and_halves_of_surrogates_do_no_harm(tokenizer: Tokenizer) -> None:
    text = read("規程\x00は\ud83d\u202e必要\x1bですか", tokenizer).text
    assert text.encode("utf-8")
    assert text.startswith("規程は")
    assert text.endswith("必要ですか")
    assert not any(ord(char) < 0x20 or char == "\u202e" for char in text)


def test_radicals_become_characters_and_printed_marks_stay(tokenizer: Tokenizer) -> None:
    assert read("質問⑲の適⽤は？", tokenizer).text == "質問⑲の適用は？"


def test_one_sentence_is_the_question_itself(tokenizer: Tokenizer) -> None:
    assert parts("時計が遅れるので困っています。", tokenizer) == ["時計が遅れるので困っています。"]


def test_a_story_with_the_question_last_asks_the_last(tokenizer: Tokenizer) -> None:
    story = "部品を作っています。先月、工場の時計が遅れました。工場の時計の電池は何年ごとに交換しますか。"
    question = read(story, tokenizer)
    assert question.text == story
    assert [p.text for p in question.parts] == ["工場の時計の電池は何年ごとに交換しますか。"]


def test_a_question_that_says_little_leans_on_the_sentence_before(tokenizer: Tokenizer) -> None:
    found = parts("当社は小さな会社です。工場の時計の電池が切れました。どうすればよいですか。", tokenizer)
    assert found == ["工場の時計の電池が切れました。どうすればよいですか。"]


def test_a_question_with_one_matter_leans_even_if_it_has_words(tokenizer: Tokenizer) -> None:
    found = read("来客の名札の見本はありますか。今後の枚数も知りたいです。", tokenizer).parts
    assert [(p.said, p.leans) for p in found] == [
        ("来客の名札の見本はありますか。", False),
        ("今後の枚数も知りたいです。", True),
    ]
    assert found[1].text == "来客の名札の見本はありますか。今後の枚数も知りたいです。"


def test_the_closing_of_a_mail_asks_nothing(tokenizer: Tokenizer) -> None:
    mail = (
        "お世話になっております。工場の時計の電池は何年ごとに交換しますか。"
        "今週中に総務の田中までご連絡ください。何卒よろしくお願いいたします。"
    )
    found = read(mail, tokenizer).parts
    assert [(p.said, p.due) for p in found] == [
        ("工場の時計の電池は何年ごとに交換しますか。", True),
        ("今週中に総務の田中までご連絡ください。", False),
    ]
    assert found[1].clauses == ()


def test_a_wish_is_the_question_where_nothing_else_asks(tokenizer: Tokenizer) -> None:
    wish = "工場の時計の電池を換えたいです。"
    assert [(p.said, p.due) for p in read("困っています。" + wish, tokenizer).parts] == [(wish, True)]
    assert [p.due for p in read(wish + "来客の名札は誰が管理しますか。", tokenizer).parts] == [False, True]


def test_a_question_may_end_without_its_verb(tokenizer: Tokenizer) -> None:
    assert parts("時計の電池の換え方を教えてください。それと来客の名札の見本も。", tokenizer) == [
        "時計の電池の換え方を教えてください。",
        "それと来客の名札の見本も。",
    ]


def test_several_questions_are_several_parts_in_order(tokenizer: Tokenizer) -> None:
    raw = "工場の時計の電池はいつ交換しますか。来客の名札は誰が受付で管理しますか。"
    assert parts(raw, tokenizer) == [
        "工場の時計の電池はいつ交換しますか。",
        "来客の名札は誰が受付で管理しますか。",
    ]


def test_a_list_is_read_without_its_marks(tokenizer: Tokenizer) -> None:
    raw = (
        "①工場の時計の電池はいつ交換しますか\n"
        "・来客の名札は誰が受付で管理しますか\n"
        "3. 廊下の電球は誰に連絡して替えますか"
    )
    assert parts(raw, tokenizer) == [
        "工場の時計の電池はいつ交換しますか",
        "来客の名札は誰が受付で管理しますか",
        "廊下の電球は誰に連絡して替えますか",
    ]


@pytest.mark.parametrize(
    "mark", ["・", "●", "○", "◆", "■", "- ", "* ", "②", "(1)", "（2）", "3.", "4、", "12．"]
)
def test_each_kind_of_list_mark(mark: str, tokenizer: Tokenizer) -> None:
    raw = f"  {mark}工場の時計の電池はいつ交換しますか\n{mark}来客の名札は誰が受付で管理しますか"
    assert parts(raw, tokenizer) == [
        "工場の時計の電池はいつ交換しますか",
        "来客の名札は誰が受付で管理しますか",
    ]


def test_a_number_in_front_that_counts_is_no_mark(tokenizer: Tokenizer) -> None:
    raw = "2027年の時計の電池はいつ交換しますか\n3名の来客の名札は誰が受付で管理しますか"
    assert parts(raw, tokenizer) == raw.split("\n")


@pytest.mark.parametrize(
    ("first", "asked"),
    [
        ("工場の時計の電池は必要ですか", True),
        ("工場の時計の電池はいつ交換しますか", True),
        ("工場の時計の電池はいつ交換しましたか", True),
        ("工場の時計の電池は交換できませんか", True),
        ("工場の時計の電池の換え方を教えてください", True),
        ("工場の時計の電池が切れました", False),
        ("工場の時計の電池が切れかけです", False),
        ("工場の時計の電池を交換します", False),
        ("工場の時計の電池が交換できません", False),
    ],
)
def test_a_blank_may_stand_for_the_full_stop(first: str, asked: bool, tokenizer: Tokenizer) -> None:  # noqa: FBT001
    second = "来客の名札は誰が受付で管理しますか"
    for blank in (" ", "　　"):
        assert parts(first + blank + second, tokenizer) == ([first] if asked else []) + [second]


def test_a_blank_elsewhere_ends_no_sentence(tokenizer: Tokenizer) -> None:
    assert len(parts("工場の 時計は 誰が受付で 管理しますか", tokenizer)) == 1
    assert len(parts("工場の時計の電池はいつ交換しますか ", tokenizer)) == 1


def test_a_mark_of_feeling_is_no_sentence(tokenizer: Tokenizer) -> None:
    assert parts("工場の時計の電池はいつ交換しますか。\n😀", tokenizer) == [
        "工場の時計の電池はいつ交換しますか。\n😀"
    ]


def test_what_a_tag_says_is_not_asked_unless_nothing_else_is(tokenizer: Tokenizer) -> None:
    assert parts("<b>工場の時計の電池</b>はいつ交換しますか", tokenizer) == [
        "工場の時計の電池はいつ交換しますか"
    ]
    assert parts("<b title='時計'>", tokenizer) == ["<b title='時計'>"]


def test_it_leans_on_as_many_sentences_as_it_takes(tokenizer: Tokenizer) -> None:
    raw = "工場の時計の電池が切れました。困っています。どうすればよいですか。"
    assert parts(raw, tokenizer) == [raw]
    assert parts("困っています。どうすればよいですか。", tokenizer) == [
        "困っています。どうすればよいですか。"
    ]
    (part,) = read(raw, tokenizer).parts
    assert (part.said, part.leans) == ("どうすればよいですか。", False)  # on no other question


def test_no_more_than_the_most_parts_and_none_twice(tokenizer: Tokenizer) -> None:
    topics = ["時計", "名札", "電球", "植木", "空調", "掃除"]
    raw = "".join(f"工場の{topic}は誰が管理していますか。" for topic in topics)
    assert len(parts(raw, tokenizer)) == MOST_PARTS
    assert len(parts("工場の時計は誰が管理しますか。" * 3, tokenizer)) == 1


def test_clauses_are_the_things_joined(tokenizer: Tokenizer) -> None:
    (part,) = read("時計の電池の交換と、来客の名札の管理はどうしますか", tokenizer).parts
    assert len(part.clauses) == 2
    assert "電池" in part.clauses[0]
    assert "名札" in part.clauses[1]


@pytest.mark.parametrize(
    "joint",
    [
        *(
            "また",
            "、また、",
            "それと",
            "それから",
            "あと",
            "かつ",
            "および",
            "及び",
            "並びに",
            "ならびに",
            "と、",
        ),
        *("、", " ", "　", "&", "＆", "+", "＋", "/", "／", "と"),
    ],
)
def test_what_joins_two_things(joint: str, tokenizer: Tokenizer) -> None:
    (part,) = read(f"工場の時計の電池{joint}来客の名札の管理はどうしますか", tokenizer).parts
    assert part.clauses == ("工場の時計の電池", "来客の名札の管理はどうしますか")


@pytest.mark.parametrize(
    "background",
    [
        "工場の時計の電池が切れましたが、",
        "工場の時計の電池が切れたけど",
        "工場の時計の電池が切れたけれども、",
        "工場の時計の電池が切れたので",
        "工場の時計の電池が切れたから、",
        "工場の時計の電池が切れたため、",
    ],
)
def test_a_background_is_a_clause_of_its_own(background: str, tokenizer: Tokenizer) -> None:
    (part,) = read(background + "来客の名札の管理はどうしますか", tokenizer).parts
    assert part.clauses == (background.rstrip("、"), "来客の名札の管理はどうしますか")


@pytest.mark.parametrize(
    "raw",
    [
        "時計と名札の管理はどうしますか",  # 時計 alone is no topic
        "工場の時計の電池と名札はどうしますか",
        "工場の時計の電池が来客の名札に付いていますか",
        "工場の時計の電池を換えることと思いますか",
        "工場の時計の電池を換えるひと手間の費用はどうしますか",
        "工場の時計の電池を換えたこと自体の記録はどうしますか",
    ],
)
def test_what_names_one_topic_is_left_whole(raw: str, tokenizer: Tokenizer) -> None:
    (part,) = read(raw, tokenizer).parts
    assert part.clauses == ()


def test_more_clauses_than_the_most_are_none(tokenizer: Tokenizer) -> None:
    topics = [f"工場の{topic}の管理" for topic in ("時計", "名札", "電球", "植木", "空調")]
    assert [len(read("、".join(topics[:n]), tokenizer).parts[0].clauses) for n in (1, 2, 4, 5)] == [
        0,
        2,
        4,
        0,
    ]


def test_a_single_topic_has_no_clauses(tokenizer: Tokenizer) -> None:
    (part,) = read("名札はどう管理しますか", tokenizer).parts
    assert part.clauses == ()


def test_item_numbers_of_the_whole_question(tokenizer: Tokenizer) -> None:
    assert read("当社はNo９４～９６が未達です。No17はどうですか。", tokenizer).item_nos == (94, 95, 96, 17)


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer()


@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=60))
def test_any_text_is_understood_or_refused(raw: str) -> None:
    try:
        question = understand(raw, _tokenizer(), limit=2000)
    except YorozuError as error:
        code = error.code
    else:
        code = ErrorCode.QUESTION_EMPTY
        assert 1 <= len(question.parts) <= MOST_PARTS
        assert all(part.text and len(part.clauses) != 1 for part in question.parts)
        assert question.text.encode("utf-8")
    assert code is ErrorCode.QUESTION_EMPTY  # the one reason to refuse


@pytest.mark.parametrize(
    ("asked", "clauses"),
    [
        (
            "教育の教材と、意識向上の啓発の進め方を教えて",
            ("教育の教材を教えてください", "意識向上の啓発の進め方を教えて"),
        ),
        ("訓練の頻度および記録の残し方を知りたい", ("訓練の頻度を教えてください", "記録の残し方を知りたい")),
        ("訓練は毎年ですが、記録の残し方を教えて", ("訓練は毎年ですが", "記録の残し方を教えて")),
        ("訓練の頻度と、記録の残し方はどう決めますか", ("訓練の頻度", "記録の残し方はどう決めますか")),
    ],
)
def test_what_is_asked_of_the_last_thing_is_asked_of_all(
    asked: str, clauses: tuple[str, ...], tokenizer: Tokenizer
) -> None:
    assert understand(asked, tokenizer, limit=2000).parts[0].clauses == clauses
