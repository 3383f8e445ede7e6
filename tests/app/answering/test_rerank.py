from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.answering.rerank import CrossEncoder, Reranker, check_japanese, open_cross_encoder
from app.answering.rerank_trials import TRIALS
from app.answering.retrieve import Candidate, Retriever
from ingest.errors import ErrorCode, YorozuError
from ingest.index.reader import Index
from ingest.models import Passage
from ingest.text.normalise import fold
from ingest.text.words import Tokenizer
from tests.fakes.cross_encoder import EnglishCrossEncoder, FakeCrossEncoder, LetterCrossEncoder


def candidates(count: int, *exact: int) -> list[Candidate]:
    """As search hands them over: best first, those about an item number in front."""
    return [
        Candidate(
            row=n,
            passage=Passage(f"p{n}", "s", "s.txt", f"文{n}。", n, heading=("見出し",)),
            score=(3.0 if n in exact else 1.0) - n / 100,
            cosine=0.5,
            question_cosine=0.5,
            sentence_cosine=0.5,
            item_match=n in exact,
        )
        for n in range(count)
    ]


def reranker(model: CrossEncoder, depth: int = 20, budget_ms: float = 1e6) -> Reranker:
    return Reranker(lambda: model, depth=depth, budget_ms=budget_ms, clock=lambda: 0.0)


def order(found: tuple[Candidate, ...]) -> list[int]:
    return [candidate.row for candidate in found]


class Clock:
    """Stands still until somebody works."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def work(self, seconds: float) -> None:
        self.now += seconds


def test_the_model_decides_the_order_and_ties_keep_theirs() -> None:
    model = FakeCrossEncoder("文2。", "文0。")
    given = candidates(5)
    found = reranker(model).order("問い", given)
    assert order(found) == [2, 0, 1, 3, 4]
    assert [candidate.passage for candidate in found] == [given[n].passage for n in (2, 0, 1, 3, 4)]


def test_it_reads_the_question_with_headings_and_text() -> None:
    model = FakeCrossEncoder()
    reranker(model).order("問い", candidates(1))
    assert model.read == [[("問い", "見出し\n文0。")]]


def test_scores_are_handed_out_anew() -> None:
    """They stay those of the search, best first: what follows looks at the distance between them."""
    given = candidates(6)
    found = reranker(FakeCrossEncoder("文5。", "文3。")).order("問い", given)
    assert order(found)[:2] == [5, 3]
    assert [candidate.score for candidate in found] == [candidate.score for candidate in given]


def test_no_more_than_the_depth_is_read_and_the_rest_stays_behind() -> None:
    model = FakeCrossEncoder("文9。", "文5。", "文4。")
    found = reranker(model, depth=6).order("問い", candidates(10))
    assert sum(len(batch) for batch in model.read) == 6
    assert order(found) == [5, 4, 0, 1, 2, 3, 6, 7, 8, 9]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_few_candidates_are_enough(count: int) -> None:
    assert order(reranker(FakeCrossEncoder()).order("問い", candidates(count))) == list(range(count))


def test_what_is_about_the_item_asked_for_stays_in_front() -> None:
    model = FakeCrossEncoder("文4。", "文3。", "文1。")
    given = candidates(5, 0, 1)
    found = reranker(model, depth=2).order("No17の問い", given)
    assert order(found) == [0, 1, 3, 2, 4]
    assert found[:2] == tuple(given[:2])
    assert {passage for batch in model.read for _, passage in batch} == {"見出し\n文2。", "見出し\n文3。"}


@pytest.mark.parametrize(
    ("budget_ms", "read"), [(1, 4), (400, 4), (401, 8), (800, 8), (801, 12), (10_000, 20)]
)
def test_it_stops_when_its_time_is_up(budget_ms: float, read: int) -> None:
    clock = Clock()
    model = FakeCrossEncoder("文19。", after=lambda pairs: clock.work(pairs * 0.1))
    ordering = Reranker(lambda: model, depth=20, budget_ms=budget_ms, clock=clock)
    found = ordering.order("問い", candidates(20))
    assert sum(len(batch) for batch in model.read) == read
    assert order(found) == ([19, *range(19)] if read == 20 else list(range(20)))


def test_loading_does_not_count_as_reading() -> None:
    clock = Clock()
    model = FakeCrossEncoder()

    def load() -> CrossEncoder:
        clock.work(60)
        return model

    Reranker(load, depth=8, budget_ms=100, clock=clock).order("問い", candidates(8))
    assert sum(len(batch) for batch in model.read) == 8


def test_it_is_loaded_once_for_all_threads() -> None:
    loaded: list[CrossEncoder] = []

    def load() -> CrossEncoder:
        loaded.append(FakeCrossEncoder("文2。"))
        return loaded[-1]

    ordering = Reranker(load, depth=20, budget_ms=1e6)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: order(ordering.order("問い", candidates(4))), range(24)))
    assert found == [[2, 0, 1, 3]] * 24
    assert len(loaded) == 1


@pytest.mark.parametrize("model", [EnglishCrossEncoder(), LetterCrossEncoder()])
def test_a_model_that_cannot_tell_japanese_is_refused_every_time(model: CrossEncoder) -> None:
    ordering = reranker(model)
    for call in (ordering.warm, lambda: ordering.order("問い", candidates(3))):
        with pytest.raises(YorozuError) as caught:
            call()
        assert caught.value.code is ErrorCode.RERANKER_NOT_JAPANESE
        assert caught.value.detail["of"] == len(TRIALS)
        assert caught.value.detail["right"] < 6
    assert "YOROZU_RERANKER" in caught.value.message


class NearlyRight:
    """Gets the first `right` trials right; the others tie."""

    def __init__(self, right: int) -> None:
        self._right = [text for _, text, _ in TRIALS[:right]]

    def predict(self, inputs: Any, *, show_progress_bar: bool) -> Any:  # noqa: ARG002 - the model's interface
        return np.array([float(text in self._right) for _, text in inputs])


def test_three_of_four_trials_must_come_out_right() -> None:
    check_japanese(NearlyRight(8))
    check_japanese(NearlyRight(6))
    with pytest.raises(YorozuError) as caught:
        check_japanese(NearlyRight(5))
    assert caught.value.detail["right"] == 5


def test_no_text_stands_twice_in_the_trials() -> None:
    texts = [text for trial in TRIALS for text in trial]
    assert len({fold(text) for text in texts}) == len(texts) == 24


def test_search_gives_the_order_of_the_reranker(index: Index, tokenizer: Tokenizer) -> None:
    plain = Retriever(tokenizer, None).search(index, "名札と時計と電球の管理", (), 5).candidates
    last = plain[-1].passage.text
    ordering = reranker(FakeCrossEncoder(last))
    found = (
        Retriever(tokenizer, None, reranker=ordering)
        .search(index, "名札と時計と電球の管理", (), 5)
        .candidates
    )
    assert found[0].passage.text == last
    assert [c.row for c in found[1:]] == [c.row for c in plain[:-1]]
    assert [c.score for c in found] == [c.score for c in plain]


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real cross-encoder of random weights whose vocabulary is a few letters."""
    import torch
    from tokenizers import Tokenizer as Letters
    from tokenizers import models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("cross") / "tiny"
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    words = {letter: n for n, letter in enumerate([*marks, *dict.fromkeys("規程専任者質問をどう作る")])}
    letters = Letters(models.WordLevel(words, unk_token="[UNK]"))
    letters.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    letters.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    sizes: dict[str, Any] = {
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 64,
        "num_labels": 1,
    }
    BertForSequenceClassification(BertConfig(vocab_size=len(words), **sizes)).save_pretrained(folder)
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token"), marks, strict=True))
    make_fast: Any = PreTrainedTokenizerFast
    make_fast(tokenizer_object=letters, model_max_length=64, **names).save_pretrained(folder)
    return folder


