"""The environment of a process, parsed once into typed values; nothing else reads `os.environ`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

ROOMS = ["organisations", "people", "messaging", "catalogue", "dossiers", "payments"]

SECRETS = [
    "MOTCUA_SECRET_KEY",
    "MOTCUA_VNEID_CLIENT_SECRET",
    "MOTCUA_BANK_GATEWAY_SECRET",
    "MOTCUA_SMS_GATEWAY_PASSWORD",
    "MOTCUA_POPULATION_REGISTER_SECRET",
]


class ConfigurationError(RuntimeError):
    """The environment cannot run this product; the text is one line for the operator."""


@dataclass(frozen=True)
class Environment:
    """Typed view of the environment variables `MOTCUA_*` and `DATABASE_URL`."""

    values: Mapping[str, str]

    @classmethod
    def from_os(cls) -> Environment:
        return cls(os.environ)

    def text(self, name: str, *, default: str | None = None) -> str:
        """The value of `name`. Raises ConfigurationError if it is absent and has no default."""
        value = self.values.get(name, default)
        if value is None:
            raise ConfigurationError(f"{name} is not set (docs/guides/operators.md, Settings)")
        return value

    def list(self, name: str, *, default: str) -> list[str]:
        """A comma-separated list."""
        return [item.strip() for item in self.text(name, default=default).split(",") if item.strip()]

    def number(self, name: str, *, default: int) -> int:
        """A whole number. Raises ConfigurationError if it is not one."""
        raw = self.text(name, default=str(default))
        if not raw.isdigit():
            raise ConfigurationError(f"{name} must be a whole number")
        return int(raw)

    @property
    def mode(self) -> str:
        """`production` (default), `demonstration` (`motcua up`) or `test`."""
        return self.text("MOTCUA_MODE", default="production")

    @property
    def is_test(self) -> bool:
        return self.mode == "test"

    @property
    def is_demonstration(self) -> bool:
        return self.mode in {"demonstration", "test"}

    @property
    def rooms(self) -> list[str]:
        """Domain rooms in order, from the ground up, as far as they are built."""
        domain = Path(__file__).resolve().parent.parent / "domain"
        return [room for room in ROOMS if (domain / room / "apps.py").exists()]

    @property
    def data_folder(self) -> Path:
        """Where files, the embedded database and generated secrets live."""
        if self.is_test and "MOTCUA_DATA_FOLDER" not in self.values:
            return Path(tempfile.gettempdir()) / f"motcua-test-{os.getuid()}"
        return Path(self.text("MOTCUA_DATA_FOLDER", default=".data")).resolve()

    def secret(self, name: str) -> str:
        """A secret. Production refuses a missing, short or generated one (prefix `demo-`)."""
        value = self.values.get(name, "")
        if self.is_test:
            return value or f"test-{name.lower()}-not-a-secret-0123456789abcdef"
        if len(value) < 32:
            raise ConfigurationError(f"{name} is missing or shorter than 32 characters")
        if self.mode == "production" and value.startswith("demo-"):
            raise ConfigurationError(f"{name} was generated for demonstration; set your own secret")
        return value

    def database(self) -> dict[str, Any]:
        """Django's DATABASES entry from `DATABASE_URL` (postgresql://user:password@host:port/name?host=/socket)."""
        url = urlsplit(self.text("DATABASE_URL"))
        if url.scheme not in {"postgres", "postgresql"}:
            raise ConfigurationError("DATABASE_URL must be a postgresql:// address")
        query = dict(parse_qsl(url.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path.lstrip("/"),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": query.get("host") or url.hostname or "",
            "PORT": str(url.port or ""),
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": False,
            "DISABLE_SERVER_SIDE_CURSORS": False,
            "OPTIONS": self._database_options(),
            "TEST": {"TEMPLATE": "template0"},
        }

    def _database_options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"application_name": "motcua", "client_encoding": "UTF8"}
        # Planning costs more than running most of our statements; 0 for a pooler that cannot keep prepared ones.
        prepare_after = self.number("MOTCUA_DATABASE_PREPARE_AFTER", default=3)
        options |= {"server_side_binding": True, "prepare_threshold": prepare_after or None}
        if self.is_test:  # a test may compute for long inside its transaction
            options["options"] = "-c idle_in_transaction_session_timeout=0"
        else:
            size = self.number("MOTCUA_DATABASE_POOL", default=8)
            options["pool"] = {"min_size": 1, "max_size": size, "timeout": 10}
        return options

    def file_storage(self) -> dict[str, Any]:
        """Local disk by default; an S3-compatible store when MOTCUA_S3_BUCKET is set."""
        bucket = self.values.get("MOTCUA_S3_BUCKET")
        if bucket is None:
            location = self.data_folder / "files"
            return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": location}}
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": bucket,
                "endpoint_url": self.values.get("MOTCUA_S3_ENDPOINT"),
                "access_key": self.text("MOTCUA_S3_ACCESS_KEY"),
                "secret_key": self.text("MOTCUA_S3_SECRET_KEY"),
                "querystring_auth": True,
                "file_overwrite": False,
            },
        }

    def logging(self) -> dict[str, Any]:
        """One line per record on standard error, with the correlation id; no personal data (SEC-03)."""
        return {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"safe": {"()": "motcua.config.logs.SafeRecord"}},
            "formatters": {"line": {"()": "motcua.config.logs.LineFormatter"}},
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["safe"]},
            },
            "root": {"handlers": ["stderr"], "level": self.text("MOTCUA_LOG_LEVEL", default="INFO")},
            "loggers": {
                "django.request": {"level": "ERROR"},
                "django.security.DisallowedHost": {"level": "CRITICAL"},
                "httpx": {"level": "WARNING"},
                "httpcore": {"level": "WARNING"},  # tells whole headers, cookies and tokens among them
                "fontTools": {"level": "WARNING"},
            },
        }
