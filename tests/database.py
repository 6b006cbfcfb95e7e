"""Every test runs against a real PostgreSQL: the embedded one, started once for the run (loaded before settings)."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from motcua.foundation.embedded import Cluster

os.environ.setdefault("MOTCUA_MODE", "test")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's event loop runs in the test's thread

if "DATABASE_URL" not in os.environ:
    cluster = Cluster(Path(tempfile.gettempdir()) / f"motcua-tests-{os.getuid()}")
    os.environ["DATABASE_URL"] = cluster.start()
