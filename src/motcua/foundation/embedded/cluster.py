"""One PostgreSQL cluster under one data folder: create, start, join, stop.

Every process that uses the database holds a shared file lock; the keeper (keeper.py) owns the
server and stops it once nobody holds that lock any more. The kernel drops the lock of a killed
process, so neither a crash nor `kill -9` leaves a server behind or takes it from another user.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from motcua.foundation.embedded.binaries import (
    EmbeddedDatabaseError,
    binaries_folder,
    database_user,
    reachable,
    shelter,
)

ROLE = "motcua"
DATABASE = "motcua"
_SOURCE = Path(__file__).resolve().parents[3]
_SOCKET_PATH_LIMIT = 90  # the kernel allows 107 bytes, the socket's own name takes the rest


class Cluster:
    """The embedded server of the data folder `data`, PostgreSQL `version` (16 or 18)."""

    def __init__(self, data: Path, *, version: int = 18) -> None:
        self.data = data.resolve()
        self.version = version
        self._users_lock: IO[bytes] | None = None

    @property
    def bin(self) -> Path:
        """Folder of the PostgreSQL programs."""
        return binaries_folder(self.version)

    @property
    def home(self) -> Path:
        """Folder that the database user can enter and that holds the cluster."""
        return self.data if reachable(self.data) else shelter(self.data)

    @property
    def pgdata(self) -> Path:
        return self.home / "postgres"

    @property
    def socket_folder(self) -> Path:
        """Private folder of the socket, short enough for the kernel's limit on socket paths."""
        folder = self.home / "run" / "postgres"
        if len(str(folder)) <= _SOCKET_PATH_LIMIT:
            return folder
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"motcua-{os.geteuid()}-{digest}"

    @property
    def password_file(self) -> Path:
        return self.data / "secrets" / "database-password"

    def url(self, database: str = DATABASE) -> str:
        """The address for DATABASE_URL: through the private socket, with the generated password."""
        password = self.password_file.read_text().strip()
        return f"postgresql://{ROLE}:{password}@/{database}?host={quote(str(self.socket_folder))}"

    def start(self) -> str:
        """Joins the running server or creates and starts it; returns its address. Raises EmbeddedDatabaseError."""
        self.data.mkdir(parents=True, exist_ok=True)
        if database_user() is not None:
            self.data.chmod(0o711)  # the server's own user must pass through, not look around
        with self._exclusive("database.start.lock"):
            self._join_users()
            if not self._answers():
                self._create_if_new()
                self._launch_keeper()
        return self.url()

    def leave(self) -> None:
        """Gives up this process's use; the keeper stops the server when nobody is left."""
        if self._users_lock is not None:
            self._users_lock.close()
            self._users_lock = None

    def ensure_alive(self) -> bool:
        """Whether the server answers; starts a new keeper if it does not. For the supervisor's watch."""
        if self._answers():
            return True
        self.start()
        return False

    @contextlib.contextmanager
    def _exclusive(self, name: str) -> Generator[None]:
        with (self.data / name).open("ab") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _join_users(self) -> None:
        if self._users_lock is None:
            handle = (self.data / "database.users.lock").open("ab")
            fcntl.flock(handle, fcntl.LOCK_SH)  # waits here while a keeper is shutting the server down
            self._users_lock = handle

    def _answers(self) -> bool:
        if not self.password_file.exists():
            return False
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    def _private_folder(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(exist_ok=True)
        path.chmod(0o700)
        user = database_user()
        if user is not None:
            os.chown(path, user.pw_uid, user.pw_gid)

    def _create_if_new(self) -> None:
        self._private_folder(self.socket_folder)
        if (self.pgdata / "PG_VERSION").exists():
            self._refuse_other_version()
            return
        shutil.rmtree(self.pgdata, ignore_errors=True)  # what an interrupted first start left
        self._private_folder(self.pgdata)
        self.password_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        password = secrets.token_urlsafe(32)
        handle = os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(password)
        self._initdb(password)
        (self.pgdata / "motcua.conf").write_text(_SETTINGS)
        with (self.pgdata / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude 'motcua.conf'\n")

    def _refuse_other_version(self) -> None:
        found = (self.pgdata / "PG_VERSION").read_text().strip()
        if found != str(self.version):
            raise EmbeddedDatabaseError(f"{self.pgdata} holds PostgreSQL {found}, this needs {self.version}")

    def _initdb(self, password: str) -> None:
        handover = self.socket_folder / "initial-password"
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.version >= 17 else []
        command = [
            str(self.bin / "initdb"),
            f"--pgdata={self.pgdata}",
            f"--username={ROLE}",
            "--auth=scram-sha-256",
            f"--pwfile={handover}",
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            *locale,
        ]
        user = database_user()
        handover.touch(0o600)
        handover.write_text(password)
        if user is not None:
            os.chown(handover, user.pw_uid, user.pw_gid)
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.pgdata,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
        handover.unlink()
        if done.returncode != 0:
            shutil.rmtree(self.pgdata, ignore_errors=True)
            raise EmbeddedDatabaseError(f"initdb failed: {done.stderr.strip().splitlines()[-1:]}")

    def _launch_keeper(self) -> None:
        keeper = self._keeper()
        deadline = time.monotonic() + 60
        while not self._answers():
            if keeper.poll() == 0:  # another keeper was there: it brings the server back, or was just ending
                time.sleep(0.25)
                keeper = self._keeper()
            elif keeper.poll() is not None or time.monotonic() > deadline:
                raise EmbeddedDatabaseError(f"PostgreSQL does not start; see {self.data / 'log' / 'postgres.log'}")
            time.sleep(0.05)
        self._create_database()

    def _keeper(self) -> subprocess.Popen[bytes]:
        log = self.data / "log"
        log.mkdir(exist_ok=True)
        with (log / "postgres.log").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "motcua.foundation.embedded.keeper", str(self.data), str(self.version)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd="/",
                env={**os.environ, "PYTHONPATH": str(_SOURCE)},
            )

    def _create_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if row is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")


# fsync and synchronous_commit stay at their default, on.
_SETTINGS = """\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
effective_cache_size = 2GB
random_page_cost = 1.1
max_wal_size = 2GB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
log_min_error_statement = panic
idle_in_transaction_session_timeout = '60s'
"""
