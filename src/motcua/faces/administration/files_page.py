"""Units and accounts by spreadsheet: export, empty template, upload → dry run → commit (ACC-12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.domain.organisations.access import Acting
from motcua.domain.organisations.holding import require_somewhere
from motcua.domain.organisations.rules import ROLES
from motcua.domain.organisations.spreadsheets import account_check, accounts, exporting, reading, unit_rows, units
from motcua.domain.organisations.spreadsheets.reading import SheetRow
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.foundation import files
from motcua.foundation.errors import DomainError, Invalid, NotFound
from motcua.foundation.models import StoredFile


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its words, columns, the rights over it, and what is done with its rows."""

    title: str | Promise
    columns: Sequence[str]
    needed: Sequence[str]
    action: str
    view: str
    plan: Callable[[Acting, Sequence[SheetRow]], Any]
    write: Callable[..., Any]
    export: Callable[[Acting], bytes]
    back: str


KINDS: dict[str, Kind] = {
    "tai-khoan": Kind(
        gettext_lazy("Nhập tài khoản và quyền từ tệp"),
        account_check.COLUMNS,
        account_check.NEEDED,
        "account.create",
        "account.view",
        accounts.plan_accounts,
        accounts.import_accounts,
        exporting.export_accounts,
        "administration:accounts",
    ),
    "don-vi": Kind(
        gettext_lazy("Nhập đơn vị từ tệp"),
        unit_rows.COLUMNS,
        unit_rows.NEEDED,
        "unit.manage",
        "unit.view",
        units.plan_units,
        units.import_units,
        exporting.export_units,
        "administration:units",
    ),
}
_MOST_SHOWN = 500


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NotFound("FILE_KIND_UNKNOWN", _("Không có loại tệp này."))
    return KINDS[name]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def import_file(request: SignedInRequest, kind: str) -> HttpResponse:
    """GET explains and asks for the file; POST shows what it would do, row by row, and writes nothing."""
    chosen = _kind(kind)
    require_somewhere(request.principal, chosen.action)
    context: dict[str, Any] = {"kind": kind, "chosen": chosen, "roles": ROLES.values(), "most": reading.MOST_ROWS}
    if request.method == "POST":
        try:
            stored = _received(request)
            plan = chosen.plan(request.principal, _rows(stored, chosen))
            context |= {"stored": stored, "plan": plan, "errors": plan.errors[:_MOST_SHOWN]}
        except DomainError as error:
            context["error"] = error
    return render(request, "administration/import_file.html", context, status=422 if "error" in context else 200)


def _received(request: SignedInRequest) -> StoredFile:
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid("FILE_MISSING", _("Ông/Bà chưa chọn tệp."), field="file")
    return files.store(sent.chunks(), sent.name or "", uploader=request.principal.actor(), accepts={reading.MEDIA_TYPE})


def _rows(stored: StoredFile, kind: Kind) -> list[SheetRow]:
    with files.open_verified(stored) as file:
        return reading.read_rows(file, kind.columns, needed=kind.needed)


@require_POST
@signed_in
def commit_file(request: SignedInRequest, kind: str) -> HttpResponse:
    """Writes what the dry run showed: all rows, or the rows without fault where the administrator said so."""
    chosen = _kind(kind)
    require_somewhere(request.principal, chosen.action)
    stored = _own_file(request)
    only_valid = request.POST.get("mode") == "valid"
    try:
        plan = chosen.write(request.principal, _rows(stored, chosen), only_valid=only_valid)
    except DomainError as error:
        context = {"kind": kind, "chosen": chosen, "error": error, "roles": ROLES.values(), "most": reading.MOST_ROWS}
        return render(request, "administration/import_file.html", context, status=error.status)
    messages.success(request, _("Đã ghi %(count)d dòng của tệp.") % {"count": len(plan.rows)})
    return redirect(chosen.back)


def _own_file(request: SignedInRequest) -> StoredFile:
    """The file of the dry run. Raises NotFound for anybody else's."""
    try:
        stored = files.get(UUID(request.POST.get("file", "")))
    except ValueError:
        raise NotFound("FILE_UNKNOWN", _("Không có tệp này.")) from None
    actor = request.principal.actor()
    if (stored.uploader_kind, stored.uploader_id) != (actor.kind, actor.id):
        raise NotFound("FILE_UNKNOWN", _("Không có tệp này."))
    return stored


@require_safe
@signed_in
def export_file(request: SignedInRequest, kind: str) -> HttpResponse:
    """What the reader may see, in the columns of the import."""
    chosen = _kind(kind)
    require_somewhere(request.principal, chosen.view)
    return _sheet(chosen.export(request.principal), f"{kind}.xlsx")


@require_safe
@signed_in
def template_file(request: SignedInRequest, kind: str) -> HttpResponse:
    """An empty file with the columns."""
    chosen = _kind(kind)
    require_somewhere(request.principal, chosen.action)
    return _sheet(exporting.template(chosen.columns), f"mau-{kind}.xlsx")


def _sheet(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=reading.MEDIA_TYPE)
    response["Content-Disposition"] = files.content_disposition(name, inline=False)
    response["Cache-Control"] = "private, no-store"
    return response
