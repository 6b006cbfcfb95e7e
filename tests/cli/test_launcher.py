"""The launcher `./motcua` on machines that lack something, in a clone made for the test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.installation import CLONE, own_environment, reachable_folder

TOOLS = ["sh", "dirname", "readlink", "env"]
SHOW = "import os, sys\nprint(sys.argv[1:], sys.prefix)\n"


@pytest.fixture
def clone(folder: Path) -> Path:
    """A clone as it comes."""
    return make_clone(folder / "my clone")


@pytest.fixture(scope="module")
def first_start() -> Iterator[tuple[Path, subprocess.CompletedProcess[str]]]:
    """A clone that has been started once, and what that start said."""
    with reachable_folder() as folder:
        root = make_clone(folder / "my clone")
        yield root, run(root, "up", "--port", "80 00")


@pytest.fixture
def started(first_start: tuple[Path, subprocess.CompletedProcess[str]], folder: Path) -> Path:
    """A clone of one's own that has been started once."""
    return shutil.copytree(first_start[0], folder / "my clone", symlinks=True)


def make_clone(root: Path) -> Path:
    """The real launcher, locks without packages, and a program that shows how it was started."""
    bootstrap = root / "src" / "motcua" / "faces" / "cli" / "bootstrap.py"
    bootstrap.parent.mkdir(parents=True)
    shutil.copy(CLONE / "motcua", root / "motcua")
    shutil.copy(CLONE / "src" / "motcua" / "faces" / "cli" / "bootstrap.py", bootstrap)
    (root / "src" / "motcua" / "__init__.py").touch()
    (root / "src" / "motcua" / "__main__.py").write_text(SHOW)
    for name in ["requirements.lock", "requirements-dev.lock"]:
        (root / name).write_text("# nothing\n")
    return root


@pytest.fixture
def commands(tmp_path: Path) -> Callable[[str], Path]:
    """A PATH of a few tools and a `python3` of the given text."""

    def make(python: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None
            (folder / tool).unlink(missing_ok=True)
            (folder / tool).symlink_to(found)
        (folder / "python3").write_text(python)
        (folder / "python3").chmod(0o755)
        return folder

    return make


def run(
    root: Path, *arguments: str, path: Path | None = None, at: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the launcher, under dash where there is one, with `path` as the only PATH."""
    environment = own_environment(MOTCUA_PYTHON="") if path is None else {"PATH": str(path), "HOME": "/nonexistent"}
    shell = shutil.which("dash") or "/bin/sh"
    command = [shell, str(root / "motcua"), *arguments]
    return subprocess.run(command, env=environment, cwd=at, capture_output=True, text=True, timeout=300, check=False)


def test_it_makes_the_environment_once_and_hands_over_from_any_folder(
    first_start: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    root, first = first_start
    (tmp_path / "motcua.py").write_text("raise SystemExit('the folder of the caller is not searched')")

    second = run(root, "up", "--port", "80 00", at=tmp_path)

    assert first.returncode == 0, first.stderr
    assert "making the environment" in first.stderr
    assert "installing 0 packages from requirements.lock" in first.stderr
    assert second.stderr == ""
    assert first.stdout == second.stdout == f"['up', '--port', '80 00'] {root / '.venv'}\n"


def test_it_works_through_a_symbolic_link(clone: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "motcua"
    link.parent.mkdir()
    link.symlink_to(clone / "motcua")
    (clone / ".venv").symlink_to(sys.prefix)

    done = run(link.parent, "check")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("['check']")


def test_an_interrupted_installation_is_made_again(started: Path) -> None:
    (started / ".venv" / "motcua-unfinished").touch()
    (started / ".venv" / "lib").rename(started / ".venv" / "half")

    done = run(started, "check")

    assert done.returncode == 0, done.stderr
    assert "making the environment" in done.stderr
    assert not (started / ".venv" / "half").exists()
    assert run(started, "check").stderr == ""


def test_a_changed_lock_installs_again_and_the_development_lock_holds_both(started: Path) -> None:
    development = run(started, "test")
    runtime = run(started, "check")
    (started / "requirements.lock").write_text("# nothing, in other words\n")
    changed = run(started, "check")

    assert "from requirements-dev.lock" in development.stderr
    assert runtime.stderr == ""
    assert "from requirements.lock" in changed.stderr
    assert "making the environment" not in development.stderr + changed.stderr


def test_two_starts_at_once_make_one_environment(clone: Path) -> None:
    command = [str(clone / "motcua"), "check"]
    environment = own_environment()
    starts = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]

    said = [start.communicate(timeout=300)[1] for start in starts]

    assert [start.returncode for start in starts] == [0, 0], said
    assert sum(text.count("making the environment") for text in said) == 1


def test_a_package_that_cannot_be_had_is_told_and_the_next_start_tries_again(started: Path) -> None:
    (started / "requirements.lock").write_text(
        "motcua-no-such-package @ file:///nonexistent.whl --hash=sha256:" + "0" * 64
    )

    done = run(started, "check")

    assert done.returncode == 2
    assert done.stderr.endswith("installing the packages failed; what pip says is above\n")
    (started / "requirements.lock").write_text("# nothing\n")
    assert run(started, "check").returncode == 0


def test_a_too_old_python_is_one_line(clone: Path, commands: Callable[[str], Path]) -> None:
    old = commands('#!/bin/sh\ncase "$2" in *platform*) echo "this is 3.9.2" ;; *) exit 1 ;; esac\n')

    done = run(clone, "up", path=old)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "motcua: needs Python 3.11 or newer, this is 3.9.2\n"


def test_no_python_at_all_is_one_line(clone: Path, commands: Callable[[str], Path]) -> None:
    path = commands("")
    (path / "python3").unlink()

    done = run(clone, "up", path=path)

    assert done.returncode == 2
    assert done.stderr == "motcua: needs Python 3.11 or newer, there is none\n"


def test_a_missing_venv_module_prints_the_line_that_installs_it(clone: Path, commands: Callable[[str], Path]) -> None:
    hide = "import importlib.util as u, runpy, sys; f = u.find_spec; "
    hide += "u.find_spec = lambda n, *a: None if n == 'ensurepip' else f(n, *a); "
    hide += "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    real = f'"{sys.executable}"'
    python = f'#!/bin/sh\n[ "$1" = -I ] || exec {real} "$@"\nshift\nexec {real} -I -c "{hide}" "$@"\n'

    done = run(clone, "up", path=commands(python))

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert done.returncode == 2
    assert done.stderr == f"motcua: Python's venv module is missing; run: apt-get install -y python{version}-venv\n"


def test_a_read_only_clone_is_one_line(clone: Path) -> None:
    clone.chmod(0o555)
    system_python = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"}
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    probe = [*nobody, "python3", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    if subprocess.run(probe, env=system_python, check=False).returncode != 0:
        pytest.skip("no Python 3.11 that an ordinary user may run")

    command = [*nobody, str(clone / "motcua"), "up"]
    done = subprocess.run(command, env=system_python, capture_output=True, text=True, check=False)

    clone.chmod(0o755)
    assert done.returncode == 2, done.stderr
    assert done.stderr == f"motcua: cannot write to {clone}/.venv.lock: Permission denied\n"
