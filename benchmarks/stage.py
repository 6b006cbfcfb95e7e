"""What HTTP benchmarks play on: a fresh installation in a folder of its own, served as `./motcua up` serves it.

The web server is the product's own program (`serve web`), with `benchmarks.settings` so that it also answers
at the floors' addresses. No worker runs beside it: what background work costs is measured apart.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import measure
from motcua.config.environment import Environment
from motcua.faces.cli.data_folder import CLONE, Addresses, DataFolder
from motcua.foundation.embedded import Cluster

_PYTHON = [sys.executable, "-P", "-m", "motcua"]
_START_LIMIT = 60.0


class Stage:
    """A prepared installation with its web server running; leaving it removes both."""

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix="benchmark-", dir=data))
        self.address = ("127.0.0.1", _free_port())
        self.cluster = Cluster(self.path)
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Stage:
        try:
            self._build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _build(self) -> None:
        folder = DataFolder(self.path)
        folder.prepare()
        environment = folder.environment(self.cluster.start(), Addresses(self.address[1]))
        environment |= {"PYTHONPATH": f"{CLONE / 'src'}{os.pathsep}{CLONE}", "MOTCUA_LOG_LEVEL": "ERROR"}
        self.environment = {**os.environ, **environment}
        self._prepare()
        self._setup_django()

    def __exit__(self, *_: object) -> None:
        from motcua.faces.cli.joining import close_connections

        close_connections()
        self.stop()
        self.cluster.leave()
        shutil.rmtree(self.path, ignore_errors=True)

    def _prepare(self) -> None:
        command = [*_PYTHON, "prepare", "--data", str(self.path)]
        done = subprocess.run(command, env=self.environment, cwd=CLONE, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"the installation could not be prepared:\n{done.stdout}{done.stderr}")

    def _setup_django(self) -> None:
        """This process works on the stage's database too: it writes what requests need, and counts statements."""
        self.environment["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        os.environ.update(self.environment)
        import django

        django.setup()
        from benchmarks import floors

        floors.create_table()

    def serve(self) -> None:
        """Starts the web server and waits until it answers."""
        command = [*_PYTHON, "serve", "web", "--port", str(self.address[1])]
        with (self.path / "log" / "web.log").open("wb") as log:
            self._server = subprocess.Popen(command, env=self.environment, cwd=CLONE, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_LIMIT
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the web server does not start: {(self.path / 'log' / 'web.log').read_text()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Ends the web server, if it runs."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(20)
            self._server = None

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """The web server for the length of the block: rows may be loaded before and after."""
        self.serve()
        try:
            yield
        finally:
            self.stop()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.address[1]}/api/v1/health/live", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def cpu_seconds(self) -> tuple[float, float]:
        """CPU time so far of the web server's processes and of PostgreSQL's."""
        assert self._server is not None
        postgres = measure.postmaster(self.cluster.pgdata)
        return measure.tree_cpu_seconds(self._server.pid), measure.tree_cpu_seconds(postgres)

    def explains(self) -> dict[str, Any]:
        """How the server and the database are set."""
        environment = Environment(self.environment)
        return {
            "workers": environment.number("MOTCUA_WEB_WORKERS", default=2),
            "threads": environment.number("MOTCUA_WEB_THREADS", default=8),
            "pool": environment.number("MOTCUA_DATABASE_POOL", default=8),
            "cores": os.cpu_count(),
            **measure.durability(),
        }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
