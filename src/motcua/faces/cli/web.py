"""The web server: Granian with worker processes that end with their parent, and that drain before they stop."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from ctypes import c_bool
from functools import partial
from multiprocessing.sharedctypes import RawValue
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from motcua.foundation.parent_death import die_with_parent


class DrainingServer(MPServer):
    """Asked to stop, it first tells the balancer (`/api/v1/health/ready` answers 503) and answers on for a while.

    A server that closes its port at once resets the connections that wait in the port's queue, and the balancer's idle
    ones just as a request enters them: people would meet errors at every restart (SES-03). Asked again, it stops now.
    """

    def __init__(self, *arguments: Any, drain_seconds: int, draining: c_bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._drain_seconds = drain_seconds
        self._draining = draining

    def signal_handler_interrupt(self, *arguments: Any, **options: Any) -> None:
        """SIGTERM or SIGINT."""
        if self._drain_seconds and not self._draining.value:
            self._draining.value = True
            stop = threading.Timer(self._drain_seconds, super().signal_handler_interrupt)
            stop.daemon = True
            stop.start()
        else:
            super().signal_handler_interrupt(*arguments, **options)


def load(draining: c_bool, _: str) -> Callable[..., Any]:
    """The application, loaded in a worker process."""
    die_with_parent(signal.SIGTERM)
    from motcua.config.wsgi import application
    from motcua.faces.draining import share

    share(draining)
    return application


def serve(*, host: str, port: int, workers: int, threads: int, drain_seconds: int) -> None:
    """Serves until SIGTERM or SIGINT; a worker that dies is replaced. No access log: addresses carry codes."""
    os.umask(0o077)
    draining = RawValue(c_bool, False)
    DrainingServer(
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
        drain_seconds=drain_seconds,
        draining=draining,
    ).serve(target_loader=partial(load, draining))
