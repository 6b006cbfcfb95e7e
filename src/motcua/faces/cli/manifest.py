"""What a backup holds, with a checksum for everything: the file `manifest.json` of a backup folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from motcua.faces.cli.outcome import CannotRun, InputMissing

NAME = "manifest.json"
DUMP = "database.dump"
FORMAT = 1
_PIECE = 1024 * 1024


class BackedUpFile(msgspec.Struct, frozen=True):
    """One file of the backup: its path inside, its size in bytes and its SHA-256."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`tables` counts the rows in the dumped snapshot; `not_copied` says what lies elsewhere or was damaged."""

    format: int
    made_at: str
    server: str
    tables: dict[str, int]
    files: list[BackedUpFile]
    not_copied: list[str]


def describe(root: Path, path: Path) -> BackedUpFile:
    """Size and checksum of a file under `root`."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return BackedUpFile(str(path.relative_to(root)), path.stat().st_size, digest.hexdigest())


def write(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest; it comes last, so a folder without one is no backup."""
    (folder / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))


def read(folder: Path) -> Manifest:
    """The manifest. Raises InputMissing if there is no backup, CannotRun if it is of another format."""
    file = folder / NAME
    if not file.exists():
        raise InputMissing(f"{folder} holds no backup ({NAME} is missing)")
    try:
        manifest = msgspec.json.decode(file.read_bytes(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise CannotRun(f"{file} cannot be read: {error}") from None
    if manifest.format != FORMAT:
        raise CannotRun(f"{folder} is a backup of format {manifest.format}; this version reads {FORMAT}")
    return manifest


def differences(root: Path, files: list[BackedUpFile]) -> list[str]:
    """What is missing or altered among `files` under `root`."""
    found: list[str] = []
    for expected in files:
        path = root / expected.path
        if not path.is_file():
            found.append(f"{expected.path} is missing")
        elif describe(root, path) != expected:
            found.append(f"{expected.path} was altered")
    return found