def test_a_local_folder_is_opened(tiny_folder: Path) -> None:
    model = open_cross_encoder(str(tiny_folder))
    pairs = [("規程をどう作る", "専任者"), ("規程をどう作る", "質問" * 200), ("質問", "専任者")]
    scores = model.predict(pairs, show_progress_bar=False)
    assert scores.shape == (3,)
    assert np.isfinite(scores).all()
    assert len(set(scores.tolist())) == 3
    again = open_cross_encoder(str(tiny_folder)).predict(pairs, show_progress_bar=False)
    np.testing.assert_allclose(scores, again, atol=1e-6)


def test_a_model_that_has_learnt_nothing_is_refused(tiny_folder: Path) -> None:
    with pytest.raises(YorozuError) as caught:
        Reranker(lambda: open_cross_encoder(str(tiny_folder)), depth=4, budget_ms=1e3).warm()
    assert caught.value.code is ErrorCode.RERANKER_NOT_JAPANESE


@pytest.mark.parametrize("name", ["/no/such/folder", "./no-such-model", "a/b/c"])
def test_a_folder_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(YorozuError) as caught:
        open_cross_encoder(name)
    assert caught.value.code is ErrorCode.MODEL_UNAVAILABLE
    assert name in caught.value.message


@pytest.mark.parametrize("fault", ["empty", "no weights", "garbled weights"])
def test_a_folder_without_a_model_is_a_clear_error(tiny_folder: Path, tmp_path: Path, fault: str) -> None:
    for path in tiny_folder.iterdir():
        if fault != "empty" and path.name != "model.safetensors":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    if fault == "garbled weights":
        (tmp_path / "model.safetensors").write_bytes(b"x" * 100)
    with pytest.raises(YorozuError) as caught:
        open_cross_encoder(str(tmp_path))
    assert caught.value.code is ErrorCode.MODEL_UNAVAILABLE
    assert str(tmp_path) in caught.value.message
