"""The check of a file of new units: every fault of every row at once, by the rules of single units. Pure (ACC-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.rules import (
    GSO_DIGITS,
    LEVEL_OF,
    PARENT_KINDS,
    UNIT_CODE,
    Level,
    UnitKind,
    fits_gso_code,
)
from motcua.domain.organisations.spreadsheets.reading import RowError, SheetRow, day_of
from motcua.foundation.text import fold

CODE: Final = "Mã định danh"
NAME: Final = "Tên đơn vị"
KIND: Final = "Loại đơn vị"
PARENT: Final = "Mã đơn vị cấp trên"
SINCE: Final = "Ngày hiệu lực"
GSO: Final = "Mã đơn vị hành chính"
PHONE: Final = "Điện thoại hỗ trợ"
COLUMNS: Final = (CODE, NAME, KIND, PARENT, SINCE, GSO, PHONE)
NEEDED: Final = (CODE, NAME, KIND, PARENT, SINCE)

KIND_WORDS: Final[dict[str, UnitKind]] = {
    fold(word): kind
    for kind, words in {
        UnitKind.MINISTRY: ("MINISTRY", "Bộ"),
        UnitKind.PROVINCE: ("PROVINCE", "Tỉnh"),
        UnitKind.DEPARTMENT: ("DEPARTMENT", "Cơ quan chuyên môn"),
        UnitKind.COMMUNE: ("COMMUNE", "Xã"),
        UnitKind.DESK: ("DESK", "Bộ phận một cửa"),
    }.items()
    for word in words
}
"""How a row may name a kind of unit, folded; the nation is never imported."""


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit that exists before the import."""

    id: int
    name: str
    kind: UnitKind
    level: Level
    parent_code: str
    exists: bool
    may_manage: bool


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit to be added; `depth` counts the file's own units above it."""

    number: int
    code: str
    name: str
    kind: UnitKind
    level: Level
    parent_code: str
    valid_from: date
    gso_code: str | None
    support_phone: str
    depth: int


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """What a file would do: units to be added, rows that are so already, every fault of the others."""

    rows: Sequence[PlannedUnit]
    unchanged: int
    errors: Sequence[RowError]

    @property
    def refused_rows(self) -> int:
        """How many rows have a fault."""
        return len({error.row for error in self.errors})


