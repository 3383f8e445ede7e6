from ingest.models import Block, Qa, Reference
from ingest.readers.consultation import find_consultation
from ingest.readers.consultation_references import find_pages
from ingest.text.normalise import clean


def answer(text: str, question: str = "鍵はどう管理しますか。") -> Qa:
    blocks = [
        Block("paragraph", line) for line in clean(f"質問①\n質問内容：{question}\n回答：{text}").split("\n")
    ]
    found, _ = find_consultation(blocks, file_stem="x", title=None)
    assert found is not None
    return found.qas[0]


def test_broken_lines_become_sentences_without_blanks() -> None:
    qa = answer(
        "鍵は管理責任者が一元的に保管し、貸し出すときは台帳に氏名と時刻を記入することとして\n"
        "います。返却のときも同じ台帳に記入し、責任者が毎週確認することになってい\nます。\n\n次の段落です。"
    )
    first = (
        "鍵は管理責任者が一元的に保管し、貸し出すときは台帳に氏名と時刻を記入することとしています。"
        "返却のときも同じ台帳に記入し、責任者が毎週確認することになっています。"
    )
    assert qa.answer.split("\n") == [first, "次の段落です。"]


def test_a_blank_line_inside_a_sentence_is_bridged() -> None:
    qa = answer(
        "そのような場合には、外部の専門家が作成した手引きが役に\n\n立つものと思います。"
        "監視基盤(Log \n\nManagement）も使えます。"
    )
    whole = "そのような場合には、外部の専門家が作成した手引きが役に立つものと思います。"
    assert qa.answer == whole + "監視基盤(Log Management）も使えます。"


def test_list_items_and_short_lines_stay_lines() -> None:
    text = "次の順に行います。\n①棚卸し\n②保管（手順書：別紙）\n・予備を作る\n活動の例\n定例会（共有）\n点検"
    assert answer(text).answer == text


def test_an_item_goes_on_until_its_full_stop() -> None:
    qa = answer(
        "体制は次のとおりです。\n・全体を統括する立場として\n最高責任者：CISOを設定する。\n・委員会を置く。"
    )
    assert qa.answer.split("\n")[1:] == [
        "・全体を統括する立場として最高責任者：CISOを設定する。",
        "・委員会を置く。",
    ]


def test_bare_addresses_stand_in_the_references_only() -> None:
    qa = answer(
        "台帳を使います。\n\nhttps://example.jp/a.html\nhttps://example.jp/a.html\nhttps://example.jp/b_(1).pdf"
    )
    assert qa.answer == "台帳を使います。"
    assert qa.references == (
        Reference("", "https://example.jp/a.html"),
        Reference("", "https://example.jp/b_(1).pdf"),
    )


def test_labels_get_their_address_and_pages() -> None:
    qa = answer(
        "次を参考にしてください。\n\n参考資料\n"
        "■協会：鍵の管理の手引き第2版 P20（2）、22（3）\n①手順１（P20）：棚卸し\n\n"
        "■協会：鍵の管理の手引き\n付録4：台帳のひな形\n\n鍵の管理の手引き | 資料 | 協会\n\nhttps://example.jp/key.html"
    )
    assert qa.references == (
        Reference(
            "■協会：鍵の管理の手引き第2版 P20（2）、22（3）",
            "https://example.jp/key.html",
            pages="P20（2）、22（3）",
        ),
        Reference("■協会：鍵の管理の手引き 付録4：台帳のひな形"),
        Reference("鍵の管理の手引き | 資料 | 協会"),
    )
    assert "①手順１（P20）：棚卸し" in qa.answer
    assert "付録4：台帳のひな形" in qa.answer
    assert "| 協会" not in qa.answer


def test_labels_and_addresses_in_the_same_order_belong_together() -> None:
    qa = answer(
        "次のとおりです。\n•付録1：台帳（全2ページ）\n•付録2：掲示（全9ページ）\n\nhttps://example.jp/1\nhttps://example.jp/2"
    )
    assert qa.references == (
        Reference("付録1：台帳（全2ページ）", "https://example.jp/1"),
        Reference("付録2：掲示（全9ページ）", "https://example.jp/2"),
    )


def test_an_address_in_a_line_belongs_to_that_line() -> None:
    qa = answer("台帳を使います。\n出典: 協会の見本 https://example.jp/a\n\nhttps://example.jp/a")
    assert qa.references == (Reference("出典: 協会の見本", "https://example.jp/a"),)
    assert qa.answer.endswith("出典: 協会の見本 https://example.jp/a")


def test_pages_of_a_sentence_go_to_the_label_of_the_document() -> None:
    qa = answer(
        "「協会 鍵の管理の手引き第2版」のP28には例があります。\n＜参考＞ 鍵の管理の手引き第2版 (example.jp)\n\nhttps://example.jp/k.pdf"
    )
    assert qa.references == (
        Reference("＜参考＞ 鍵の管理の手引き第2版 (example.jp)", "https://example.jp/k.pdf", pages="P28"),
    )


def test_an_address_broken_over_lines_is_whole() -> None:
    qa = answer("次に掲げています。\nhttps://example.jp/keys/guides/very/long/path/invoic\ne.htm\n以上です。")
    assert [ref.url for ref in qa.references] == ["https://example.jp/keys/guides/very/long/path/invoice.htm"]
    assert qa.answer == "次に掲げています。\n以上です。"


def test_a_flattened_checklist_table_gives_the_item() -> None:
    qa = answer(
        "次のとおりです。\n\n№ 内容 解説書\n\n30\n鍵の区分に応じた取り扱いに関する教育を\n行っている\n\n"
        "ー\n■協会：手引き P5\n\nー協会「手引き」 抜粋ー"
    )
    assert qa.item_nos == (30,)
    assert qa.answer == (
        "次のとおりです。\n30 鍵の区分に応じた取り扱いに関する教育を行っている\n"
        "■協会：手引き P5\n協会「手引き」 抜粋"
    )


def test_items_come_from_the_question_not_from_pages() -> None:
    qa = answer(
        "手引きのP55を見てください。質問①④で紹介しました。",
        question="No91、No９４～９６の範囲はどこまでですか。",
    )
    assert qa.item_nos == (91, 94, 95, 96)


def test_template_residue_is_dropped_and_other_text_is_not() -> None:
    qa = answer("\n議題１ 内容をここに書く\n様式には理由をここに書く欄があります。")
    assert qa.answer == "様式には理由をここに書く欄があります。"


def test_pages_as_printed() -> None:
    assert find_pages("手引き P54～64") == "P54～64"
    assert find_pages("手引きP20（2）、22（3）、付録4") == "P20（2）、22（3）"
    assert find_pages("脅威 組織編85ページ") == "85ページ"
    assert find_pages("台帳（全45ページ）") is None
    assert find_pages("HTTP2 の説明") is None
