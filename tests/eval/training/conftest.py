"""The tiny model as the base of training; its upper half is its second layer."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.training import encoder
from eval.training.data import Asked, Contrast, Entry, Material
from ingest.embedding.packaged_model import convert_file
from tests.fakes.tiny_model import make_packed, tiny_file, tiny_shapes

POSITIONS = 320  # room for what training cuts texts to
LETTERS = "規程専任者質問posag96ABCが"


@pytest.fixture(scope="session")
def base_content() -> bytes:
    return make_packed(tiny_shapes(POSITIONS), able=True).content


@pytest.fixture(scope="session")
def base(base_content: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A converted folder without additions."""
    folder = tmp_path_factory.mktemp("training") / "base"
    convert_file(base_content, tiny_file(base_content), folder, title="base")
    return folder


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """On a busy machine two threads wait for each other in every one of thousands of tiny steps."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(autouse=True)
def _second_layer_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "FIRST_TRAINED", 1)


@pytest.fixture(scope="session")
def material() -> Material:
    """Twenty entries, each with a query of its own letters and a contrast question."""
    draw = random.Random(4)
    entries, asked, contrasts = {}, [], []
    for n in range(20):
        letters = "".join(draw.sample(LETTERS, 5))
        name = f"d{n:02}"
        entries[name] = Entry(letters, f"{letters}\n{letters[::-1]}。")
        asked.append(Asked(f"{letters[:3]}、", {name: 2, f"d{(n + 1) % 20:02}": 1}))
        contrasts.append(Contrast(name, (f"{letters[2:]}。",), (f"{letters[1]}サーバ",)))
    return Material(entries, tuple(asked), tuple(contrasts))
