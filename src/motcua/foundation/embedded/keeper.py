"""The process that owns the embedded server: `python -m motcua.foundation.embedded.keeper DATA VERSION`.

It starts PostgreSQL, starts it again if it dies, and stops it when no process holds the users' lock. There is one
keeper per data folder: a second one ends at once.
"""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import time
from pathlib import Path

from motcua.foundation.embedded.binaries import database_user
from motcua.foundation.embedded.cluster import Cluster
from motcua.foundation.parent_death import die_with_parent


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
    """Runs the server until nobody uses it any more; returns at once if another keeper does so already."""
    with (cluster.data / "database.keeper.lock").open("ab") as only_one:
        try:
            fcntl.flock(only_one, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        _keep_alone(cluster)


def _keep_alone(cluster: Cluster) -> None:
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
