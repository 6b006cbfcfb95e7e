"""The embedded PostgreSQL: for its owner only, of two versions, started by many at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from motcua.foundation.embedded import Cluster, EmbeddedDatabaseError
from tests.cli.installation import CLONE, motcua, own_environment, wait_until

SOMEBODY_ELSE = 65534


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    found = Cluster(folder / "data")
    found.start()
    yield found
    found.leave()
    wait_until(lambda: not (found.pgdata / "postmaster.pid").exists())


def test_nobody_enters_without_the_password(cluster: Cluster) -> None:
    for user in ["motcua", "postgres", "root"]:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=str(cluster.socket_folder), user=user, dbname="motcua", password="guess").close()
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(host=str(cluster.socket_folder), user=user, dbname="motcua").close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user of this machine")
def test_another_local_user_does_not_even_reach_the_socket(cluster: Cluster) -> None:
    program = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    socket = str(cluster.socket_folder / ".s.PGSQL.5432")
    assert Path(socket).exists()

    done = subprocess.run(
        ["/usr/bin/python3", "-c", program, socket],
        user=SOMEBODY_ELSE,
        group=SOMEBODY_ELSE,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "PermissionError" in done.stderr
    for secret in [cluster.password_file, cluster.pgdata / "PG_VERSION"]:
        probe = ["test", "-r", str(secret)]
        assert subprocess.run(probe, user=SOMEBODY_ELSE, group=SOMEBODY_ELSE, extra_groups=[], check=False).returncode


def test_it_listens_on_no_network_and_is_durable(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url()) as connection:
        settings = [
            connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            for name in ["listen_addresses", "fsync", "synchronous_commit", "data_checksums", "password_encryption"]
        ]

    assert settings == [("",), ("on",), ("on",), ("on",), ("scram-sha-256",)]


def test_four_that_start_it_at_once_share_one_server(folder: Path) -> None:
    program = "import sys; from pathlib import Path; from motcua.foundation.embedded import Cluster\n"
    program += "import psycopg; c = Cluster(Path(sys.argv[1])); c.start(); input() if len(sys.argv) > 2 else None\n"
    program += "print(psycopg.connect(c.url()).execute('SELECT pg_postmaster_start_time()').fetchone()[0])"
    command = [sys.executable, "-P", "-c", program, str(folder / "data"), "wait"]
    environment = own_environment(PYTHONPATH=str(CLONE / "src"))
    starts = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    said = [start.communicate("\n", timeout=90)[0] for start in starts]

    assert [start.returncode for start in starts] == [0, 0, 0, 0]
    assert len(set(said)) == 1
    wait_until(lambda: not (Cluster(folder / "data").pgdata / "postmaster.pid").exists())


def test_the_server_ends_with_its_last_user(folder: Path) -> None:
    cluster = Cluster(folder / "data")
    cluster.start()
    other = Cluster(folder / "data")
    other.start()

    cluster.leave()
    with psycopg.connect(other.url()) as connection:
        connection.execute("SELECT pg_sleep(1)")
    other.leave()

    wait_until(lambda: not (cluster.pgdata / "postmaster.pid").exists(), seconds=10)


def test_the_product_runs_on_postgresql_16(folder: Path) -> None:
    cluster = Cluster(folder / "server", version=16)
    url = cluster.start()
    secrets = dict.fromkeys(
        [
            "MOTCUA_SECRET_KEY",
            "MOTCUA_VNEID_CLIENT_SECRET",
            "MOTCUA_BANK_GATEWAY_SECRET",
            "MOTCUA_SMS_GATEWAY_PASSWORD",
            "MOTCUA_POPULATION_REGISTER_SECRET",
        ],
        "x" * 40,
    )
    environment = own_environment(
        DATABASE_URL=url, MOTCUA_MODE="demonstration", MOTCUA_DATA_FOLDER=str(folder / "data"), **secrets
    )
    try:
        done = motcua("prepare", environment=environment)

        assert done.returncode == 0, done.stderr
        with psycopg.connect(url) as connection:
            (version,) = connection.execute("SHOW server_version").fetchone() or ("",)
            (units,) = connection.execute("SELECT count(*) FROM organisations_unit").fetchone() or (0,)
            with pytest.raises(psycopg.errors.RestrictViolation):
                connection.execute("DELETE FROM foundation_auditentry")
        assert version.startswith("16.")
        assert units > 6000
    finally:
        cluster.leave()
        wait_until(lambda: not (cluster.pgdata / "postmaster.pid").exists())


def test_a_cluster_of_another_version_is_refused_in_one_line(folder: Path) -> None:
    cluster = Cluster(folder / "data", version=16)
    cluster.start()
    cluster.leave()
    wait_until(lambda: not (cluster.pgdata / "postmaster.pid").exists())

    with pytest.raises(EmbeddedDatabaseError, match="holds PostgreSQL 16, this needs 18"):
        Cluster(folder / "data").start()
