"""`./motcua up` with real processes: it starts, heals, recovers, gives way and stops."""

from __future__ import annotations

import os
import signal
import socket
import stat
from pathlib import Path

import psutil

from motcua.config.environment import SECRETS
from tests.cli.installation import (
    PROGRAMS,
    Installation,
    free_ports,
    installation,
    is_gone,
    motcua,
    wait_until,
)


def test_up_starts_everything_says_where_and_stops_cleanly(folder: Path) -> None:
    with installation(folder / "a folder with spaces", empty=False) as up:
        wait_until(up.answers)
        assert "1.001193" in motcua("search", "đăng ký khai sinh", "--json", f"--data={up.data}").stdout
        assert set(up.recorded()) == PROGRAMS
        assert f"http://127.0.0.1:{up.port}/" in up.output
        assert "can-bo-tiep-nhan" in up.output
        wait_until(up.is_well)
        assert_is_for_the_owner_only(up.data)
        running = up.everything()

        assert up.stop() == 0

        wait_until(lambda: all(is_gone(pid) for pid in running), seconds=30)
        assert up.recorded() == {}


def assert_is_for_the_owner_only(data: Path) -> None:
    secrets = list((data / "secrets").iterdir())
    folders = [data / name for name in ["secrets", "files", "log", "state", "simulators"]]
    assert {stat.S_IMODE(file.stat().st_mode) for file in secrets} == {0o600}
    assert {stat.S_IMODE(file.stat().st_mode) for file in folders} == {0o700}
    generated = [file for file in secrets if file.name != "database-password"]
    assert {file.name for file in generated} == {name.lower() for name in SECRETS}
    assert all(file.read_text().startswith("demo-") for file in generated)


def test_whatever_is_killed_comes_back_and_a_killed_up_recovers(folder: Path) -> None:
    with installation(folder / "data") as up:
        for name in sorted(PROGRAMS):
            kill_program(up, name)
        kill_worker_of_web(up)
        wait_until(up.answers)
        for what in ["embedded.keeper", "bin/postgres"]:
            kill_database(up, what)
            wait_until(up.is_well)
        assert len(up.database_processes("embedded.keeper")) == 1
        wait_until(up.answers)
        running = up.everything()

        os.kill(up.pid, signal.SIGKILL)

        wait_until(lambda: all(is_gone(pid) for pid in running), seconds=60)
        up.start("--empty")
        wait_until(up.answers)
        wait_until(up.is_well)


def kill_program(up: Installation, name: str) -> None:
    killed = up.recorded()[name]
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: up.recorded().get(name) not in (None, killed))


def kill_worker_of_web(up: Installation) -> None:
    web = psutil.Process(up.recorded()["web"])
    wait_until(lambda: len(web.children()) > 0)
    killed = web.children()[0].pid
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: is_gone(killed))


def kill_database(up: Installation, what: str) -> None:
    wait_until(lambda: len(up.database_processes(what)) == 1)
    (killed,) = up.database_processes(what)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: is_gone(killed))


def test_a_second_up_takes_over_and_ends_only_its_own_folders_processes(folder: Path) -> None:
    with installation(folder / "one") as neighbour, installation(folder / "two") as first:
        second = Installation(first.data, first.port)
        before = first.everything()
        try:
            second.start("--empty")

            assert first.process is not None
            assert first.process.wait(20) == 0
            assert all(is_gone(pid) for pid in before if pid != first.pid)
            wait_until(second.answers)
            wait_until(neighbour.answers)
        finally:
            second.stop()


def test_a_recorded_process_id_that_now_belongs_to_somebody_else_is_left_alone(folder: Path) -> None:
    from motcua.faces.cli import records
    from motcua.faces.cli.records import Record

    stranger = Record.of("web", os.getpid())
    reused = Record("web", stranger.pid, stranger.started - 60)

    records.end([reused], patience=0)

    assert stranger.is_alive
    assert not reused.is_alive


def test_a_port_in_use_is_one_line_and_leaves_nothing_behind(folder: Path) -> None:
    port = free_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 2))
        taken.listen()

        done = motcua("up", f"--port={port}", f"--data={folder / 'data'}")

    assert done.returncode == 2
    assert done.stderr == f"motcua: port {port + 2} is in use; choose others with --port (ten in a row)\n"
    assert not (folder / "data" / "postgres").exists()


def test_a_data_folder_that_cannot_be_written_is_one_line(folder: Path) -> None:
    (folder / "file").write_text("not a folder")

    done = motcua("up", f"--port={free_ports()}", f"--data={folder / 'file' / 'data'}")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cannot write to the data folder" in done.stderr
