import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from ingest.embedding.load import load_embedder, prepare_model
from ingest.embedding.sentence_embedder import SentenceEmbedder
from ingest.errors import ErrorCode, YorozuError
from ingest.settings import Settings

MakeBert = Callable[..., Path]
PROMPTS = {"query": "質問: ", "document": "文: "}


def opened(folder: Path, query: str | None = None, passage: str | None = None) -> SentenceEmbedder:
    embedder = load_embedder(Settings(embedder=str(folder), query_prefix=query, passage_prefix=passage))
    assert embedder is not None
    return embedder


def test_none_means_words_alone() -> None:
    assert load_embedder(Settings(embedder="none")) is None
    assert prepare_model(Settings(embedder="none")) is None


def test_vectors_have_the_promised_form_and_order(make_bert: MakeBert) -> None:
    embedder = opened(make_bert())
    texts = ["規程", "専任者" * 20, "質問: 規程", "者"] * 40
    done: list[int] = []
    vectors = embedder.passages(texts, done.append)
    assert vectors.shape == (160, 16)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[1], embedder.passages([texts[1]])[0], atol=1e-5)
    assert sum(done) == 160
    assert embedder.passages([]).shape == (0, 16)
    assert embedder.query("規程").shape == (16,)


def test_prefixes_the_models_own_and_the_settings_in_that_order_of_weakness(make_bert: MakeBert) -> None:
    folder = make_bert("prompted", PROMPTS)
    bare = opened(folder, query="", passage="")
    own = opened(folder)
    np.testing.assert_allclose(own.query("規程"), bare.query("質問: 規程"), atol=1e-6)
    np.testing.assert_allclose(own.passages(["規程"]), bare.passages(["文: 規程"]), atol=1e-6)
    given = opened(folder, query="者")
    np.testing.assert_allclose(given.query("規程"), bare.query("者規程"), atol=1e-6)
    assert abs(own.query("規程") - bare.query("規程")).max() > 1e-3


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("multilingual-e5-base", "query: ", "passage: "),
        ("ruri-v3-30m", "検索クエリ: ", "検索文書: "),
        ("other", "", ""),
    ],
)
def test_prefixes_of_known_families(make_bert: MakeBert, name: str, query: str, passage: str) -> None:
    folder = make_bert(name)
    bare = opened(folder, query="", passage="")
    np.testing.assert_allclose(opened(folder).query("規程"), bare.query(query + "規程"), atol=1e-6)
    np.testing.assert_allclose(opened(folder).passages(["文"]), bare.passages([passage + "文"]), atol=1e-6)


def test_the_name_is_stable_and_tells_what_changes_stored_vectors(make_bert: MakeBert) -> None:
    folder = make_bert("named")
    name = opened(folder).name
    assert name.startswith("named@")
    assert opened(folder).name == name
    assert opened(folder, query="者").name == name
    assert opened(folder, passage="者").name != name
    weights = folder / "model.safetensors"
    raw = bytearray(weights.read_bytes())
    raw[-4:] = b"\x00\x00\x80\x3f"
    weights.write_bytes(raw)
    assert opened(folder).name != name


def test_langchain_sees_the_same_vectors(make_bert: MakeBert) -> None:
    embedder = opened(make_bert())
    assert isinstance(embedder, Embeddings)
    np.testing.assert_allclose(embedder.embed_query("規程"), embedder.query("規程"), atol=1e-6)
    np.testing.assert_allclose(embedder.embed_documents(["規程"]), embedder.passages(["規程"]), atol=1e-6)
    assert type(embedder.embed_query("規程")[0]) is float


def test_threads_share_one_embedder(make_bert: MakeBert) -> None:
    embedder = opened(make_bert())
    texts = ["規程", "専任者" * 9, "質問", "者" * 30]
    expected = {text: opened(make_bert()).query(text) for text in texts}
    with ThreadPoolExecutor(len(texts)) as pool:
        answers = list(pool.map(embedder.query, texts * 10))
    for text, answer in zip(texts * 10, answers, strict=True):
        np.testing.assert_allclose(answer, expected[text], atol=1e-5)


def test_tokens_are_counted_without_the_special_ones(make_bert: MakeBert) -> None:
    assert opened(make_bert()).count_tokens("規程専任") == 4


def test_a_hub_that_cannot_be_reached_is_told_quickly(tmp_path: Path) -> None:
    names = ["nobody/no-such-model", "no-such-model"]
    code = (
        "from ingest.embedding.load import load_embedder\n"
        "from ingest.errors import YorozuError\n"
        "from ingest.settings import Settings\n"
        f"for name in {names!r}:\n"
        "    try:\n"
        "        load_embedder(Settings(embedder=name))\n"
        "    except YorozuError as error:\n"
        "        print(error.code, error.message)\n"
    )
    # A closed port on loopback stands for the hub: nothing leaves this machine.
    env = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60, check=True
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(names)
    for name, line in zip(names, lines, strict=True):
        assert line.startswith("model_unavailable")
        assert name in line
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("name", ["/no/such/folder", "./models/none-here", "a/b/c"])
def test_a_folder_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(YorozuError) as caught:
        load_embedder(Settings(embedder=name))
    assert caught.value.code is ErrorCode.MODEL_UNAVAILABLE
    assert name in caught.value.message


def test_a_folder_without_a_model_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(YorozuError) as caught:
        opened(tmp_path).query("規程")
    assert caught.value.code is ErrorCode.MODEL_UNAVAILABLE


def test_nothing_heavy_is_imported_before_the_first_vector(make_bert: MakeBert) -> None:
    code = (
        "import sys\n"
        "from ingest.embedding.load import load_embedder\n"
        "from ingest.settings import Settings\n"
        f"embedder = load_embedder(Settings(embedder={str(make_bert())!r}))\n"
        "embedder.name, embedder.count_tokens('規程')\n"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'onnx') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
