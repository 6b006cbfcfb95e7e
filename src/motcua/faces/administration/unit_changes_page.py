"""Changes of the unit tree on pages: add, rename, move, merge; with the day and the decision behind each (ACC-01)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from motcua.domain.organisations import queries, unit_directory, units
from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.rules import LEVEL_OF, PARENT_KINDS, Level, UnitKind
from motcua.faces.administration.guard import administrators
from motcua.faces.administration.reading import day_of
from motcua.faces.administration.units_page import render_unit
from motcua.faces.signing_in import SignedInRequest
from motcua.foundation.errors import DomainError, Invalid, NotFound

CHANGES: dict[str, str | Promise] = {
    "doi-ten": gettext_lazy("Đổi tên"),
    "chuyen": gettext_lazy("Chuyển đơn vị cấp trên"),
    "sap-nhap": gettext_lazy("Sáp nhập vào đơn vị khác"),
}


def _day(request: SignedInRequest) -> date:
    day = day_of(request.POST, "on")
    if day is None:
        raise Invalid("DATE_REQUIRED", _("Phải nhập ngày có hiệu lực."), field="on")
    return day


def _change(request: SignedInRequest, unit_id: int, change: str) -> None:
    who, form, day = request.principal, request.POST, _day(request)
    reason, other = form.get("reason", ""), form.get("other", "")
    if change == "doi-ten":
        units.rename_unit(who, unit_id, name=form.get("name", ""), on=day, reason=reason)
    elif change == "chuyen":
        units.move_unit(who, unit_id, parent_id=queries.unit_by_code(other).pk, on=day, reason=reason)
    else:
        units.merge_unit(who, unit_id, into_id=queries.unit_by_code(other).pk, on=day, reason=reason)


@require_POST
@administrators("unit.manage")
def change_unit(request: SignedInRequest, unit_id: int, change: str) -> HttpResponse:
    """Renames, moves or merges a unit; a refusal shows the same page with what was typed."""
    if change not in CHANGES:
        raise NotFound("ACT_UNKNOWN", _("Không có thao tác này"))
    try:
        _change(request, unit_id, change)
    except DomainError as error:
        if error.status == 403:
            raise
        return render_unit(request, unit_id, error=error, failed=change)
    messages.success(request, _("Đã ghi nhận: %(act)s") % {"act": CHANGES[change]})
    return redirect("administration:unit", unit_id)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators("unit.manage")
def add_unit(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """Adds a unit below this one."""
    above = unit_directory.unit_detail(request.principal, unit_id).unit
    error: DomainError | None = None
    if request.method == "POST":
        try:
            made = _added(request, above)
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            error = refusal
        else:
            messages.success(request, _("Đã thêm đơn vị."))
            return redirect("administration:unit", made.pk)
    kinds = [kind.value for kind, parents in PARENT_KINDS.items() if UnitKind(above.kind) in parents]
    context: dict[str, Any] = {"above": above, "kinds": kinds, "error": error, "typed": request.POST}
    return render(request, "administration/add_unit.html", context, status=error.status if error else 200)


def _added(request: SignedInRequest, above: Unit) -> Unit:
    form, kinds = request.POST, {kind.value for kind in UnitKind}
    if form.get("kind") not in kinds:
        raise Invalid("UNIT_KIND", _("Loại đơn vị không hợp lệ."), field="kind")
    kind = UnitKind(form["kind"])
    return units.create_unit(
        request.principal,
        code=form.get("code", ""),
        name=form.get("name", ""),
        kind=kind,
        level=LEVEL_OF.get(kind, Level(above.level)),
        parent_id=above.pk,
        valid_from=_day(request),
        gso_code=form.get("gso_code", "").strip() or None,
        support_phone=form.get("support_phone", "")[:20],
    )
