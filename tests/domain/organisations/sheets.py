"""Spreadsheets as administrators send them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook


def sheet(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> BytesIO:
    """An .xlsx with a header and these rows."""
    book = Workbook()
    page = book.worksheets[0]
    page.append(list(columns))
    for row in rows:
        page.append([row.get(column) for column in columns])
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file
