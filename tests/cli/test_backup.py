"""`./motcua backup` and `restore`: whole, elsewhere, verified; damage is found, nothing is overwritten."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from motcua.config.environment import SECRETS
from motcua.foundation.embedded import Cluster
from tests.cli.installation import CLONE, motcua, own_environment, reachable_folder, wait_until

STORE = """
import sys
from pathlib import Path
from motcua.faces.cli.joining import joined
with joined(Path(sys.argv[1])):
    from motcua.foundation import files
    from motcua.foundation.actor import Actor
    content = [b"%PDF-1.4\\n" + b"x" * 1000 + b"\\n%%EOF\\n"]
    print(files.store(content, "don.pdf", uploader=Actor(kind="system", id="test")).storage_key)
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


@dataclass(frozen=True)
class Example:
    """An installation with one stored file, in use while it was backed up, and that backup."""

    data: Path
    backup: Path
    key: str


@pytest.fixture(scope="module")
def example() -> Iterator[Example]:
    with reachable_folder() as folder:
        data, backup = folder / "data", folder / "backup"
        cluster = Cluster(data)
        cluster.start()
        done = motcua("migrate", f"--data={data}")
        assert done.returncode == 0, done.stderr
        key = in_installation(STORE, str(data))
        with psycopg.connect(cluster.url()) as somebody_else:
            somebody_else.execute("CREATE TABLE uncommitted (id int)")
            made = motcua("backup", str(backup), f"--data={data}")
            somebody_else.rollback()
        assert made.returncode == 0, made.stderr
        yield Example(data, backup, key)
        cluster.leave()
        wait_until(lambda: not (cluster.pgdata / "postmaster.pid").exists())


@pytest.fixture
def copy(example: Example, folder: Path) -> Path:
    """The backup, to be spoiled."""
    return shutil.copytree(example.backup, folder / "copy")


def test_a_running_system_comes_back_whole_in_another_folder(example: Example, folder: Path) -> None:
    restored = folder / "restored here"

    done = motcua("restore", str(example.backup), f"--data={restored}")

    assert done.returncode == 0, done.stderr
    tables = json.loads((example.backup / "manifest.json").read_text())["tables"]
    assert tables["public.foundation_storedfile"] == 1
    assert "public.uncommitted" not in tables
    assert in_installation(READ, str(restored), example.key) == "1016"
    secrets = [folder / "secrets" / "motcua_secret_key" for folder in (example.data, restored)]
    assert secrets[0].read_text() == secrets[1].read_text()
    assert motcua("check", f"--data={restored}").returncode == 0


def test_a_backup_is_for_its_owner_and_holds_no_database_password(example: Example) -> None:
    secrets = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (example.backup / "secrets").iterdir()}

    assert stat.S_IMODE(example.backup.stat().st_mode) == 0o700
    assert set(secrets.values()) == {0o600}
    assert set(secrets) == {name.lower() for name in SECRETS}
    assert "database-password" not in secrets


def test_a_file_missing_in_the_storage_is_told_and_the_rest_backed_up(example: Example, folder: Path) -> None:
    stored = example.data / "files" / example.key
    stored.rename(folder / "aside")

    done = motcua("backup", str(folder / "poor"), f"--data={example.data}")

    (folder / "aside").rename(stored)
    assert done.returncode == 1
    assert done.stderr == f"motcua: file {example.key}: missing in the storage\n"
    assert (folder / "poor" / "database.dump").exists()


def test_a_damaged_backup_is_not_restored(example: Example, copy: Path, folder: Path) -> None:
    (copy / "files" / example.key).write_bytes(b"other")
    (copy / "secrets" / "motcua_secret_key").unlink()

    done = motcua("restore", str(copy), f"--data={folder / 'restored'}")

    assert done.returncode == 2
    assert f"files/{example.key} was altered" in done.stderr
    assert "secrets/motcua_secret_key is missing" in done.stderr
    assert not (folder / "restored").exists()


def test_rows_that_did_not_come_back_are_findings(copy: Path, folder: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["tables"]["public.django_migrations"] += 1
    (copy / "manifest.json").write_text(json.dumps(manifest))

    done = motcua("restore", str(copy), f"--data={folder / 'restored'}")

    assert done.returncode == 1
    assert "table public.django_migrations" in done.stderr


def test_nothing_is_overwritten(example: Example) -> None:
    again = motcua("backup", str(example.backup), f"--data={example.data}")
    into_use = motcua("restore", str(example.backup), f"--data={example.data}")

    assert (again.returncode, into_use.returncode) == (2, 2)
    assert again.stderr == f"motcua: {example.backup} exists; a backup goes into a new folder\n"
    assert into_use.stderr == f"motcua: {example.data} holds an installation; restore into a new folder with --data\n"


def test_a_folder_without_a_backup_is_a_missing_input(folder: Path) -> None:
    done = motcua("restore", str(folder / "x"), f"--data={folder / 'restored'}")

    assert done.returncode == 3
    assert done.stderr == f"motcua: {folder / 'x'} holds no backup (manifest.json is missing)\n"


def test_backing_up_what_was_never_started_is_one_line(folder: Path) -> None:
    done = motcua("backup", str(folder / "backup"), f"--data={folder / 'none'}")

    assert done.returncode == 2
    assert done.stderr == f"motcua: nothing has been started in {folder / 'none'}; run ./motcua up first\n"
    assert not (folder / "none").exists()
