"""Log lines: one per record, with the correlation id, and with identifiers masked (SEC-03, POR-13)."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime

from motcua.foundation.correlation import current_correlation_id

_NUMBERS = re.compile(r"(?<![\w.-])(\+?\d{9,19})(?![\w.-])")


def mask_numbers(text: str) -> str:
    """Replaces every free-standing run of 9 to 19 digits (identity, phone, account numbers) by its last two digits."""
    return _NUMBERS.sub(lambda match: "*" * (len(match[1]) - 2) + match[1][-2:], text)


class SafeRecord(logging.Filter):
    """Adds the correlation id and masks the message once it is formatted."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.correlation_id = current_correlation_id() or "-"
        record.msg, record.args = mask_numbers(record.getMessage()), ()
        return True


class LineFormatter(logging.Formatter):
    """`2026-06-04T10:00:00.123Z LEVEL correlation logger message`."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        correlation = getattr(record, "correlation_id", "-")
        line = f"{moment}Z {record.levelname} {correlation} {record.name} {record.getMessage()}"
        if record.exc_info:
            line += "\n" + mask_numbers(self.formatException(record.exc_info))
        return line
