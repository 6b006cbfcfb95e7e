"""A child process that ends with its parent, also when the parent is killed with SIGKILL."""

from __future__ import annotations

import ctypes
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int) -> None:
    """Asks Linux to signal this process when its parent dies; elsewhere it does nothing.

    Call it in the child: after the fork, and after a change of user, which would clear the wish.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number)
