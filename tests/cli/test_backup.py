"""`./motcua backup` and `restore`: whole, elsewhere, verified; damage is found, nothing is overwritten."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from motcua.foundation.embedded import Cluster
from tests.cli.installation import CLONE, motcua, own_environment

STORE = """
import sys
from pathlib import Path
from motcua.faces.cli.joining import joined
with joined(Path(sys.argv[1])):
    from motcua.foundation import audit, files
    from motcua.foundation.actor import Actor
    actor = Actor(kind="system", id="test")
    stored = files.store([b"%PDF-1.4\\n" + b"x" * 1000 + b"\\n%%EOF\\n"], "don.pdf", uploader=actor)
    audit.record(actor, "file.store", ("file", str(stored.id)))
    print(stored.storage_key)
"""
READ = """
import sys
from pathlib import Path
from motcua.faces.cli.joining import joined
with joined(Path(sys.argv[1])):
    from motcua.foundation import files
    from motcua.foundation.models import StoredFile
    print(len(files.read_verified(StoredFile.objects.get(storage_key=sys.argv[2]))))
"""


def in_installation(program: str, *arguments: str) -> str:
    """Runs Python inside an installation."""
    environment = own_environment(PYTHONPATH=str(CLONE / "src"))
    command = [sys.executable, "-P", "-c", program, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def data(folder: Path) -> Path:
    """An installation with tables, kept running by the test that uses it."""
    done = motcua("migrate", f"--data={folder / 'data'}")
    assert done.returncode == 0, done.stderr
    return folder / "data"


@pytest.fixture
def in_use(data: Path) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Somebody else works in the database while it is backed up."""
    cluster = Cluster(data)
    with psycopg.connect(cluster.start()) as connection:
        yield connection
    cluster.leave()


def test_a_running_system_comes_back_whole_in_another_folder(
    folder: Path, data: Path, in_use: psycopg.Connection[tuple[object, ...]]
) -> None:
    key = in_installation(STORE, str(data))
    in_use.execute("CREATE TABLE uncommitted (id int)")
    backup, restored = folder / "backup", folder / "restored here"

    made = motcua("backup", str(backup), f"--data={data}")
    brought = motcua("restore", str(backup), f"--data={restored}")

    assert made.returncode == 0, made.stderr
    assert brought.returncode == 0, brought.stderr
    manifest = json.loads((backup / "manifest.json").read_text())
    assert manifest["tables"]["public.foundation_storedfile"] == 1
    assert "public.uncommitted" not in manifest["tables"]
    assert in_installation(READ, str(restored), key) == "1016"
    assert (restored / "secrets" / "motcua_secret_key").read_text() == (
        data / "secrets" / "motcua_secret_key"
    ).read_text()
    assert motcua("check", f"--data={restored}").returncode == 0


def test_a_backup_is_for_its_owner_and_holds_no_database_password(folder: Path, data: Path) -> None:
    assert motcua("backup", str(folder / "backup"), f"--data={data}").returncode == 0

    secrets = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (folder / "backup" / "secrets").iterdir()}

    assert stat.S_IMODE((folder / "backup").stat().st_mode) == 0o700
    assert set(secrets.values()) == {0o600}
    assert "database-password" not in secrets


def test_an_altered_or_missing_file_is_told_by_backup_and_by_restore(folder: Path, data: Path) -> None:
    key = in_installation(STORE, str(data))
    assert motcua("backup", str(folder / "good"), f"--data={data}").returncode == 0
    (folder / "good" / "files" / key).write_bytes(b"other")
    (data / "files" / key).unlink()

    of_loss = motcua("backup", str(folder / "poor"), f"--data={data}")
    of_damage = motcua("restore", str(folder / "good"), f"--data={folder / 'restored'}")

    assert of_loss.returncode == 1
    assert of_loss.stderr == f"motcua: file {key}: missing in the storage\n"
    assert of_damage.returncode == 2
    assert of_damage.stderr == f"motcua: the backup is damaged: files/{key} was altered\n"
    assert not (folder / "restored").exists()


def test_rows_that_did_not_come_back_are_findings(folder: Path, data: Path) -> None:
    backup = folder / "backup"
    assert motcua("backup", str(backup), f"--data={data}").returncode == 0
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["tables"]["public.django_migrations"] += 1
    (backup / "manifest.json").write_text(json.dumps(manifest))

    done = motcua("restore", str(backup), f"--data={folder / 'restored'}")

    assert done.returncode == 1
    assert "table public.django_migrations" in done.stderr


def test_nothing_is_overwritten(folder: Path, data: Path) -> None:
    backup = folder / "backup"
    assert motcua("backup", str(backup), f"--data={data}").returncode == 0

    again = motcua("backup", str(backup), f"--data={data}")
    into_use = motcua("restore", str(backup), f"--data={data}")

    assert (again.returncode, into_use.returncode) == (2, 2)
    assert again.stderr == f"motcua: {backup} exists; a backup goes into a new folder\n"
    assert into_use.stderr == f"motcua: {data} holds an installation; restore into a new folder with --data\n"


def test_a_folder_without_a_backup_is_a_missing_input(folder: Path) -> None:
    shutil.rmtree(folder / "x", ignore_errors=True)

    done = motcua("restore", str(folder / "x"), f"--data={folder / 'restored'}")

    assert done.returncode == 3
    assert done.stderr == f"motcua: {folder / 'x'} holds no backup (manifest.json is missing)\n"


def test_backing_up_what_was_never_started_is_one_line(folder: Path) -> None:
    done = motcua("backup", str(folder / "backup"), f"--data={folder / 'none'}")

    assert done.returncode == 2
    assert done.stderr == f"motcua: nothing has been started in {folder / 'none'}; run ./motcua up first\n"
    assert not (folder / "none").exists()
