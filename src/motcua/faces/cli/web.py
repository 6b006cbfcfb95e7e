"""The web server: Granian with worker processes that end with their parent."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from motcua.foundation.parent_death import die_with_parent


def load(_: str) -> Callable[..., Any]:
    """The application, loaded in a worker process."""
    die_with_parent(signal.SIGTERM)
    from motcua.config.wsgi import application

    return application


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serves until SIGTERM or SIGINT; a worker that dies is replaced. No access log: addresses carry codes."""
    os.umask(0o077)
    Server(
        "motcua.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=1024,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
    ).serve(target_loader=load)