class _Check:
    """The rows of one file under check. A unit whose unit above is refused is refused with it."""

    def __init__(self, known: Mapping[str, KnownUnit], gso_taken: Mapping[str, str]) -> None:
        self.known, self.gso_taken = known, dict(gso_taken)
        self.planned: dict[str, PlannedUnit] = {}
        self.first: dict[str, int] = {}
        self.errors: list[RowError] = []
        self.unchanged = 0

    def wrong(self, row: SheetRow, column: str, message: str | Promise) -> None:
        self.errors.append(RowError(row.number, column, message))

    def take(self, row: SheetRow) -> bool:
        """Judges one row whose unit above is known by now, or never will be."""
        before, code, kind = len(self.errors), row.get(CODE).upper(), KIND_WORDS.get(fold(row.get(KIND)))
        earlier = self.first.setdefault(code, row.number)
        if earlier != row.number:
            self.wrong(row, CODE, _("Trùng với dòng %(row)d.") % {"row": earlier})
        if not UNIT_CODE.fullmatch(code):
            self.wrong(row, CODE, _("Mã định danh gồm chữ in hoa không dấu, chữ số và dấu chấm."))
        if not row.get(NAME) or len(row.get(NAME)) > 300:
            self.wrong(row, NAME, _("Phải nhập tên đơn vị, tối đa 300 ký tự."))
        if kind is None:
            self.wrong(row, KIND, _("Loại đơn vị không hợp lệ."))
        parent = self._parent(row, kind)
        since = self._since(row)
        gso = self._gso(row, kind)
        if len(self.errors) > before or kind is None or parent is None or since is None:
            return False
        return self._settle(row, code, kind, parent, since, gso)

    def _settle(
        self,
        row: SheetRow,
        code: str,
        kind: UnitKind,
        parent: tuple[UnitKind, Level, int],
        since: date,
        gso: str | None,
    ) -> bool:
        known = self.known.get(code)
        if known is not None:
            same = (known.name, known.kind, known.parent_code) == (row.get(NAME), kind, row.get(PARENT).upper())
            if same:
                self.unchanged += 1
            else:
                self.wrong(row, CODE, _("Đơn vị đã có; đổi tên, chuyển đơn vị cấp trên thực hiện tại trang đơn vị."))
            return same
        if gso is not None:
            self.gso_taken[gso] = code
        level = LEVEL_OF.get(kind, parent[1])
        above = row.get(PARENT).upper()
        self.planned[code] = PlannedUnit(
            row.number, code, row.get(NAME), kind, level, above, since, gso, row.get(PHONE)[:20], parent[2] + 1
        )
        return True

    def _parent(self, row: SheetRow, kind: UnitKind | None) -> tuple[UnitKind, Level, int] | None:
        """Kind, level and depth of the unit above, which exists or stands in the file."""
        code = row.get(PARENT).upper()
        known, planned = self.known.get(code), self.planned.get(code)
        if known is None and planned is None:
            self.wrong(row, PARENT, _("Không có đơn vị cấp trên này, hoặc dòng của đơn vị đó sai."))
            return None
        if known is not None and not known.exists:
            self.wrong(row, PARENT, _("Đơn vị này đã chấm dứt hoạt động."))
        if known is not None and not known.may_manage:
            self.wrong(row, PARENT, _("Đơn vị này nằm ngoài phạm vi quản trị của Ông/Bà."))
        found = (known.kind, known.level, 0) if known else None
        if planned is not None:
            found = (planned.kind, planned.level, planned.depth)
        if kind is not None and found is not None and found[0] not in PARENT_KINDS[kind]:
            self.wrong(row, PARENT, _("Loại đơn vị này không thể đặt dưới đơn vị cấp trên đã chọn."))
        return found

    def _since(self, row: SheetRow) -> date | None:
        try:
            since = day_of(row.get(SINCE))
        except ValueError:
            since = None
        if since is None:
            self.wrong(row, SINCE, _("Ngày phải viết theo dạng 04/06/2026."))
        return since

    def _gso(self, row: SheetRow, kind: UnitKind | None) -> str | None:
        """The statistical code: provinces have two digits, communes five, others none."""
        digits = GSO_DIGITS.get(kind, 0) if kind else 0
        gso = row.get(GSO).zfill(digits) if row.get(GSO) else ""  # a number cell has lost its leading zeros
        if kind is not None and not fits_gso_code(kind, gso):
            self.wrong(row, GSO, _("Tỉnh có mã 2 chữ số, xã có mã 5 chữ số, đơn vị khác để trống."))
            return None
        if gso and self.gso_taken.get(gso, row.get(CODE).upper()) != row.get(CODE).upper():
            self.wrong(row, GSO, _("Mã đơn vị hành chính này đã được dùng."))
        return gso or None


def check(rows: Sequence[SheetRow], known: Mapping[str, KnownUnit], gso_taken: Mapping[str, str]) -> UnitPlan:
    """Judges every row, a unit after the one above it wherever it stands in the file."""
    state = _Check(known, gso_taken)
    waiting = {row.get(CODE).upper() for row in rows} - set(known)
    left = list(rows)
    while left:
        ready = [row for row in left if row.get(PARENT).upper() not in waiting]
        for row in ready or left:  # a circle in the file: nobody above is known, each row says so
            state.take(row)
            waiting.discard(row.get(CODE).upper())
        left = [row for row in left if row not in ready] if ready else []
    state.errors.sort(key=lambda error: error.row)
    return UnitPlan(sorted(state.planned.values(), key=lambda unit: unit.number), state.unchanged, state.errors)
