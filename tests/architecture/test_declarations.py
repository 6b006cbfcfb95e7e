"""What rooms declare is declared once, is imported at start, and has work behind it."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from django.apps import apps
from procrastinate.contrib.django import app as jobs

from motcua.foundation import reactions
from motcua.foundation.apps import RoomConfig
from motcua.foundation.events import event_types
from motcua.foundation.pumps import pumps
from tests.architecture.source import declaring_modules, dotted


def declared(function: str) -> Counter[str]:
    """First arguments of every call of `function` (a decorator's too) in the product, with how often each occurs."""
    found: Counter[str] = Counter()
    for module in declaring_modules():
        for name, node in module.calls():
            if name.split(".")[-1] == function and node.args and isinstance(node.args[0], ast.Constant):
                found[str(node.args[0].value)] += 1
    return found


def names_of_rooms(registry: object) -> set[str]:
    return {name for name, _ in registry.items()}  # type: ignore[attr-defined]


def test_every_event_type_is_declared_once_and_known_at_start() -> None:
    found = declared("event_type")

    assert [name for name, count in found.items() if count > 1] == []
    assert set(found) <= names_of_rooms(event_types)


def test_every_reaction_has_a_name_of_its_own_and_is_known_at_start() -> None:
    background, atomic = declared("after"), declared("within")

    assert [name for name, count in (background + atomic).items() if count > 1] == []
    assert set(background) <= names_of_rooms(reactions._after)
    assert set(atomic) <= names_of_rooms(reactions._within)


def test_every_reaction_is_named_after_the_room_it_stands_in() -> None:
    strangers = [
        f"{module.at(node)} {node.args[0].value}"
        for module in declaring_modules()
        for name, node in module.calls()
        if name in {"after", "within", "reactions.after", "reactions.within"}
        if node.args and isinstance(node.args[0], ast.Constant)
        if str(node.args[0].value).split(".")[0] not in Path(module.name).parts
    ]

    assert strangers == []


def test_every_pump_is_known_at_start_and_has_work() -> None:
    found = declared("pump")

    assert [name for name, count in found.items() if count > 1] == []
    assert set(found) == names_of_rooms(pumps)
    assert all(callable(item.work) and item.idle_seconds > 0 for _, item in pumps.items())


def test_every_task_is_known_to_the_worker_by_the_queue_it_serves() -> None:
    """The worker serves every queue, so a task is lost only if its module is not imported at start."""
    tasks = {
        f"motcua.{module.name.removesuffix('.py').replace('/', '.')}.{node.name}"
        for module in declaring_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if any(dotted(getattr(mark, "func", mark)).split(".")[-1] == "task" for mark in node.decorator_list)
    }
    jobs.perform_import_paths()
    known = {f"{task.func.__module__}.{task.func.__name__}" for task in jobs.tasks.values()}

    assert tasks <= known


def test_every_room_is_installed_as_a_room() -> None:
    rooms = {Path(module.name).parts[1] for module in declaring_modules() if module.name.startswith("domain/")}
    installed = {config.name.split(".")[-1] for config in apps.get_app_configs() if isinstance(config, RoomConfig)}

    assert rooms <= installed
