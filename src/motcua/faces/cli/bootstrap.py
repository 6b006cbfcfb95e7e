"""Makes the virtual environment of a clone; run by the launcher with any Python, before anything is installed.

`python -I bootstrap.py CLONE LOCK` uses the standard library only. A marker inside the environment says that an
installation is going on: one that was interrupted is thrown away and made again. A file lock keeps two starts
apart. An environment that is a symbolic link belongs to somebody else and is used as it is.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator
from pathlib import Path
from typing import NoReturn

RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"
FINGERPRINTS, UNFINISHED = "motcua-installed", "motcua-unfinished"


def say(text: str) -> None:
    print(f"motcua: {text}", file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    say(text)
    raise SystemExit(2)


def fingerprint(lock: Path) -> str:
    """One line that changes with the lock file or the version of Python."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{lock.name} {digest} {sys.version_info.major}.{sys.version_info.minor}"


def is_installed(root: Path, lock_name: str) -> bool:
    """Whether the environment holds exactly what the lock file says."""
    environment = root / ".venv"
    with contextlib.suppress(OSError):
        if (environment / UNFINISHED).exists():
            return False
        return fingerprint(root / lock_name) in (environment / FINGERPRINTS).read_text().splitlines()
    return False


@contextlib.contextmanager
def alone(root: Path) -> Generator[None]:
    """Waits until no other start installs in this clone."""
    with (root / ".venv.lock").open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another start is installing here; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def require_venv() -> None:
    """Debian ships Python without its venv module."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        fail(f"Python's venv module is missing; run: apt-get install -y {package}")


def make_environment(environment: Path) -> None:
    """A working environment with pip; a broken or unfinished one is made again."""
    works = (environment / "bin" / "python").exists() and not (environment / UNFINISHED).exists()
    if not works:
        require_venv()
        say(f"making the environment in {environment}")
        base = getattr(sys, "_base_executable", sys.executable)
        done = subprocess.run([base, "-m", "venv", "--clear", str(environment)], capture_output=True, text=True)
        if done.returncode != 0:
            fail(f"cannot make the environment: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    (environment / UNFINISHED).touch()


def install(environment: Path, lock: Path) -> None:
    """Installs the locked packages, each checked against its hash."""
    total = sum("==" in line and not line.startswith((" ", "#")) for line in lock.read_text().splitlines())
    say(f"installing {total} packages from {lock.name} (once)")
    started = time.monotonic()
    command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar=off", "--requirement", str(lock)]
    last: deque[str] = deque(maxlen=8)
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            last.append(line.rstrip())
            seen += line.startswith(("Collecting ", "Requirement already satisfied"))
            if sys.stderr.isatty():
                print(f"\r  {min(seen, total)} of {total} packages", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if pip.returncode != 0:
        print("\n".join(last), file=sys.stderr)
        fail("installing the packages failed; what pip says is above")
    say(f"installed in {time.monotonic() - started:.0f} s")


def remember(root: Path, lock_name: str) -> None:
    """The development lock holds everything of the runtime lock, at the same versions."""
    environment = root / ".venv"
    names = [RUNTIME] if lock_name == RUNTIME else [RUNTIME, DEVELOPMENT]
    lines = "".join(fingerprint(root / name) + "\n" for name in names)
    (environment / FINGERPRINTS).write_text(lines)
    (environment / UNFINISHED).unlink()


def main(root: Path, lock_name: str) -> None:
    environment = root / ".venv"
    if environment.is_symlink() or is_installed(root, lock_name):
        return
    try:
        with alone(root):
            if not is_installed(root, lock_name):
                make_environment(environment)
                install(environment, root / lock_name)
                remember(root, lock_name)
    except OSError as error:
        fail(f"cannot write to {error.filename or root}: {os.strerror(error.errno or 0)}")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
