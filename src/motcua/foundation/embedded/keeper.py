"""The process that owns the embedded server: `python -m motcua.foundation.embedded.keeper DATA VERSION`.

It starts PostgreSQL, starts it again if it dies, and stops it when no process holds the users' lock.
"""

from __future__ import annotations

import ctypes
import fcntl
import signal
import subprocess
import sys
import time
from pathlib import Path

from motcua.foundation.embedded.binaries import database_user
from motcua.foundation.embedded.cluster import Cluster

_PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int) -> None:
    """Asks Linux to signal this process when its parent dies; elsewhere it does nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number)


def launch(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Starts the server as a child that shuts down fast (SIGINT) if the keeper dies."""
    user = database_user()
    return subprocess.Popen(
        [str(cluster.bin / "postgres"), "-D", str(cluster.pgdata), "-k", str(cluster.socket_folder)],
        cwd=cluster.pgdata,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        preexec_fn=lambda: die_with_parent(signal.SIGINT),  # after the change of user, which would clear it
    )


def keep(cluster: Cluster) -> None:
    """Runs the server until nobody uses it any more."""
    server = launch(cluster)
    with (cluster.data / "database.users.lock").open("ab") as users:
        while True:
            time.sleep(0.25)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if server.poll() is not None:
                    time.sleep(0.5)
                    server = launch(cluster)
                continue
            break
        server.send_signal(signal.SIGINT)
        server.wait()


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # only the end of the last user ends the server
    keep(Cluster(Path(sys.argv[1]), version=int(sys.argv[2])))


if __name__ == "__main__":
    main()
