"""A report as a spreadsheet file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.http import HttpResponse

from motcua.foundation import files

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send_spreadsheet(
    name: str, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str | int]]]]
) -> HttpResponse:
    """A file `name` with one sheet a report: title (31 characters at most), heads, rows.

    Text stays text: nothing that somebody typed becomes a formula or a link.
    """
    kept = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(kept, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        for title, heads, rows in sheets:
            sheet = book.add_worksheet(title[:31])
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, heads, bold)
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, row)
            sheet.autofit()
    response = HttpResponse(kept.getvalue(), content_type=_TYPE)
    response["Content-Disposition"] = files.content_disposition(name, inline=False)
    response["Cache-Control"] = "private, no-store"
    return response
