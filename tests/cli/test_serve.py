"""`./motcua serve`: production runs on its environment alone and refuses everything of a demonstration."""

from __future__ import annotations

import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from motcua.foundation.embedded import Cluster
from tests.cli.installation import LAUNCHER, free_ports, motcua, own_environment, wait_until

SECRET = "s" * 40


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """The operator's own PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="motcua-cli-") as name:
        Path(name).chmod(0o711)
        found = Cluster(Path(name) / "server")
        found.start()
        yield found
        found.leave()
        wait_until(lambda: not (found.pgdata / "postmaster.pid").exists())


@pytest.fixture
def production(cluster: Cluster, folder: Path) -> dict[str, str]:
    """A whole production environment with an empty database of its own."""
    name = f"production_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return own_environment(
        DATABASE_URL=cluster.url(name),
        MOTCUA_MODE="production",
        MOTCUA_DATA_FOLDER=str(folder),
        MOTCUA_PUBLIC_URL="https://dichvucong.example.vn",
        MOTCUA_HOSTS="127.0.0.1",
        MOTCUA_SECRET_KEY=SECRET,
        MOTCUA_VNEID_CLIENT_SECRET=SECRET,
        MOTCUA_BANK_GATEWAY_SECRET=SECRET,
        MOTCUA_SMS_GATEWAY_PASSWORD=SECRET,
        MOTCUA_VNEID_ISSUER="https://vneid.example.vn",
        MOTCUA_BANK_GATEWAY_URL="https://bank.example.vn",
        MOTCUA_SMS_GATEWAY_URL="https://sms.example.vn",
    )


def test_web_and_worker_run_and_stop_on_request(production: dict[str, str]) -> None:
    port = free_ports()
    assert motcua("migrate", environment=production).returncode == 0
    web = subprocess.Popen([str(LAUNCHER), "serve", "web", f"--port={port}"], env=production, stderr=subprocess.DEVNULL)
    worker = subprocess.Popen([str(LAUNCHER), "serve", "worker"], env=production, stderr=subprocess.DEVNULL)

    wait_until(lambda: answers(port))
    wait_until(lambda: heartbeats(production) == 1)
    for program in (web, worker):
        program.terminate()

    assert [web.wait(15), worker.wait(15)] == [0, 0]
    assert heartbeats(production) == 0


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/api/v1/health/live", trust_env=False).is_success
    except httpx.HTTPError:
        return False


def heartbeats(environment: dict[str, str]) -> int:
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone()
        assert row is not None
        return row[0]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"MOTCUA_SECRET_KEY": "demo-" + SECRET}, "MOTCUA_SECRET_KEY was generated for demonstration"),
        ({"MOTCUA_BANK_GATEWAY_SECRET": "demo-" + SECRET}, "MOTCUA_BANK_GATEWAY_SECRET was generated"),
        ({"MOTCUA_SMS_GATEWAY_PASSWORD": "short"}, "MOTCUA_SMS_GATEWAY_PASSWORD is missing or shorter"),
        ({"MOTCUA_VNEID_CLIENT_SECRET": None}, "MOTCUA_VNEID_CLIENT_SECRET is missing or shorter"),
        ({"DATABASE_URL": None}, "DATABASE_URL is not set"),
        ({"MOTCUA_PUBLIC_URL": "http://dichvucong.example.vn"}, "MOTCUA_PUBLIC_URL must be an https:// address"),
        ({"MOTCUA_PUBLIC_URL": None}, "MOTCUA_PUBLIC_URL is not set"),
        ({"MOTCUA_VNEID_ISSUER": None}, "MOTCUA_VNEID_ISSUER is not set"),
        ({"MOTCUA_VNEID_ISSUER": "https://localhost:8001"}, "production does not talk to simulators"),
        ({"MOTCUA_BANK_GATEWAY_URL": "https://127.0.0.2"}, "production does not talk to simulators"),
        ({"MOTCUA_SMS_GATEWAY_URL": "https://[::1]:8003"}, "production does not talk to simulators"),
    ],
)
def test_an_unfit_environment_is_refused_in_one_line(
    production: dict[str, str], change: dict[str, str | None], complaint: str
) -> None:
    environment = {name: value for name, value in {**production, **change}.items() if value is not None}

    done = motcua("serve", "web", environment=environment)

    assert done.returncode == 2
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1


def test_production_is_the_default_mode(production: dict[str, str]) -> None:
    environment = {name: value for name, value in production.items() if name != "MOTCUA_MODE"}

    done = motcua("serve", "worker", environment={**environment, "MOTCUA_SECRET_KEY": "demo-" + SECRET})

    assert done.returncode == 2
    assert "generated for demonstration" in done.stderr


def test_tables_of_an_older_version_are_refused(production: dict[str, str]) -> None:
    done = motcua("serve", "worker", environment=production)

    assert done.returncode == 2
    assert done.stderr.endswith("migrations are not applied; run ./motcua migrate\n")


def test_demonstration_accounts_are_refused(production: dict[str, str]) -> None:
    assert motcua("migrate", environment=production).returncode == 0
    with psycopg.connect(production["DATABASE_URL"]) as connection:
        columns = "id, kind, display_name, is_active, is_demonstration, password, created_at"
        values = "gen_random_uuid(), 'PERSON', 'Demo', true, true, '', now()"
        connection.execute(f"INSERT INTO organisations_account ({columns}) VALUES ({values})")

    done = motcua("serve", "web", environment=production)

    assert done.returncode == 2
    assert "the database holds demonstration accounts" in done.stderr
