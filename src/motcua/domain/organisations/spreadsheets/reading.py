"""A spreadsheet's rows by the names of its columns, before anything is judged (ACC-12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from zipfile import BadZipFile

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from motcua.foundation.date_words import short_date
from motcua.foundation.errors import FieldError, Invalid
from motcua.foundation.text import fold, normalise_line

MOST_ROWS = 5_000
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with data: its number as the spreadsheet program shows it, and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """The cell's text on one line; empty for a missing one."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one cell of one row."""

    row: int
    column: str
    message: str | Promise


def read_rows(file: IO[bytes], columns: Sequence[str], *, needed: Sequence[str]) -> list[SheetRow]:
    """The rows of the first sheet; the first row names the columns, in any order and case, with or without diacritics.

    Rows without any text are left out. Raises Invalid: SHEET_UNREADABLE, COLUMNS_MISSING (each one named),
    TOO_MANY_ROWS.
    """
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise Invalid(
            "SHEET_UNREADABLE", _("Không đọc được tệp bảng tính này (định dạng .xlsx)."), field="file"
        ) from error
    try:
        return _rows(book.worksheets[0].iter_rows(values_only=True), columns, needed)
    finally:
        book.close()


def _rows(lines: Iterator[Sequence[Any]], columns: Sequence[str], needed: Sequence[str]) -> list[SheetRow]:
    known = {fold(column): column for column in columns}
    header = [known.get(fold(_text(cell))) for cell in next(lines, ())]
    missing = [column for column in needed if column not in header]
    if missing:
        raise Invalid(
            "COLUMNS_MISSING",
            _("Tệp thiếu cột bắt buộc."),
            field="file",
            errors=[FieldError("file", "COLUMN_MISSING", column) for column in missing],
        )
    rows: list[SheetRow] = []
    for number, line in enumerate(lines, start=2):
        cells = {name: _text(cell) for name, cell in zip(header, line, strict=False) if name is not None}
        if any(cells.values()):
            rows.append(SheetRow(number, cells))
        if len(rows) > MOST_ROWS:
            raise Invalid("TOO_MANY_ROWS", _("Một tệp có tối đa %(most)d dòng.") % {"most": MOST_ROWS}, field="file")
    return rows


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return short_date(cell.date())
    if isinstance(cell, date):
        return short_date(cell)
    if isinstance(cell, float) and cell.is_integer():  # a code typed as a number
        return str(int(cell))
    return normalise_line(str(cell))[:1000]


def day_of(text: str) -> date | None:
    """A day as people write it, `04/06/2026`; None for an empty cell. Raises ValueError for anything else."""
    if not text:
        return None
    day, month, year = (int(part) for part in text.split("/"))
    return date(year, month, day)
