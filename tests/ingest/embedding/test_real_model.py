"""The converted default model, as it is shipped."""

import numpy as np
import pytest

from ingest.embedding.sentence_embedder import SentenceEmbedder

pytestmark = pytest.mark.model

# Question, a passage that answers it in other words, a passage of the same field that does not.
TRIPLES = [
    (
        "専任の担当者がいないのですが、規程はどう作ればよいですか",
        "兼任でも担当者を決め、公開されたひな形を手直しして社内の決まりを作ります。",
        "委託先との契約が終わるときは、預けた情報を返してもらうか消去を確かめます。",
    ),
    (
        "パスワードは定期的に変えるべきでしょうか",
        "合い言葉の定期変更は求めません。長く推測されにくいものを使い回さないことが大切です。",
        "入退室の記録は一年間保管し、責任者が毎月確認します。",
    ),
    (
        "退職者のアカウントはいつ消せばよいか",
        "会社を辞めた人の利用者IDは、最終出社日のうちに使えなくしてください。",
        "停電に備えて、重要な機器には無停電電源装置を付けます。",
    ),
]


@pytest.mark.parametrize(("question", "near", "far"), TRIPLES)
def test_the_answer_in_other_words_is_nearer(
    embedder: SentenceEmbedder, question: str, near: str, far: str
) -> None:
    asked = embedder.query(question)
    good, bad = embedder.passages([near, far])
    assert asked @ good > asked @ bad + 0.02


def test_similarity_follows_meaning_step_by_step(embedder: SentenceEmbedder) -> None:
    """As in JSTS: the same scene, a related scene, another scene."""
    base, same, related, other = (
        embedder.query(text)
        for text in (
            "台所で女性が料理をしています。",
            "女の人がキッチンで食事を作っている。",
            "台所のテーブルに皿が並んでいます。",
            "海の上をヨットが走っています。",
        )
    )
    assert base @ same > base @ related > base @ other


def test_spelling_of_width_and_blanks_does_not_matter(embedder: SentenceEmbedder) -> None:
    np.testing.assert_allclose(embedder.query("Ｎｏ９４　ｻｰﾊﾞ"), embedder.query("No94 サーバ"), atol=1e-6)
    assert embedder.count_tokens("９４～９６") == embedder.count_tokens("94～96")
    assert embedder.count_tokens("サーバー") <= 3
    assert embedder.count_tokens("") == 0


def test_vectors_do_not_depend_on_their_neighbours_in_a_batch(embedder: SentenceEmbedder) -> None:
    text = "兼任でも担当者を決めます。"
    alone = embedder.passages([text])[0]
    among = embedder.passages([text, "長い文章。" * 60, "短い"])[0]
    np.testing.assert_allclose(alone, among, atol=1e-6)


def test_name_and_dimension(embedder: SentenceEmbedder) -> None:
    assert embedder.name.startswith("multilingual-e5-small-q4@")
    assert embedder.dimension == 384
    assert np.linalg.norm(embedder.query("質問")) == pytest.approx(1, abs=1e-5)


def test_empty_and_endless_texts_give_vectors_too(embedder: SentenceEmbedder) -> None:
    vectors = embedder.passages(["", "規程" * 5000])
    assert np.isfinite(vectors).all()
    assert vectors.shape == (2, 384)
