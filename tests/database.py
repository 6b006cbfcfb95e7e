"""Every test runs against a real PostgreSQL: the embedded one, started once for the run (loaded before settings).

Each checkout has a cluster of its own, so that two of them can be tested at the same time.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from motcua.foundation.embedded import Cluster

os.environ.setdefault("MOTCUA_MODE", "test")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's event loop runs in the test's thread

if "DATABASE_URL" not in os.environ:
    checkout = hashlib.sha256(str(Path(__file__).resolve().parents[1]).encode()).hexdigest()[:8]
    cluster = Cluster(Path(tempfile.gettempdir()) / f"motcua-tests-{os.getuid()}-{checkout}")
    os.environ["DATABASE_URL"] = cluster.start()


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    """No test sees the policies another one set, or the calls another one counted."""
    from motcua.faces import rate_limit
    from motcua.foundation import policies, security

    for forget in (policies.forget, rate_limit.forget, security.forget):
        forget()


@pytest.fixture(scope="session", autouse=True)
def flush_past_append_only_triggers() -> Any:
    """Emptying the tables after a transactional test is the one act that append-only triggers must let pass."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    original = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **kwargs: Any) -> list[str]:
        statements = original(self, style, tables, **kwargs)
        return ["SET session_replication_role = replica", *statements, "SET session_replication_role = DEFAULT"]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]
    yield
    DatabaseOperations.sql_flush = original  # type: ignore[method-assign]
