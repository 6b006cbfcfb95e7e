"""Rows of a ministry's or province's list of procedures, as JSON lines or a spreadsheet, read one by one.

A row that cannot be taken becomes a `Refusal` with its number in the file, its code and the reason; the others
go on. Nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from motcua.domain.catalogue.definition import (
    Audience,
    Channel,
    ComponentNote,
    Level,
    OnlineLevel,
    ProcedureDefinition,
    Result,
)
from motcua.foundation.codes import parse_procedure_code
from motcua.foundation.errors import Invalid
from motcua.foundation.text import normalise, normalise_line

LONGEST_NAME = 2000


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken: its number in the file (1 is the first row of data), code and reason."""

    row: int
    code: str
    reason: str
    message: str | Promise


@dataclass(frozen=True)
class Accepted:
    """A row that can be taken, with its number in the file."""

    row: int
    code: str
    definition: ProcedureDefinition


class Paper(msgspec.Struct):
    """One component line of a row."""

    name: str
    original: int | None = 0
    copy: int | None = 0
    case: str | None = ""
    code: str | None = ""


class Row(msgspec.Struct):
    """One row as the lists write it. Columns that are not named here are ignored."""

    code: str
    name: str
    sector: str | None = None
    sector_code: str | None = None
    ministry: str | None = None
    ministry_code: str | None = None
    authority: list[str] | None = None
    level: list[str] | None = None
    online_level: str | None = None
    channels: list[str] | None = None
    processing_time_text: str | None = None
    fee_text: str | None = None
    components: list[str] | None = None
    components_detail: list[Paper] | None = None
    result: list[str] | None = None
    result_codes: list[str] | None = None
    legal_basis: list[str] | None = None
    audience: list[str] | None = None
    life_event: list[str] | None = None
    life_event_expanded: list[str] | None = None
    decision_no: str | None = None
    procedure_type: str | None = None


_LIST_COLUMNS = frozenset(
    {
        "authority",
        "level",
        "channels",
        "components",
        "components_detail",
        "result",
        "result_codes",
        "legal_basis",
        "audience",
        "life_event",
        "life_event_expanded",
    }
)
_LEVELS = {"xã": Level.COMMUNE, "tỉnh": Level.PROVINCE, "trung ương": Level.MINISTRY, "cơ quan khác": Level.OTHER}
_ONLINE = {"toàn trình": OnlineLevel.FULL, "một phần": OnlineLevel.PARTIAL}
_AUDIENCE = {
    "công dân": Audience.CITIZEN,
    "tổ chức": Audience.ORGANISATION,
    "doanh nghiệp": Audience.ORGANISATION,
    "người nước ngoài": Audience.FOREIGNER,
}
_UNREADABLE = _("Không đọc được dòng này: cần một đối tượng JSON với đúng tên cột và kiểu dữ liệu.")


def read(path: Path) -> Iterator[Accepted | Refusal]:
    """The rows of a list, whichever of the two kinds of file it is, judged one by one.

    FileNotFoundError where there is none; Invalid FILE_UNREADABLE or COLUMNS_MISSING for a broken spreadsheet.
    """
    with path.open("rb") as file:
        is_spreadsheet = file.read(2) == b"PK"
    first_row_of: dict[str, int] = {}
    for item in _spreadsheet(path) if is_spreadsheet else _json_lines(path):
        if isinstance(item, Accepted):
            first = first_row_of.setdefault(item.code, item.row)
            if first != item.row:
                said = _("Mã thủ tục bị lặp lại trong tệp.")
                yield Refusal(item.row, item.code, "DUPLICATE_CODE", said)
                continue
        yield item


def count(path: Path) -> int:
    """About how many rows the file has, for a progress bar (0 for a spreadsheet: not known before reading)."""
    with path.open("rb") as file:
        if file.read(2) == b"PK":
            return 0
        file.seek(0)
        return sum(1 for line in file if line.strip())


_decoder = msgspec.json.Decoder(Row)


def _json_lines(path: Path) -> Iterator[Accepted | Refusal]:
    with path.open("rb") as file:
        number = 0
        for line in file:
            text = line.removeprefix(b"\xef\xbb\xbf").strip()
            if not text:
                continue
            number += 1
            try:
                row = _decoder.decode(text)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                yield Refusal(number, _code_in(text), "ROW_UNREADABLE", _because(error))
                continue
            yield judge(number, row)


def _code_in(text: bytes) -> str:
    """The code of a row that is otherwise broken, if it can be read at all."""
    try:
        raw = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
    code = raw.get("code") if isinstance(raw, dict) else None
    return normalise_line(str(code))[:40] if code is not None else ""


def _because(error: Exception) -> str:
    return f"{_UNREADABLE} ({normalise_line(str(error))[:200]})"


