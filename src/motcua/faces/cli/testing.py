"""`./motcua test`: everything that the continuous integration runs, in one command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from motcua.faces.cli import translations
from motcua.faces.cli.data_folder import CLONE
from motcua.faces.cli.outcome import CannotRun
from motcua.faces.cli.steps import errors

MOST_PROCESSES = 4
CHROMIUM = ["chromium", "fonts-noto-core"]
INSTALL = ["apt-get", "install", "--yes", "--no-install-recommends", *CHROMIUM]
TOOL = [sys.executable, "-P", "-m"]
_MIGRATIONS = """
import tests.database  # the database of the tests, started before Django reads its settings
import django
from django.core.management import call_command
django.setup()
call_command("makemigrations", check=True, dry_run=True)
"""
STATIC_CHECKS = {
    "format": [*TOOL, "ruff", "format", "--check", "--quiet"],
    "lint": [*TOOL, "ruff", "check", "--quiet"],
    "types": [*TOOL, "basedpyright"],
    "import contracts": [sys.executable, "-P", "-c", "from importlinter.cli import lint_imports_command as c; c()"],
    "migrations": [sys.executable, "-P", "-c", _MIGRATIONS],
}


def test(arguments: Sequence[str]) -> int:
    """The status of the run: with arguments pytest's alone, without them also that of the static checks."""
    translations.compile_changed()
    if arguments:
        return _pytest(*arguments)
    require_chromium()
    failed = [name for name, command in STATIC_CHECKS.items() if not _passes(name, command)]
    if failed:
        errors.print(f"[red]failed before the tests: {', '.join(failed)}[/]")
    return _pytest(f"--numprocesses={processes()}") or (1 if failed else 0)


def processes() -> int:
    """One process per core that we may use, four at most: the database is one of the things they share."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_PROCESSES, usable)


def require_chromium() -> None:
    """Chromium for the browser journeys, installed by apt if we may. Raises CannotRun with the line to run."""
    if shutil.which("chromium"):
        return
    line = " ".join(INSTALL)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise CannotRun(f"the browser journeys need Chromium; run: {line}")
    errors.print(f"motcua: installing Chromium: {line}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "--quiet"], env=environment, stdout=subprocess.DEVNULL, check=False)
    done = subprocess.run(INSTALL, env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0 or shutil.which("chromium") is None:
        raise CannotRun(f"Chromium could not be installed; run: {line}")


def _passes(name: str, command: Sequence[str]) -> bool:
    done = subprocess.run(command, cwd=CLONE, env=_environment(), capture_output=True, text=True, check=False)
    errors.print(f"[green]✓[/] {name}" if done.returncode == 0 else f"[red]✗[/] {name}")
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def _pytest(*arguments: str) -> int:
    return subprocess.run([*TOOL, "pytest", *arguments], cwd=CLONE, env=_environment(), check=False).returncode


def _environment() -> dict[str, str]:
    """The tests' own: nothing of an installation that happens to be configured in this shell."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_") or name in _PASSED_ON}
    fixed = {"MOTCUA_MODE": "test", "DJANGO_SETTINGS_MODULE": "motcua.config.settings", "MOTCUA_LOG_LEVEL": "WARNING"}
    return {**kept, **fixed, "PYTHONPATH": f"{CLONE / 'src'}{os.pathsep}{CLONE}"}


_PASSED_ON = {"MOTCUA_ARTEFACTS", "MOTCUA_MUTATION"}
