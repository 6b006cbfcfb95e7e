"""`python -m motcua.simulators <vneid|bank|sms|population> --port N [--data DIR]`: serves one on 127.0.0.1."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from motcua.simulators.registry import FACTORIES, create
from motcua.simulators.server import HOST, serve


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m motcua.simulators", description=__doc__)
    parser.add_argument("name", choices=sorted(FACTORIES))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--data", type=Path, help="folder of the SQLite file (MOTCUA_SIMULATOR_DATA, else a temporary folder)"
    )
    parser.add_argument("--public-url", help="address under which others reach it (default http://127.0.0.1:PORT)")
    parser.add_argument("--redirect-uri", action="append", help="vneid: an allowed redirect URI (VNEID_REDIRECT_URIS)")
    parser.add_argument("--post-logout-redirect-uri", action="append", help="vneid: allowed after logout")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Serves until interrupted; 2 if it cannot run."""
    arguments = _arguments(given)
    environment = dict(os.environ)
    if arguments.redirect_uri:
        environment["VNEID_REDIRECT_URIS"] = " ".join(arguments.redirect_uri)
    if arguments.post_logout_redirect_uri:
        environment["VNEID_POST_LOGOUT_REDIRECT_URIS"] = " ".join(arguments.post_logout_redirect_uri)
    folder = arguments.data or environment.get("MOTCUA_SIMULATOR_DATA") or tempfile.mkdtemp(prefix="motcua-simulator-")
    public_url = arguments.public_url or f"http://{HOST}:{arguments.port}"
    try:
        app = create(arguments.name, Path(folder), public_url.rstrip("/"), environment)
        asyncio.run(serve(app, arguments.port))
    except (KeyError, OSError, RuntimeError) as error:
        print(f"simulator {arguments.name}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Granian's threads may still be ending; the interpreter's own finalisation would abort under them (SIGABRT).
    os._exit(status)
