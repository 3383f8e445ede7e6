import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.embedding import judge, load
from ingest.embedding.adapter import EMBEDDER_ADAPTER, JUDGE_ADAPTER, Adapter, Head, read_adapter, read_head
from ingest.embedding.convert import PASSAGE_PREFIX, QUERY_PREFIX
from ingest.embedding.judge import EvidenceJudge, pair_ids
from ingest.embedding.load import load_judge
from ingest.embedding.open_folder import open_session, open_tokenizer
from ingest.embedding.packaged_model import JUDGE, convert_file
from ingest.errors import ErrorCode, YorozuError
from ingest.settings import Settings
from tests.fakes.tiny_model import HIDDEN, make_packed, tiny_file, tiny_shapes

PASSAGES = ("規程、専任者。", "サーバ96", "質問" * 30, "A", "規程、専任者。")
HEAD = Head(np.random.default_rng(5).normal(size=HIDDEN).astype(np.float32), -0.5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A converted tiny model whose window holds a pair of the full length."""
    content = make_packed(tiny_shapes(positions=judge.QUESTION_TOKENS + judge.PASSAGE_TOKENS)).content
    folder = tmp_path_factory.mktemp("models") / "tiny"
    convert_file(content, tiny_file(content), folder, title="tiny")
    return folder


def code_of_scores(given: EvidenceJudge) -> ErrorCode:
    with pytest.raises(YorozuError) as caught:
        given.scores("規程", ["規程"])
    return caught.value.code


def test_a_pair_is_one_text_with_both_prefixes(folder: Path) -> None:
    tokenizer = open_tokenizer(folder)
    ids = pair_ids(tokenizer, "規程", "専任者")
    first, last = (tokenizer.encode("").ids[place] for place in (0, -1))
    asked = tokenizer.encode(QUERY_PREFIX + "規程").ids
    given = tokenizer.encode(PASSAGE_PREFIX + "専任者").ids
    assert ids == [*asked, *given[1:]]
    assert (ids[0], ids[-1], ids.count(first), ids.count(last)) == (first, last, 1, 2)


@pytest.mark.parametrize(("length", "kept"), [(20, None), (95, 96), (2000, 96)])
def test_a_long_question_leaves_room_for_the_passage(folder: Path, length: int, kept: int | None) -> None:
    tokenizer = open_tokenizer(folder)
    asked = tokenizer.encode(QUERY_PREFIX + "規" * length).ids
    passage = tokenizer.encode(PASSAGE_PREFIX + "程" * 50).ids[1:]
    assert pair_ids(tokenizer, "規" * length, "程" * 50) == [*asked[:kept], *passage]


def test_a_long_passage_is_cut_to_its_share(folder: Path) -> None:
    tokenizer = open_tokenizer(folder)
    asked = len(tokenizer.encode(QUERY_PREFIX + "規程").ids)
    passage = tokenizer.encode(PASSAGE_PREFIX + "程" * 999).ids[1:]
    ids = pair_ids(tokenizer, "規程", "程" * 999)
    assert ids[asked:] == passage[: judge.PASSAGE_TOKENS]
    most = judge.QUESTION_TOKENS + judge.PASSAGE_TOKENS
    assert len(pair_ids(tokenizer, "規" * 999, "程" * 999)) == most
    assert ids[asked:] == pair_ids(tokenizer, "規程", "程" * 999, passage_tokens=7)[asked:] + passage[7:96]


def test_scores_are_finite_in_order_and_each_its_own(folder: Path) -> None:
    reader = EvidenceJudge(folder, HEAD)
    scores = reader.scores("規程？", PASSAGES)
    assert scores.shape == (5,)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert scores[0] == scores[4]
    assert len(set(scores.tolist())) == 4
    alone = [float(reader.scores("規程？", [passage])[0]) for passage in PASSAGES]
    assert scores.tolist() == alone
    assert reader.scores("規程？", []).shape == (0,)
    assert np.isfinite(reader.scores("規" * 5000, ["程" * 5000])).all()


def test_a_score_is_the_head_over_the_mean_token(folder: Path) -> None:
    session = open_session(folder, open_tokenizer(folder))
    ids = np.array([pair_ids(session.tokenizer, "規程", "専任者")], np.int64)
    tokens = session.run({"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
    expected = float(tokens.mean(axis=0) @ HEAD.weights) + HEAD.bias
    assert float(EvidenceJudge(folder, HEAD).scores("規程", ["専任者"])[0]) == pytest.approx(expected)
    nothing = Head(np.zeros(HIDDEN, np.float32), 1.5)
    assert EvidenceJudge(folder, nothing).scores("規程", ["専任者"]).tolist() == [1.5]


def test_threads_share_one_judge(folder: Path) -> None:
    reader = EvidenceJudge(folder, HEAD)
    with ThreadPoolExecutor(8) as pool:  # the first of them load it
        found = list(pool.map(lambda passage: float(reader.scores("規程", [passage])[0]), PASSAGES * 8))
    alone = EvidenceJudge(folder, HEAD).scores("規程", PASSAGES).tolist()
    assert found == alone * 8


def test_nothing_is_loaded_before_the_first_pair(tmp_path: Path) -> None:
    assert code_of_scores(EvidenceJudge(tmp_path / "nowhere", HEAD)) is ErrorCode.MODEL_UNAVAILABLE


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "onnx/encoder_int8.onnx"])
@pytest.mark.parametrize("content", [None, b"", b"{", b"[1]"])
def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    made = make_packed(tiny_shapes()).content
    folder = tmp_path / "models" / "tiny"
    convert_file(made, tiny_file(made), folder, title="tiny")
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(YorozuError) as caught:
        EvidenceJudge(folder, HEAD).scores("規程", ["専任者"])
    assert caught.value.code in {ErrorCode.MODEL_UNAVAILABLE, ErrorCode.MODEL_CHECKSUM}
    assert str(folder) in caught.value.message


def test_the_settings_judge_is_the_shipped_one(
    packed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The shipped addition does not fit so small a model; its name says that the folder has it.
    named = Adapter(read_adapter(JUDGE_ADAPTER).name, {})
    content = packed.content
    convert_file(content, tiny_file(content), tmp_path / JUDGE.folder, title=JUDGE.title, adapter=named)
    monkeypatch.setattr(load, "read_head", lambda path: HEAD if path == JUDGE_ADAPTER else read_head(path))
    for settings in (Settings(model_dir=tmp_path), Settings(model_dir=tmp_path, embedder=str(tmp_path))):
        opened = load_judge(settings)
        assert opened is not None
        assert math.isfinite(float(opened.scores("規", ["程"])[0]))


def test_beside_another_embedder_a_judge_is_not_fetched(tmp_path: Path) -> None:
    assert load_judge(Settings(model_dir=tmp_path / "models", embedder=str(tmp_path))) is None


def test_a_judge_with_the_embedders_addition_is_none(
    packed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = Adapter(read_adapter(EMBEDDER_ADAPTER).name, {})
    content = packed.content
    convert_file(content, tiny_file(content), tmp_path / JUDGE.folder, title=JUDGE.title, adapter=named)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(YorozuError) as caught:
        load_judge(Settings(model_dir=tmp_path))
    assert caught.value.code is ErrorCode.MODEL_UNAVAILABLE
