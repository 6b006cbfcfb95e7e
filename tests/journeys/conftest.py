"""Browser journeys run on Debian's Chromium; screenshots are kept as artefacts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

ARTEFACTS = Path(os.environ.get("MOTCUA_ARTEFACTS", "artefacts"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, quiet and without network of its own."""
    flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
    return {**browser_type_launch_args, "executable_path": "/usr/bin/chromium", "args": flags}
