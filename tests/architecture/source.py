"""The product's source as the shape tests read it: files, syntax trees, dotted names."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "src" / "motcua"


@dataclass(frozen=True)
class Module:
    """One parsed Python file; `name` is its path below src/motcua."""

    name: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """Where `node` stands, for a failure message."""
        return f"{self.name}:{getattr(node, 'lineno', 0)}"

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call with the dotted name of what is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield dotted(node.func), node

    def imports(self) -> Iterator[tuple[str, ast.AST]]:
        """Every imported module or name, in full."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def dotted(node: ast.expr) -> str:
    """`a.b.c` as written; whatever stands before the last computed part is left out."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return ""


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the product, migrations left out."""
    files = [path for path in sorted(PRODUCT.rglob("*.py")) if "migrations" not in path.parts]
    return tuple(Module(str(path.relative_to(PRODUCT)), ast.parse(path.read_text())) for path in files)


def product_modules() -> list[Module]:
    """The three floors and config, without the garden of simulators."""
    return [module for module in modules() if not module.name.startswith("simulators/")]


def declaring_modules() -> list[Module]:
    """Modules that are loaded at start: a room without apps.py is still being built and takes no part."""
    rooms = {path.parent.name for path in PRODUCT.glob("domain/*/apps.py")}
    return [
        module for module in modules() if not module.name.startswith("domain/") or rooms & set(Path(module.name).parts)
    ]


def furniture(name: str) -> list[Module]:
    """The pieces of furniture called `name` in the domain rooms: `rules.py`, or every file of a folder `rules/`."""
    wanted = {f"{name}.py", name}
    return [
        module
        for module in modules()
        if module.name.startswith("domain/") and wanted & set(Path(module.name).parts[2:])
    ]


def versioned_files() -> list[Path]:
    """Every file that is or is about to be under version control."""
    listed = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]
