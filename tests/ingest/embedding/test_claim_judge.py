import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.embedding import claim_judge, load
from ingest.embedding.adapter import CLAIM_ADAPTER, Adapter, Head, read_adapter, read_head
from ingest.embedding.claim_judge import ClaimJudge, claim_ids
from ingest.embedding.convert import PASSAGE_PREFIX, QUERY_PREFIX
from ingest.embedding.load import load_claim_judge
from ingest.embedding.open_folder import open_session, open_tokenizer
from ingest.embedding.packaged_model import CLAIMS, convert_file
from ingest.errors import ErrorCode, YorozuError
from ingest.settings import Settings
from tests.fakes.tiny_model import HIDDEN, make_packed, tiny_file, tiny_shapes

HEAD = Head(np.random.default_rng(5).normal(size=HIDDEN).astype(np.float32), -0.5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A converted tiny model whose window holds a pair of the full length."""
    content = make_packed(tiny_shapes(positions=claim_judge.PAIR_TOKENS)).content
    folder = tmp_path_factory.mktemp("models") / "tiny"
    convert_file(content, tiny_file(content), folder, title="tiny")
    return folder


def test_a_pair_is_one_text_and_the_claim_s_share_is_known(folder: Path) -> None:
    tokenizer = open_tokenizer(folder)
    said = tokenizer.encode(QUERY_PREFIX + "規程").ids
    given = tokenizer.encode(PASSAGE_PREFIX + "専任者").ids
    assert claim_ids(tokenizer, "規程", "専任者") == ([*said, *given[1:]], len(said))
    ids, claimed = claim_ids(tokenizer, "規" * 999, "程" * 999)
    assert (len(ids), claimed) == (claim_judge.PAIR_TOKENS, claim_judge.CLAIM_TOKENS)


def test_a_claim_is_as_well_supported_as_its_least_supported_token(folder: Path) -> None:
    session = open_session(folder, open_tokenizer(folder))
    row, claimed = claim_ids(session.tokenizer, "規程", "専任者")
    ids = np.array([row], np.int64)
    tokens = session.run({"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
    odds = tokens[1:claimed] @ HEAD.weights + HEAD.bias
    found = ClaimJudge(folder, HEAD).support("規程", "専任者")
    assert found == pytest.approx(-math.log(sum(math.exp(-o) for o in odds)), abs=1e-4)
    assert found <= odds.min() + 1e-4


@pytest.mark.skipif(not CLAIM_ADAPTER.is_file(), reason="none is trained")
def test_the_settings_judge_is_the_shipped_one(
    packed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The shipped addition does not fit so small a model; its name says that the folder has it.
    named = Adapter(read_adapter(CLAIM_ADAPTER).name, {})
    content = packed.content
    convert_file(content, tiny_file(content), tmp_path / CLAIMS.folder, title=CLAIMS.title, adapter=named)
    monkeypatch.setattr(load, "read_head", lambda path: HEAD if path == CLAIM_ADAPTER else read_head(path))
    monkeypatch.setattr(claim_judge, "PAIR_TOKENS", 24)
    opened = load_claim_judge(Settings(model_dir=tmp_path))
    assert opened is not None
    assert math.isfinite(opened.support("規", "程"))


def test_without_an_addition_there_is_no_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "CLAIM_ADAPTER", tmp_path / "none.npz")
    assert load_claim_judge(Settings(model_dir=tmp_path)) is None


def test_what_cannot_be_opened_is_named_when_it_is_needed(tmp_path: Path) -> None:
    assert load_claim_judge(Settings(model_dir=tmp_path / "models", embedder=str(tmp_path))) is None
    with pytest.raises(YorozuError) as caught:
        ClaimJudge(tmp_path / "nowhere", HEAD).support("規程", "規程")
    assert caught.value.code is ErrorCode.MODEL_UNAVAILABLE
