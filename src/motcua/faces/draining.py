"""Whether this web server is about to stop: it still answers, and asks to be sent nothing new (SES-03).

The flag is shared by all processes of one server; `serve web` sets it and gives it to each process it starts.
"""

from __future__ import annotations

from ctypes import c_bool

_flag: c_bool | None = None


def share(flag: c_bool) -> None:
    """Takes the flag of the server that started this process."""
    global _flag
    _flag = flag


def is_draining() -> bool:
    """True from the moment the server was asked to stop."""
    return bool(_flag and _flag.value)
