"""Guards and permission checks as the syntax tree shows them, and the tree without one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
_FLOORS = ("foundation", "domain", "faces")
_NOT_GUARDS = ("faces/cli/", "foundation/embedded/")
_ROOT_ERROR = "DomainError"
_UNCHECKED = "benchmarks.mutation.unchecked"
_REPLACED = {"require": "anybody", "permitted": "anybody", "can": "yes", "reachable": "everything"}


@dataclass(frozen=True)
class Guard:
    """One place that refuses something: `kind` is `raise` or the name of the permission function called."""

    module: str
    line: int
    kind: str
    text: str

    @property
    def key(self) -> str:
        return f"{self.module}:{self.line}"


def module_file(module: str) -> Path:
    """The source file of a dotted module of the product."""
    path = SOURCE / Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def product_files() -> Iterator[Path]:
    """Files in which guards are looked for."""
    for floor in _FLOORS:
        for path in sorted((SOURCE / "motcua" / floor).rglob("*.py")):
            below = path.relative_to(SOURCE / "motcua").as_posix()
            if "migrations" not in path.parts and not below.startswith(_NOT_GUARDS):
                yield path


@cache
def error_names() -> frozenset[str]:
    """DomainError and every class of the product that descends from it, by name."""
    bases: dict[str, set[str]] = {}
    for path in product_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(_last(base) for base in node.bases)
    names = {_ROOT_ERROR}
    while more := {name for name, above in bases.items() if above & names} - names:
        names |= more
    return frozenset(names)


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def guards() -> list[Guard]:
    """Every guard of the product."""
    found: list[Guard] = []
    for path in product_files():
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text())):
            kind = _kind(node)
            if kind:
                text = " ".join(ast.unparse(node).split())[:110]
                found.append(Guard(module, node.lineno, kind, text))  # type: ignore[attr-defined]
    return found


def _kind(node: ast.AST) -> str:
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _last(node.exc.func) in error_names():
        return "raise"
    if isinstance(node, ast.Call):
        name = _last(node.func)
        if name in _REPLACED or (name == "visible_to" and isinstance(node.func, ast.Attribute)):
            return name
    return ""


class _Without(ast.NodeTransformer):
    """Takes the guard on one line out: a refusal becomes `pass`, a permission check allows everybody."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.done = False

    def _wanted(self, node: ast.AST) -> bool:
        here = getattr(node, "lineno", 0) == self.guard.line and _kind(node) == self.guard.kind
        return here and not self.done

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        if not self._wanted(node):
            return self.generic_visit(node)
        self.done = True
        return ast.copy_location(ast.Pass(), node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if not self._wanted(node):
            return self.generic_visit(node)
        self.done = True
        if self.guard.kind == "visible_to":
            assert isinstance(node.func, ast.Attribute)
            every = ast.Call(ast.Attribute(node.func.value, "all", ast.Load()), [], [])
            return ast.copy_location(every, node)
        source = f"__import__({_UNCHECKED!r}, fromlist=['x']).{_REPLACED[self.guard.kind]}()"
        call = ast.parse(source, mode="eval").body
        assert isinstance(call, ast.Call)
        call.args, call.keywords = node.args, node.keywords
        return ast.copy_location(call, node)


def without(source: str, guard: Guard) -> ast.Module:
    """The tree of `source` without `guard`. Raises LookupError if the guard is not there."""
    transformer = _Without(guard)
    tree = transformer.visit(ast.parse(source))
    if not transformer.done:
        raise LookupError(guard.key)
    return ast.fix_missing_locations(tree)
