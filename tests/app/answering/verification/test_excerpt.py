from app.answering.verification.excerpt import excerpt, nearness


def test_what_is_short_stays_whole() -> None:
    assert excerpt("何か", ["一つ目。", "二つ目。"]) == "一つ目。\n二つ目。"


def test_of_long_passages_the_nearest_sentences_stay_in_their_order() -> None:
    other = [f"{n}番目の段落では別の事柄をいろいろと長く述べています。" for n in range(30)]
    quote = "".join([*other[:15], "ログは90日保存する。", *other[15:], "ログの点検は毎月行う。"])
    found = excerpt("ログは90日保存し、点検を毎月行います。", [quote])
    assert len(found) <= 400
    assert 0 <= found.find("ログは90日保存する。") < found.find("ログの点検は毎月行う。")


def test_one_sentence_that_is_too_long_is_all_there_is() -> None:
    assert excerpt("ログ", ["ログ" * 300]) == "ログ" * 300


def test_nearness_is_that_to_one_sentence() -> None:
    quotes = ["ログは90日保存する。点検は毎月行う。", "記録は消さない。"]
    assert nearness("ログは90日保存する。", quotes) == 1.0
    assert 0.5 < nearness("ログは30日保存する。", quotes) < 1.0
    assert nearness("ログは90日保存する。", quotes[1:]) < 0.2
    assert nearness("", quotes) == nearness("文", []) == 0.0