def _spreadsheet(path: Path) -> Iterator[Accepted | Refusal]:
    """The first sheet; its first row names the columns. Lists stand in a cell one a line, or as JSON."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise Invalid("FILE_UNREADABLE", _("Không đọc được bảng tính này.")) from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    header = [normalise_line(str(cell or "")).lower() for cell in next(rows, ())]
    missing = [name for name in ("code", "name") if name not in header]
    if missing:
        raise Invalid(
            "COLUMNS_MISSING", _("Bảng tính thiếu cột mã (code) hoặc tên (name)."), details={"columns": missing}
        )
    for number, cells in enumerate((cells for cells in rows if any(cell is not None for cell in cells)), start=1):
        values = {name: cell for name, cell in zip(header, cells) if name in Row.__struct_fields__ and cell is not None}
        yield _judge_cells(number, values)
    book.close()


def _judge_cells(number: int, values: Mapping[str, Any]) -> Accepted | Refusal:
    code = _cell_code(values.get("code"))
    try:
        row = msgspec.convert(
            {name: _cell(name, value) for name, value in values.items()} | {"code": code}, Row, strict=False
        )
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return Refusal(number, code, "ROW_UNREADABLE", _because(error))
    return judge(number, row)


def _cell_code(value: Any) -> str:
    """A code that a spreadsheet has taken for a number has lost its closing zeros: `1.00161` is 1.001610."""
    return f"{value:.6f}" if isinstance(value, float) else str(value or "")


def _cell(name: str, value: Any) -> Any:
    if name not in _LIST_COLUMNS:
        return str(value)
    text = str(value).strip()
    if text.startswith("["):
        return msgspec.json.decode(text)
    return [part.strip() for part in text.replace(";", "\n").splitlines() if part.strip()]


def judge(number: int, row: Row) -> Accepted | Refusal:
    """The row as a procedure's public text, or why it cannot be taken."""
    try:
        code = parse_procedure_code(row.code)
    except Invalid as refusal:
        return Refusal(number, normalise_line(row.code)[:40], refusal.code, refusal.message)
    name = normalise_line(row.name)
    if not name:
        return Refusal(number, code, "NAME_MISSING", _("Thủ tục phải có tên."))
    if len(name) > LONGEST_NAME:
        return Refusal(number, code, "NAME_TOO_LONG", _("Tên thủ tục dài quá 2.000 ký tự."))
    try:
        return Accepted(number, code, _definition(name, row))
    except _Unknown as unknown:
        return Refusal(number, code, unknown.reason, unknown.message)


class _Unknown(Exception):
    """A value outside its list."""

    def __init__(self, reason: str, message: str | Promise) -> None:
        super().__init__(reason)
        self.reason, self.message = reason, message


def _definition(name: str, row: Row) -> ProcedureDefinition:
    return ProcedureDefinition(
        name=name,
        field_code=_line(row.sector_code),
        field_name=_line(row.sector),
        owner_code=_line(row.ministry_code),
        owner_name=_line(row.ministry),
        decision=_line(row.decision_no),
        kind=_line(row.procedure_type) or "STANDARD",
        levels=_known(row.level, _LEVELS, "LEVEL_UNKNOWN", _("Cấp giải quyết không có trong danh mục.")),
        online_level=_ONLINE.get(_line(row.online_level).lower(), OnlineLevel.NONE),
        channels=_known(
            row.channels,
            {channel.value.lower(): channel for channel in Channel},
            "CHANNEL_UNKNOWN",
            _("Cách thức thực hiện không có trong danh mục."),
        ),
        audience=_known(row.audience, _AUDIENCE, "AUDIENCE_UNKNOWN", _("Đối tượng thực hiện không có trong danh mục.")),
        authorities=_lines(row.authority),
        time_text=_text(row.processing_time_text),
        fee_text=_text(row.fee_text),
        components=tuple(_papers(row)),
        results=tuple(_results(row)),
        legal_basis=_lines(row.legal_basis),
        life_events=_lines([*(row.life_event or []), *(row.life_event_expanded or [])]),
    )


def _known(
    written: list[str] | None, values: Mapping[str, Any], reason: str, message: str | Promise
) -> tuple[Any, ...]:
    found: dict[Any, None] = {}
    for item in written or []:
        value = values.get(normalise_line(item).lower())
        if value is None:
            raise _Unknown(reason, message)
        found[value] = None
    return tuple(found)


def _papers(row: Row) -> Iterator[ComponentNote]:
    if row.components_detail:
        for paper in row.components_detail:
            yield ComponentNote(
                name=_text(paper.name),
                originals=max(0, paper.original or 0),
                copies=max(0, paper.copy or 0),
                case=_text(paper.case),
                code=_line(paper.code),
            )
        return
    for name in _lines(row.components):
        yield ComponentNote(name=name)


def _results(row: Row) -> Iterator[Result]:
    for code, name in zip_longest(row.result_codes or [], row.result or [], fillvalue=""):
        yield Result(code=_line(code), name=_line(name))


def _line(text: str | None) -> str:
    return normalise_line(text or "")


def _text(text: str | None) -> str:
    return normalise(text or "").strip()


def _lines(texts: list[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for text in texts or [] if (line := normalise_line(text))))
