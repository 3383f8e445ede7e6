"""The shape of the house: which way imports run, how long things get, what is loaded late."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("ingest", "app", "eval")  # each may import itself and those before it
FILES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
NAMES = [path.relative_to(ROOT).as_posix() for path in FILES]
LONGEST_FILE = 500
LONGEST_FUNCTION = 60
# Seconds to import, so they are loaded by the first call that needs them: only these modules name them at
# their top, and they are themselves imported late.
HEAVY = frozenset(
    {
        "torch", "sentence_transformers", "transformers", "chromadb", "langchain_chroma", "onnx",
        "langchain", "langchain_openai", "openai", "mcp", "mcp_types",
    }
)  # fmt: skip
HEAVY_ALLOWED = {"ingest/embedding/onnx_module.py", "ingest/index/chroma.py", "app/doors/mcp/server.py"}
# Training is a program of its own: its modules import torch and one another, its command imports them late.
TRAINING = {name for name in NAMES if name.startswith("eval/training/") and "__" not in name}
FORBIDDEN_WORDS = ("TO" + "DO", "FIX" + "ME", "raise NotImplemented" + "Error", "pragma: no " + "cover")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            yield node.module


def at_the_top(node: ast.AST) -> Iterator[str]:
    """Names of the modules imported while `node` is loaded: outside functions and TYPE_CHECKING."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield from imported(child)
        else:
            yield from at_the_top(child)


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {
        name: ast.parse(path.read_text(encoding="utf-8")) for name, path in zip(NAMES, FILES, strict=True)
    }


def test_imports_run_one_way(trees: dict[str, ast.Module]) -> None:
    assert len(trees) > 100
    wrong = [
        (name, module)
        for name, tree in trees.items()
        for module in imported(tree)
        if module.split(".")[0] in LAYERS
        and LAYERS.index(module.split(".")[0]) > LAYERS.index(name.split("/")[0])
    ]
    assert wrong == []


def test_the_program_imports_nothing_of_the_tests(trees: dict[str, ast.Module]) -> None:
    assert [
        (name, m) for name, tree in trees.items() for m in imported(tree) if m.split(".")[0] == "tests"
    ] == []


def test_heavy_libraries_are_imported_late(trees: dict[str, ast.Module]) -> None:
    early = {name for name, tree in trees.items() if {m.split(".")[0] for m in at_the_top(tree)} & HEAVY}
    assert early - TRAINING == HEAVY_ALLOWED
    late_ones = {name.removesuffix(".py").replace("/", ".") for name in HEAVY_ALLOWED | TRAINING}
    others = {name: tree for name, tree in trees.items() if name not in TRAINING}
    assert [(name, m) for name, tree in others.items() for m in at_the_top(tree) if m in late_ones] == []


def test_files_and_functions_stay_short(trees: dict[str, ast.Module]) -> None:
    long_files = [n for n, path in zip(NAMES, FILES, strict=True) if _lines(path) > LONGEST_FILE]
    assert long_files == []
    long_functions = [
        (name, node.name)
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long_functions == []


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_modules_hold_no_state_that_changes(trees: dict[str, ast.Module]) -> None:
    """No `global`, and no function that is run to make a module-level list, dict or set."""
    assert [n for n, tree in trees.items() if any(isinstance(c, ast.Global) for c in ast.walk(tree))] == []
    growing = [
        (name, ast.unparse(node.targets[0]))
        for name, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.List | ast.Dict | ast.Set)
        and not (getattr(node.value, "elts", None) or getattr(node.value, "keys", None))
    ]
    assert growing == []


def test_nothing_is_left_for_later() -> None:
    tests = sorted((ROOT / "tests").rglob("*.py"))
    left = [
        (path.relative_to(ROOT).as_posix(), word)
        for path in (*FILES, *tests)
        for word in FORBIDDEN_WORDS
        if word in path.read_text(encoding="utf-8")
    ]
    assert left == []


def test_the_command_line_starts_light() -> None:
    code = (
        "import sys, app.cli, eval.cli, ingest.pipeline, app.assemble, app.answering.service\n"
        f"print(sorted({set(HEAVY)!r} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.strip() == "[]"
