"""A real installation in a temporary folder: `./motcua up` as a process, looked at from outside."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import httpx
import psutil
import pytest

CLONE = Path(__file__).resolve().parents[2]
LAUNCHER = CLONE / "motcua"
PROGRAMS = {"vneid", "bank", "sms", "population", "web", "worker"}


def own_environment(**more: str) -> dict[str, str]:
    """The environment of a person's shell: nothing of the test run's."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MOTCUA_", "DATABASE_", "DJANGO_"))
    }
    kept.pop("PYTHONPATH", None)
    return {**kept, **more}


def motcua(*arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a command of the launcher to its end."""
    return subprocess.run(
        [str(LAUNCHER), *arguments],
        env=environment if environment is not None else own_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def free_ports() -> int:
    """The first of ten ports that are free now."""
    while True:
        first = random.randrange(20_000, 32_000, 10)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for port in range(first, first + 10):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first


def wait_until(holds: Callable[[], bool], *, seconds: float = 120) -> float:
    """Waits for something to become true; how long it took. Fails after `seconds`."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - started


def is_gone(pid: int) -> bool:
    """Whether no such process runs any more (a zombie does not run)."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Installation:
    """One `up` on the data folder `data`, on the ports from `port` on."""

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.port = port
        self._output = data.with_name(f"{data.name}-{port}-output.txt")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Starts `up` and waits until it says that it is ready."""
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [str(LAUNCHER), "up", f"--port={self.port}", f"--data={self.data}", *options],
                env=own_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        wait_until(
            lambda: "Ready." in self.output or self.process is None or self.process.poll() is not None, seconds=240
        )
        assert "Ready." in self.output, self.output

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def recorded(self) -> dict[str, int]:
        """Process ids of the programs, as the data folder records them."""
        return {item["name"]: item["pid"] for item in json.loads((self.data / "state" / "processes.json").read_text())}

    def database_processes(self, what: str = "postgres") -> list[int]:
        """The keeper (`embedded.keeper`) or the server (`bin/postgres`) of this data folder."""
        found: list[int] = []
        for process in psutil.process_iter(["cmdline"]):
            command = " ".join(process.info["cmdline"] or [])
            if str(self.data) in command and what in command:
                found.append(process.pid)
        return found

    def answers(self) -> bool:
        """Whether the portal's front page and every simulator answer."""
        paths = ["/", "/_health", "/_health", "/_health"]
        with httpx.Client(trust_env=False, timeout=3) as client, contextlib.suppress(httpx.HTTPError):
            return all(
                client.get(f"http://127.0.0.1:{self.port + at}{path}").is_success for at, path in enumerate(paths)
            )
        return False

    def is_well(self) -> bool:
        """Whether `./motcua check` finds nothing."""
        return motcua("check", f"--data={self.data}").returncode == 0

    def everything(self) -> list[int]:
        """Every process of this installation."""
        children = [pid for pid in self.recorded().values() if not is_gone(pid)]
        grandchildren = [child.pid for pid in children for child in psutil.Process(pid).children(recursive=True)]
        return [self.pid, *children, *grandchildren, *self.database_processes()]

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@contextlib.contextmanager
def reachable_folder() -> Generator[Path]:
    """A temporary folder that the database's own user can reach too, unlike pytest's."""
    with tempfile.TemporaryDirectory(prefix="motcua-cli-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def folder() -> Generator[Path]:
    """A reachable temporary folder of one test."""
    with reachable_folder() as found:
        yield found


@contextlib.contextmanager
def installation(data: Path, *, empty: bool = True) -> Generator[Installation]:
    """A running installation, as a rule without demonstration data; stopped at the end if a test left it running."""
    found = Installation(data, free_ports())
    try:
        found.start(*(["--empty"] if empty else []))
        yield found
    finally:
        if found.process is not None and found.process.poll() is None:
            found.process.terminate()
            found.process.wait(30)
