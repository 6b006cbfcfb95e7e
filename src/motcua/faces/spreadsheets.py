"""Tables as spreadsheets that a browser downloads."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter
from django.http import HttpResponse

from motcua.foundation import files

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTH = 24


def send_table(name: str, title: str, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> HttpResponse:
    """One sheet of texts with a head line that stays in sight.

    Every cell is a text: what somebody typed can never become a formula in the reader's program.
    """
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.set_column(0, len(heads) - 1, _WIDTH)
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for number, line in enumerate(lines, start=1):
            for column, text in enumerate(line):
                sheet.write_string(number, column, text, plain)
    response = HttpResponse(content.getvalue(), content_type=_TYPE)
    response["Content-Disposition"] = files.content_disposition(name, inline=False)
    response["Cache-Control"] = "private, no-store"
    return response
