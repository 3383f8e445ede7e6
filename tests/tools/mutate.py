"""Run tests against small faults in one module: `python -m tests.tools.mutate MODULE.py TESTS… [options]`.

Each fault lives in a process of its own and in its memory only: no file is changed.
"""

import argparse
import ast
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.tools.mutants import mutants

_MEMORY = 6 << 30  # bytes of address space; a fault may never stop collecting
_SPARSE = 100  # each so many-th fault only: one to three of a module
_PATIENCE = 15  # seconds by the clock for one of computing


def main() -> int:
    """Print the faults that no test noticed, then the count; the exit status is 1 if there are any."""
    parser = argparse.ArgumentParser(prog="tests.tools.mutate", description=__doc__)
    parser.add_argument("module", type=Path, help="source file, relative to the root of the repository")
    parser.add_argument("tests", nargs="+", help="tests that should notice, as given to pytest")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try only each N-th fault")
    parser.add_argument("--lines", default="", metavar="A-B", help="only faults in these lines")
    parser.add_argument(
        "--seconds", type=int, default=20, help="of computing; a longer run counts as noticed"
    )
    given = parser.parse_args()
    sys.dont_write_bytecode = True
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # those of other packages take a second to load
    source = given.module.read_text(encoding="utf-8")
    first, _, last = given.lines.partition("-")
    wanted = range(int(first or 0), int(last or first or sys.maxsize) + 1)
    passing = _pass if given.every < _SPARSE else _pass_once
    if not passing(ast.parse(source), given.module, given.tests, given.seconds):
        print("the tests fail without any fault", file=sys.stderr)
        return 2
    chosen = (mutant for mutant in mutants(source) if mutant.line in wanted)
    counts: Counter[str] = Counter()
    for mutant in islice(chosen, 0, None, given.every):
        outcome = _outcome(mutant.tree, given.module, given.tests, given.seconds)
        counts[outcome] += 1
        if outcome == "survived":
            print(f"{given.module}:{mutant.line}: {mutant.what}", flush=True)
    noticed = counts["failed"] + counts["stopped"]
    print(f"{given.module}: {noticed} of {counts.total()} faults noticed ({counts['stopped']} by the clock)")
    return 1 if counts["survived"] else 0


def _pass(tree: ast.Module, module: Path, tests: Sequence[str], seconds: int) -> bool:
    """Whether the tests pass without a fault, before and after what they import is loaded for all of them."""
    with tempfile.TemporaryDirectory() as folder:
        loaded = Path(folder) / "loaded"
        before = _outcome(tree, module, tests, seconds, loaded)
        _import_packages(loaded.read_text(encoding="utf-8").split() if loaded.exists() else ())
    return before == _outcome(tree, module, tests, seconds) == "survived"


def _pass_once(tree: ast.Module, module: Path, tests: Sequence[str], seconds: int) -> bool:
    """The same where nothing is loaded for all of them: for a few faults that takes longer than it saves."""
    return _outcome(tree, module, tests, seconds) == "survived"


def _import_packages(names: Sequence[str]) -> None:
    """Import once, in the parent, what every child would import from other packages."""
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _outcome(
    tree: ast.Module, module: Path, tests: Sequence[str], seconds: int, loaded: Path | None = None
) -> str:
    """Return "survived", "failed" or "stopped": what the tests do in a child process that holds the fault."""
    child = os.fork()
    if child == 0:
        # Seconds of computing: a busy machine must not pass for a fault. What only waits ends by the clock.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        signal.alarm(_PATIENCE * seconds)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        exit_code = _tested(tree, module, tests)
        if loaded is not None:
            loaded.write_text("\n".join(_packages()), encoding="utf-8")
        os._exit(exit_code)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return "stopped" if os.WTERMSIG(status) in {signal.SIGALRM, signal.SIGXCPU} else "failed"
    return "survived" if os.WEXITSTATUS(status) == 0 else "failed"


def _tested(tree: ast.Module, module: Path, tests: Sequence[str]) -> int:
    sys.meta_path.insert(0, _Finder(module, tree))
    _same_examples_every_time()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    # hypothesis is here already and needs no rewriting of its asserts.
    quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning", "-p", "no:cacheprovider", "--tb=no"]
    return int(pytest.main(["-x", *quiet, *tests]))


def _packages() -> list[str]:
    files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    return [name for name, file in files.items() if file and "site-packages" in file]


def _same_examples_every_time() -> None:
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)  # a fault that is noticed needs no smallest example
    settings.register_profile("mutate", derandomize=True, database=None, deadline=None, phases=phases)
    settings.load_profile("mutate")


class _Finder(importlib.abc.MetaPathFinder):
    """Hands out the faulty module in place of the file."""

    def __init__(self, module: Path, tree: ast.Module) -> None:
        self.path = str(module.resolve())
        self.name = ".".join(module.with_suffix("").parts)
        self.tree = tree

    def find_spec(
        self, fullname: str, path: object = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=_Loader(fullname, self.path, self.tree)
        )


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, tree: ast.Module) -> None:
        super().__init__(fullname, path)
        self.tree = tree

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return compile(self.tree, self.path, "exec")


if __name__ == "__main__":
    raise SystemExit(main())
