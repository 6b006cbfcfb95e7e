"""The shape of the code: what may stand where (ARCHITECTURE.md)."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import PRODUCT, ROOT, furniture, modules, product_modules, versioned_files

CLOCK_READS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "time.time", "time.time_ns",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today", "time.localtime", "time.gmtime", "Now",
}  # fmt: skip
WRITES = {
    "save", "create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create",
    "select_for_update",
}  # fmt: skip
HTTP = ("django.http", "django.shortcuts", "django.template", "django.urls", "django.views", "ninja", "starlette")
IMPURE = ("django.db", "motcua.foundation.clock", "httpx", "procrastinate", "random", "os", "time", "pathlib")


def test_only_the_clock_reads_the_time() -> None:
    reads = [
        f"{module.at(node)} {name}"
        for module in product_modules()
        if module.name != "foundation/clock.py"
        for name, node in module.calls()
        if name in CLOCK_READS
    ]

    assert reads == []


def test_no_column_takes_its_time_from_anything_but_the_clock() -> None:
    automatic = [
        f"{module.at(node)} {keyword.arg}"
        for module in product_modules()
        for _, node in module.calls()
        for keyword in node.keywords
        if keyword.arg in {"auto_now", "auto_now_add"}
    ]

    assert automatic == []


def test_money_is_never_a_float() -> None:
    floats = [
        f"{module.at(node)} {name}"
        for module in product_modules()
        for name, node in module.calls()
        if name.split(".")[-1] == "FloatField" or (name == "float" and module.name.startswith("domain/payments/"))
    ]
    annotated = [
        module.at(node)
        for module in product_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None
        if re.search(r"amount|money|fee|total_due|balance|price", ast.unparse(node).split(":")[0])
        if re.search(r"\bfloat\b|\bDecimal\b", ast.unparse(node.annotation))
    ]

    assert floats + annotated == []


def test_rules_are_pure() -> None:
    impure = [
        f"{module.at(node)} {name}"
        for module in furniture("rules")
        for name, node in module.imports()
        if any(name == part or name.startswith(part + ".") for part in IMPURE)
        or (name.startswith("motcua.") and name.rsplit(".", 1)[-1] in {"models", "services", "queries"})
    ]

    assert impure == []


def test_queries_and_rules_write_nothing() -> None:
    writes = [
        f"{module.at(node)} {name}"
        for module in [*furniture("queries"), *furniture("rules")]
        for name, node in module.calls()
        if name.split(".")[-1] in WRITES and ("objects" in name or name.split(".")[-1] not in {"update"})
    ]
    statements = [
        f"{module.at(node)}"
        for module in furniture("queries")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.match(r"\s*(INSERT INTO|UPDATE \w+ SET|DELETE FROM|TRUNCATE)\b", node.value)
    ]

    assert writes + statements == []


def test_faces_write_nothing_themselves() -> None:
    writes = [
        f"{module.at(node)} {name}"
        for module in modules()
        if module.name.startswith("faces/")
        for name, node in module.calls()
        if ".objects." in f".{name}." and name.split(".")[-1] in WRITES
    ]

    assert writes == []


def test_the_domain_knows_no_http() -> None:
    http = [
        f"{module.at(node)} {name}"
        for module in modules()
        if module.name.startswith("domain/")
        for name, node in module.imports()
        if any(name == part or name.startswith(part + ".") for part in HTTP)
    ]

    assert http == []


def test_nothing_is_wired_by_django_signals() -> None:
    signals = [
        f"{module.at(node)} {name}"
        for module in product_modules()
        for name, node in module.imports()
        if name.startswith("django.db.models.signals")
    ]

    assert signals == []


def test_functions_fit_a_screen_and_files_hold_one_subject() -> None:
    long = [
        f"{module.at(node)} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno
        if node.end_lineno - node.lineno + 1 > 60
    ]
    large = [
        f"{module.name} has {lines} lines"
        for module in modules()
        if (lines := len((PRODUCT / module.name).read_text().splitlines())) > 400
    ]

    assert long + large == []


def test_templates_hold_no_inline_style_or_script() -> None:
    inline = re.compile(
        r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style\b|javascript:|<script(?![^>]*\bsrc=)""", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(ROOT)}:{number} {match.group().strip()}"
        for path in sorted(PRODUCT.rglob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if (match := inline.search(line))
    ]

    assert found == []


def test_no_file_names_the_place_it_was_written_at() -> None:
    places = ["/" + "work/", ".." + "/shared", "farm" + "-studio", "/work" + "\n", "bash" + "_jobs"]
    found = [
        f"{path.relative_to(ROOT)}: {place.strip()}"
        for path in versioned_files()
        if path.suffix not in {".woff2", ".png", ".jpg", ".pdf"}
        for place in places
        if place in path.read_text(errors="replace")
    ]

    assert found == []
