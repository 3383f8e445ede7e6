"""Small faults put into Python source one at a time, to see whether the tests notice them."""

import ast
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
# A look-around, or one alternative of a pattern: what a reader of the pattern overlooks most easily.
_LOOK_AROUND = re.compile(r"\(\?<?[=!](?:\[(?:\\.|[^\]\\])*\]|\\.|\([^()]*\)|[^()\[\\])*\)")
_ALTERNATIVE = re.compile(r"(?<=[(:|])[^()\[\]|\\?*+{}^$]+\|")
Change = Callable[[ast.AST], ast.AST | None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: the line it stands in, what it does, and the whole tree that holds it."""

    line: int
    what: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every fault of the kinds known here, outer parts of the source first.

    Comparisons, `and`/`or` and arithmetic are swapped, `not` is dropped, conditions are turned round,
    numbers go up and down, strings become empty, patterns lose a look-around or an alternative, returned
    values become None, calls made for their effect and `continue` go.
    """
    tree = ast.parse(source)
    skipped = _unimportant(tree)
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for what, change in _faults(node):
            copy = deepcopy(tree)
            target = next(found for at, found in enumerate(ast.walk(copy)) if at == place)
            mutated = _Replace(target, change(target)).visit(copy)
            assert isinstance(mutated, ast.Module)
            yield Mutant(getattr(node, "lineno", 0), what, ast.fix_missing_locations(mutated))


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, by: ast.AST | None) -> None:
        self.target = target
        self.by = by

    def visit(self, node: ast.AST) -> ast.AST | None:
        return self.by if node is self.target else self.generic_visit(node)


def _unimportant(tree: ast.Module) -> set[int]:
    """Docstrings, annotations, decorators and imports: no behaviour that a test of values can see."""
    found: set[int] = set()

    def add(*nodes: ast.AST | None) -> None:
        found.update(id(part) for node in nodes if node is not None for part in ast.walk(node))

    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            add(node)
        elif isinstance(node, ast.FunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            add(node.returns, *node.decorator_list, *(argument.annotation for argument in arguments))
        elif isinstance(node, ast.ClassDef):
            add(*node.decorator_list)
        elif isinstance(node, ast.AnnAssign):
            add(node.annotation)
        elif isinstance(node, ast.Assign) and _is_type(node.value):
            add(node.value)
    return found


def _is_type(node: ast.expr) -> bool:
    """`Pages = tuple[int | None, int | None]`, `Family = Literal["Q"]`: names of types."""
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)


def _faults(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                yield f"{_name(operator)} swapped", _set_operator(index)
        case ast.BoolOp() | ast.BinOp() | ast.AugAssign() if type(node.op) in _SWAPPED:
            yield f"{_name(node.op)} swapped", _set_field("op", _SWAPPED[type(node.op)]())
        case ast.UnaryOp(op=ast.Not()):
            yield "not dropped", _keep_operand
        case ast.Constant():
            yield from _constants(node.value)
        case ast.If() | ast.IfExp() | ast.While() if not isinstance(node.test, ast.Compare | ast.UnaryOp):
            yield "condition turned round", _turn_round
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield "returns None", _set_field("value", ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.Continue():
            yield "statement dropped", _nothing


def _constants(value: object) -> Iterator[tuple[str, Change]]:
    if isinstance(value, bool):
        yield f"{value} turned round", _set_field("value", not value)
    elif isinstance(value, int):
        yield f"{value} + 1", _set_field("value", value + 1)
        yield f"{value} - 1", _set_field("value", value - 1)
    elif isinstance(value, float):
        yield f"{value} doubled", _set_field("value", value * 2 + (value == 0.0))
        yield f"{value} halved", _set_field("value", value / 2 - (value == 0.0))
    elif isinstance(value, str):
        yield f"{value[:40]!r} emptied", _set_field("value", "" if value else "x")
        for found in (*_LOOK_AROUND.finditer(value), *_ALTERNATIVE.finditer(value)):
            rest = value[: found.start()] + value[found.end() :]
            yield f"{found.group()!r} dropped", _set_field("value", rest)


def _set_field(name: str, value: object) -> Change:
    def change(node: ast.AST) -> ast.AST:
        setattr(node, name, value)
        return node

    return change


def _set_operator(index: int) -> Change:
    def change(node: ast.AST) -> ast.AST:
        assert isinstance(node, ast.Compare)
        operator = _SWAPPED[type(node.ops[index])]()
        assert isinstance(operator, ast.cmpop)
        node.ops[index] = operator
        return node

    return change


def _turn_round(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.If | ast.IfExp | ast.While)
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return node


def _keep_operand(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.UnaryOp)
    return node.operand


def _nothing(_node: ast.AST) -> ast.AST:
    return ast.Pass()


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _name(operator: ast.AST) -> str:
    return type(operator).__name__
