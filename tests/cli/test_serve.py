"""`./motcua serve`: production runs on its environment alone and refuses everything of a demonstration."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from motcua.config.environment import SECRETS, ConfigurationError, Environment
from motcua.faces.cli import production
from motcua.foundation.embedded import Cluster
from tests.cli.installation import LAUNCHER, free_ports, motcua, own_environment, reachable_folder, wait_until

SECRET = "s" * 40


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """The operator's own PostgreSQL."""
    with reachable_folder() as folder:
        found = Cluster(folder / "server")
        found.start()
        yield found
        found.leave()
        wait_until(lambda: not (found.pgdata / "postmaster.pid").exists())


PARTNERS = {
    "MOTCUA_PUBLIC_URL": "https://dichvucong.example.vn",
    "MOTCUA_VNEID_ISSUER": "https://vneid.example.vn",
    "MOTCUA_BANK_GATEWAY_URL": "https://bank.example.vn",
    "MOTCUA_SMS_GATEWAY_URL": "https://sms.example.vn",
    "MOTCUA_POPULATION_REGISTER_URL": "https://dancu.example.vn",
}


@pytest.fixture
def environment(cluster: Cluster, folder: Path) -> dict[str, str]:
    """A whole production environment with an empty database of its own."""
    name = f"production_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return own_environment(
        DATABASE_URL=cluster.url(name),
        MOTCUA_MODE="production",
        MOTCUA_DATA_FOLDER=str(folder),
        MOTCUA_HOSTS="127.0.0.1",
        **dict.fromkeys(SECRETS, SECRET),
        **PARTNERS,
    )


def test_web_and_worker_run_and_stop_on_request(environment: dict[str, str]) -> None:
    port = free_ports()
    assert motcua("migrate", environment=environment).returncode == 0
    web = subprocess.Popen(
        [str(LAUNCHER), "serve", "web", f"--port={port}"], env=environment, stderr=subprocess.DEVNULL
    )
    worker = subprocess.Popen([str(LAUNCHER), "serve", "worker"], env=environment, stderr=subprocess.DEVNULL)

    wait_until(lambda: answers(port))
    wait_until(lambda: heartbeats(environment) == 1)
    for program in (web, worker):
        program.terminate()

    assert [web.wait(60), worker.wait(60)] == [0, 0]
    assert heartbeats(environment) == 0


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
        ({"MOTCUA_PUBLIC_URL": "http://dichvucong.example.vn"}, "MOTCUA_PUBLIC_URL must be an https:// address"),
        ({"MOTCUA_PUBLIC_URL": None}, "MOTCUA_PUBLIC_URL is not set"),
        ({"MOTCUA_VNEID_ISSUER": None}, "MOTCUA_VNEID_ISSUER is not set"),
        ({"MOTCUA_VNEID_ISSUER": "https://localhost:8001"}, "production does not talk to simulators"),
        ({"MOTCUA_BANK_GATEWAY_URL": "https://127.0.0.2"}, "production does not talk to simulators"),
        ({"MOTCUA_SMS_GATEWAY_URL": "https://[::1]:8003"}, "production does not talk to simulators"),
    ],
)
def test_simulators_are_no_partners_in_production(change: dict[str, str | None], complaint: str) -> None:
    values = {name: value for name, value in {**PARTNERS, **change}.items() if value is not None}
    production.refuse_simulators(Environment(PARTNERS))

    with pytest.raises(ConfigurationError, match=complaint):
        production.refuse_simulators(Environment(values))


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", ["demo-" + SECRET, "short", ""])
def test_generated_short_and_missing_secrets_are_refused(name: str, value: str) -> None:
    assert Environment({name: SECRET}).secret(name) == SECRET

    with pytest.raises(ConfigurationError, match=name):
        Environment({name: value}).secret(name)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"MOTCUA_BANK_GATEWAY_SECRET": "demo-" + SECRET},
            "MOTCUA_BANK_GATEWAY_SECRET was generated for demonstration",
        ),
        ({"MOTCUA_VNEID_ISSUER": "http://127.0.0.1:8001"}, "MOTCUA_VNEID_ISSUER must be an https:// address"),
        ({"DATABASE_URL": None}, "DATABASE_URL is not set"),
    ],
)
def test_an_unfit_environment_is_refused_in_one_line(
    environment: dict[str, str], change: dict[str, str | None], complaint: str
) -> None:
    unfit = {name: value for name, value in {**environment, **change}.items() if value is not None}

    done = motcua("serve", "web", environment=unfit)

    assert done.returncode == 2
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1


def test_production_is_the_default_mode(environment: dict[str, str]) -> None:
    del environment["MOTCUA_MODE"]

    done = motcua("serve", "worker", environment={**environment, "MOTCUA_SECRET_KEY": "demo-" + SECRET})

    assert done.returncode == 2
    assert "generated for demonstration" in done.stderr


def test_missing_tables_and_demonstration_accounts_are_refused(environment: dict[str, str]) -> None:
    too_early = motcua("serve", "worker", environment=environment)
    assert too_early.returncode == 2
    assert too_early.stderr.endswith("migrations are not applied; run ./motcua migrate\n")
    assert motcua("migrate", environment=environment).returncode == 0
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        columns = "id, kind, display_name, is_active, is_demonstration, is_inspection, version, password, created_at"
        values = "gen_random_uuid(), 'PERSON', 'Demo', true, true, false, 1, '', now()"
        connection.execute(f"INSERT INTO organisations_account ({columns}) VALUES ({values})")

    done = motcua("serve", "web", environment=environment)

    assert done.returncode == 2
    assert "the database holds demonstration accounts" in done.stderr
