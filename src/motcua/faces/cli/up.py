"""`./motcua up`: a whole demonstration on this machine, from a fresh clone to addresses and accounts."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import httpx
from rich.table import Table

from motcua.faces.cli.data_folder import Addresses, DataFolder
from motcua.faces.cli.outcome import CannotRun
from motcua.faces.cli.programs import PYTHON, child_environment, programs
from motcua.faces.cli.reign import refuse_busy_ports, reign, running_up
from motcua.faces.cli.steps import console, errors, step
from motcua.faces.cli.supervision import Supervisor
from motcua.foundation.embedded import Cluster, EmbeddedDatabaseError
from motcua.foundation.parent_death import die_with_parent

WATCH_SECONDS = 1.0
READY_SECONDS = 120.0


class Stop(BaseException):
    """Somebody asked this process to stop (Ctrl-C, SIGTERM, the closed terminal)."""


def up(*, port: int, empty: bool, data: Path) -> None:
    """Starts everything and stays until it is stopped. Raises CannotRun."""
    folder, addresses = DataFolder(data), Addresses(port)
    folder.prepare()
    if not (running_up(folder) and folder.addresses() == addresses):
        refuse_busy_ports(addresses.ports)
    with contextlib.suppress(Stop), _stoppable(), reign(folder):
        refuse_busy_ports(addresses.ports)
        folder.remember_port(port)
        with _database(folder) as database:
            _run(folder, addresses, database, empty=empty)
    console.print("Stopped.")


class _Database:
    """The database of the demonstration: the operator's, or an embedded one that is kept alive."""

    def __init__(self, folder: DataFolder) -> None:
        self.url = os.environ.get("DATABASE_URL", "")
        self.cluster = None if self.url else Cluster(folder.path)
        self._next_look = 0.0

    def watch(self) -> None:
        """Starts the server again if it is gone."""
        if self.cluster is None or time.monotonic() < self._next_look:
            return
        try:
            if not self.cluster.ensure_alive():
                errors.print("motcua: the database was gone and has been started again")
        except EmbeddedDatabaseError as error:
            errors.print(f"motcua: {error}")
        self._next_look = time.monotonic() + WATCH_SECONDS


@contextlib.contextmanager
def _database(folder: DataFolder) -> Generator[_Database]:
    database = _Database(folder)
    if database.cluster is not None:
        with step("Database"):
            database.url = database.cluster.start()
    try:
        yield database
    finally:
        if database.cluster is not None:
            _leave(database.cluster)


def _leave(cluster: Cluster) -> None:
    """Lets the keeper stop the server and waits for that, unless another command still uses it."""
    cluster.leave()
    deadline = time.monotonic() + 3
    while (cluster.pgdata / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def _run(folder: DataFolder, addresses: Addresses, database: _Database, *, empty: bool) -> None:
    made = folder.environment(database.url, addresses)
    _prepare(child_environment(made), empty=empty)
    supervisor = Supervisor(
        programs(folder, addresses, made),
        log=folder.log,
        records=folder.state / "processes.json",
        watch=database.watch,
    )
    try:
        supervisor.start()
        with step("Web, worker and simulators"):
            _wait_until_ready(supervisor, folder)
        _greet(addresses, folder)
        supervisor.run(lambda: False)
    finally:
        with _unstoppable():
            with contextlib.suppress(OSError, SystemExit):  # the terminal may be gone
                console.print("Stopping …")
            supervisor.stop()


def _prepare(environment: dict[str, str], *, empty: bool) -> None:
    command = [*PYTHON, "motcua", "prepare", *(["--empty"] if empty else [])]
    process = subprocess.Popen(
        command,
        env=environment,
        start_new_session=True,
        preexec_fn=lambda: die_with_parent(signal.SIGTERM),
    )
    try:
        status = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if status != 0:
        raise CannotRun("the data could not be prepared; the reason is above")


def _wait_until_ready(supervisor: Supervisor, folder: DataFolder) -> None:
    deadline = time.monotonic() + READY_SECONDS
    waiting = {child.program.name: child.program.health for child in supervisor.children if child.program.health}
    with httpx.Client(trust_env=False, timeout=2) as client:
        while waiting:
            if time.monotonic() > deadline:
                raise CannotRun(f"{', '.join(waiting)} did not start in time; see {folder.log}")
            supervisor.look()
            for name, address in list(waiting.items()):
                with contextlib.suppress(httpx.HTTPError):
                    if client.get(address).is_success:
                        del waiting[name]
            time.sleep(0.05)


def _greet(addresses: Addresses, folder: DataFolder) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("Portal", addresses.web + "/")
    table.add_row("Officials", addresses.web + "/can-bo/")
    table.add_row("VNeID (simulated)", addresses.vneid + "/")
    table.add_row("Bank (simulated)", addresses.bank + "/")
    table.add_row("SMS inbox (simulated)", addresses.sms + "/inbox")
    table.add_row("Population register (simulated)", addresses.population + "/_control/residents")
    table.add_row("Data, logs", f"{folder.path}, {folder.log}")
    console.print()
    console.print(table)
    _print_accounts(addresses)
    console.print("\nReady. Ctrl-C stops everything.")


def _print_accounts(addresses: Addresses) -> None:
    """The people the simulated VNeID knows: whoever presses one of these names signs in as that person."""
    try:
        answer = httpx.get(f"{addresses.vneid}/_control/identities", trust_env=False, timeout=5)
        identities = answer.json()["identities"]
    except (httpx.HTTPError, ValueError, KeyError):
        return
    table = Table("Key", "Name", "Who", title="Demonstration accounts (sign in with VNeID)", title_justify="left")
    for identity in identities:
        name = identity.get("claims", {}).get("HoVaTen", "")
        table.add_row(identity["key"], name, str(identity.get("title", identity.get("kind", ""))))
    console.print()
    console.print(table)


@contextlib.contextmanager
def _stoppable() -> Generator[None]:
    def stop(*_: object) -> None:
        raise Stop

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    yield


@contextlib.contextmanager
def _unstoppable() -> Generator[None]:
    """While stopping, a second Ctrl-C does not leave half of it running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    yield
