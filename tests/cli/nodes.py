"""Several real web servers on one database, and a front that spreads requests over them as a balancer does."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Generator, Mapping
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import connection

from motcua.config.environment import SECRETS
from motcua.faces.cli.programs import PYTHON, child_environment
from tests.cli.installation import free_ports, wait_until


class Node:
    """One `serve web` of two processes; `takes` is what the balancer's health check found last."""

    def __init__(self, port: int, environment: Mapping[str, str], log: Path) -> None:
        self.port = port
        self.takes = False
        self._environment = environment
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [*PYTHON, "motcua", "serve", "web", "--port", str(self.port)],
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def restart(self, visitors: list[Visitor]) -> None:
        """Asks it to stop, waits until nobody is sent there any more, starts it again, waits until it is used.

        An operator waits for so many seconds; here the second request ends the waiting, however slow the machine is.
        """
        assert self.process is not None
        self.process.terminate()
        wait_until(lambda: not self.takes and not any(visitor.uses(self) for visitor in visitors))
        self.process.terminate()
        assert self.process.wait(60) == 0
        self.start()
        wait_until(lambda: self.takes)

    def look(self) -> None:
        """The balancer's health check."""
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asking.request("GET", "/api/v1/health/ready")
            self.takes = asking.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            self.takes = False
        finally:
            asking.close()


@contextlib.contextmanager
def nodes(folder: Path, *, count: int = 2, drain_seconds: int = 600) -> Generator[list[Node]]:
    """Running servers on the database of this test, looked after by a health check; stopped at the end."""
    first = free_ports()
    environment = child_environment(_environment(folder) | {"MOTCUA_DRAIN_SECONDS": str(drain_seconds)})
    subprocess.run([*PYTHON, "django", "collectstatic", "--noinput", "-v0"], env=environment, check=True)
    made = [Node(first + at, environment, folder / "nodes.log") for at in range(count)]
    over = threading.Event()

    def check() -> None:
        while not over.wait(0.1):
            for node in made:
                node.look()

    checking = threading.Thread(target=check)
    checking.start()
    try:
        for node in made:
            node.start()
        wait_until(lambda: all(node.takes for node in made))
        yield made
    finally:
        over.set()
        checking.join()
        for node in made:
            if node.process is not None and node.process.poll() is None:
                os.killpg(node.process.pid, signal.SIGKILL)
                node.process.wait(60)


def _environment(folder: Path) -> dict[str, str]:
    """A demonstration's, with the secrets of this test, so that its sessions can be read."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    secrets = {name: str(getattr(settings, name.removeprefix("MOTCUA_"))) for name in SECRETS}
    return {
        **secrets,
        "DATABASE_URL": url.geturl(),
        "MOTCUA_MODE": "demonstration",
        "MOTCUA_DATA_FOLDER": str(folder),
        "MOTCUA_DATABASE_POOL": "4",
        "MOTCUA_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
    }


class Visitor(threading.Thread):
    """Somebody signed in who works without a pause: reads a page, keeps the session alive, reads on.

    The connections to the nodes are kept open, as a balancer keeps them. A node that takes no connection is passed
    over; whatever goes wrong afterwards has reached the person, and is written into `complaints`.
    """

    def __init__(self, servers: list[Node], session: str, name_shown: str) -> None:
        super().__init__()
        self.answers = 0
        self.complaints: list[str] = []
        self.over = threading.Event()
        self._servers = servers
        self._cookies = {settings.SESSION_COOKIE_NAME: session}
        self._name = name_shown
        self._connections: dict[int, http.client.HTTPConnection] = {}

    def uses(self, node: Node) -> bool:
        """Whether it still holds a connection to this node."""
        return node.port in self._connections

    def run(self) -> None:
        while not self.over.is_set():
            for act in (self._read, self._renew):
                try:
                    act()
                    self.answers += 1
                except (OSError, http.client.HTTPException, AssertionError) as error:
                    self.complaints.append(f"{act.__name__}: {type(error).__name__} {error}")
        for kept in self._connections.values():
            kept.close()

    def _read(self) -> None:
        status, page = self._send("GET", "/ho-so")
        assert status == 200, status
        assert self._name in page, "signed out"

    def _renew(self) -> None:
        _status, page = self._send("GET", "/ca-nhan")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, "no form"
        status, _page = self._send("POST", "/phien/gia-han", {"csrfmiddlewaretoken": token[1]})
        assert status == 302, status

    def _send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        connection = self._connection()
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        if answer.will_close:
            self._connections = {port: kept for port, kept in self._connections.items() if kept is not connection}
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status == 302:
            assert "/dang-nhap" not in answer.headers["Location"], "signed out"
        return answer.status, body

    def _connection(self) -> http.client.HTTPConnection:
        """A connection to a node in service, in turn; tries until one takes it."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for node in self._in_turn():
                kept = self._connections.get(node.port)
                if kept is not None:
                    return kept
                fresh = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
                with contextlib.suppress(OSError):
                    fresh.connect()
                    self._connections[node.port] = fresh
                    return fresh
        raise AssertionError("no node in service")

    def _in_turn(self) -> list[Node]:
        for node in self._servers:
            if not node.takes and node.port in self._connections:
                self._connections.pop(node.port).close()
        in_service = [node for node in self._servers if node.takes]
        at = self.answers % len(in_service) if in_service else 0
        return in_service[at:] + in_service[:at]
