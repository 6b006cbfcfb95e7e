"""What stands in for a permission check that was taken out: it lets everybody do everything."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from motcua.foundation.actor import Actor


def anybody(acting: Any, *_: Any, **__: Any) -> Actor:
    """In place of `require` and `permitted`: whoever it is may act."""
    return acting.actor() if acting is not None else Actor("person", "nobody")


def yes(*_: Any, **__: Any) -> bool:
    """In place of `can`."""
    return True


def everything(*_: Any, **__: Any) -> Q:
    """In place of `reachable`: no condition."""
    return Q()
