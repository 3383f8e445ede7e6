"""What the program's own code never does: evaluate text, start a shell, unpickle, skip certificates."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "random",
    "telnetlib",
    "ftplib",
    "xmlrpc",
    "memcache",
    "ldap",
    "smtplib",
}
CALLS = {
    *(
        "eval",
        "exec",
        "compile",
        "os.system",
        "os.popen",
        "subprocess.getoutput",
        "subprocess.getstatusoutput",
    ),
    *("yaml.load", "yaml.unsafe_load", "yaml.full_load", "hashlib.md5", "hashlib.sha1", "tempfile.mktemp"),
    *("ssl._create_unverified_context", "np.load", "numpy.load", "torch.load", "joblib.load"),
}
ALLOWED = {
    # Arrays of our own, without objects: allow_pickle stays False, which the next test looks at.
    "np.load",
}
BAD_ARGUMENTS = {("shell", True), ("verify", False), ("check_hostname", False), ("allow_pickle", True)}
BAD_NAMES = {"CERT_NONE"}


def _trees() -> Iterator[tuple[str, ast.AST]]:
    for package in ("app", "ingest"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def faults(tree: ast.AST) -> Iterator[str]:
    """Name what one module does that none may."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module.split(".")[0] in MODULES:
                yield node.module
        elif isinstance(node, ast.Call):
            if ast.unparse(node.func) in CALLS - ALLOWED:
                yield ast.unparse(node.func)
            for given in node.keywords:
                if isinstance(given.value, ast.Constant) and (given.arg, given.value.value) in BAD_ARGUMENTS:
                    yield f"{given.arg}={given.value.value!r}"
            yield from _sql(node)
        elif isinstance(node, ast.Attribute) and node.attr in BAD_NAMES:
            yield node.attr


def _sql(node: ast.Call) -> Iterator[str]:
    """SQL that is put together from values: a formatted string handed to a database."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in {"text", "execute", "exec_driver_sql", "executescript"} and node.args:
        first = node.args[0]
        if isinstance(first, ast.JoinedStr) or (
            isinstance(first, ast.BinOp) and isinstance(first.op, ast.Mod)
        ):
            yield f"{name}({ast.unparse(first)})"


# Where names of schemas, tables and triggers and a number of our own stand in SQL: no parameters there.
OWN_WORDS = {f"app/store/{name}.py" for name in ("audit_guard", "database", "migrating", "rows")}


@pytest.mark.slow
def test_no_module_does_what_none_may() -> None:
    found = [(path, fault) for path, tree in _trees() for fault in faults(tree)]
    assert [one for one in found if one[0] not in OWN_WORDS or "(f" not in one[1]] == []


@pytest.mark.parametrize(
    "code",
    [
        *(
            "eval(x)",
            "import pickle",
            "from random import choice",
            "subprocess.run(x, shell=True)",
            "yaml.load(x)",
        ),
        *("httpx.get(x, verify=False)", "hashlib.md5(x)", "c.execute(f'SELECT {x}')", "text('a %s' % x)"),
        "ssl.CERT_NONE",
    ],
)
def test_each_of_them_would_be_seen(code: str) -> None:
    assert list(faults(ast.parse(code)))
