"""The data folder of one installation: generated secrets, records, logs, and the environment made from them."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from motcua.config.environment import SECRETS
from motcua.faces.cli.outcome import CannotRun

CLONE = Path(__file__).resolve().parents[4]
DEFAULT = CLONE / ".data"


@dataclass(frozen=True)
class Addresses:
    """The ports of one demonstration, counted from its first; ten are its own."""

    port: int

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def vneid(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def bank(self) -> str:
        return f"http://127.0.0.1:{self.port + 2}"

    @property
    def sms(self) -> str:
        return f"http://127.0.0.1:{self.port + 3}"

    @property
    def population(self) -> str:
        return f"http://127.0.0.1:{self.port + 4}"

    @property
    def ports(self) -> range:
        """The ports in use; the rest of the ten is kept free for later simulators."""
        return range(self.port, self.port + 5)


class DataFolder:
    """`path` and what lies in it; secrets, state, logs and files are for the owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.state = self.path / "state"
        self.log = self.path / "log"
        self.secrets = self.path / "secrets"
        self.files = self.path / "files"
        self.simulators = self.path / "simulators"

    @property
    def exists(self) -> bool:
        """Whether an installation has been started here."""
        return (self.secrets / "database-password").exists()

    def prepare(self) -> None:
        """Makes the private folders. Raises CannotRun if it may not write here."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for folder in (self.state, self.log, self.secrets, self.files, self.simulators):
                folder.mkdir(mode=0o700, exist_ok=True)
            probe = self.state / f"probe-{os.getpid()}"
            probe.touch(0o600)
            probe.unlink()
        except OSError as error:
            raise CannotRun(f"cannot write to the data folder {self.path}: {os.strerror(error.errno or 0)}") from None

    def secret(self, name: str) -> str:
        """The secret `name`, generated once; its prefix `demo-` makes production refuse it."""
        file = self.secrets / name.lower()
        if not file.exists():
            fresh = file.with_name(f".{file.name}.{os.getpid()}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
                handle.write("demo-" + secrets.token_urlsafe(40))
            try:
                os.link(fresh, file)  # the first of two starts wins
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return file.read_text().strip()

    def remember_port(self, port: int) -> None:
        """Keeps the port that the web runs on, for commands that join later."""
        (self.state / "addresses.json").write_text(json.dumps({"port": port}))

    def addresses(self) -> Addresses:
        """Where this installation was started last (8000 if never)."""
        file = self.state / "addresses.json"
        return Addresses(json.loads(file.read_text())["port"] if file.exists() else 8000)

    def environment(self, database_url: str, addresses: Addresses) -> dict[str, str]:
        """Everything the product reads from its environment; what the caller's environment gives goes first."""
        made = {
            "MOTCUA_MODE": "demonstration",
            "MOTCUA_DATA_FOLDER": str(self.path),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
            "MOTCUA_PUBLIC_URL": addresses.web,
            "MOTCUA_VNEID_ISSUER": addresses.vneid,
            "MOTCUA_BANK_GATEWAY_URL": addresses.bank,
            "MOTCUA_SMS_GATEWAY_URL": addresses.sms,
            "MOTCUA_POPULATION_REGISTER_URL": addresses.population,
            **{name: self.secret(name) for name in SECRETS},
        }
        return {**made, **given(made, os.environ)}


def given(names: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The part of `environment` that names one of `names`."""
    return {name: environment[name] for name in names if environment.get(name)}
