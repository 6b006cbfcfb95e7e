"""Running numbers of dossier codes, taken in blocks outside the submitting transaction.

One counter a day for the whole central system (TT 04/2025/TT-VPCP Đ23(2)); a process takes a block
and hands it out from memory, so a thousand submissions at once wait for no common row. Gaps are allowed.
"""

from __future__ import annotations

import threading
from datetime import date

from django.db import connection

BLOCK_SIZE = 50

_lock = threading.Lock()
_block: dict[date, tuple[int, int]] = {}  # day → (next number, first number after the block)


def take(day: date) -> int:
    """The next running number of `day`. At most one statement, usually none. Call it outside a transaction."""
    with _lock:
        following, end = _block.get(day, (0, 0))
        if following >= end:
            following, end = _fetch(day)
            _block.clear()  # yesterday's rest is given up
        _block[day] = (following + 1, end)
        return following


def forget() -> None:
    """Gives up the block at hand (tests, which empty the table)."""
    with _lock:
        _block.clear()


def _fetch(day: date) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dossiers_codeblock (day, next_number) VALUES (%s, %s) "
            "ON CONFLICT (day) DO UPDATE SET next_number = dossiers_codeblock.next_number + %s RETURNING next_number",
            [day, 1 + BLOCK_SIZE, BLOCK_SIZE],
        )
        end = cursor.fetchone()[0]
    return end - BLOCK_SIZE, end
