"""Coverage on pages: communes without an officer for a function, needed against existing numbers (ACC-07, ACC-08)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.domain.organisations.coverage import queries, services
from motcua.domain.organisations.coverage.rules import FUNCTION_NAMES, completion
from motcua.domain.organisations.diagnosing import place_of
from motcua.domain.organisations.holding import actions_held
from motcua.domain.organisations.rules import ROLES
from motcua.faces.administration.guard import administrators
from motcua.faces.administration.spreadsheet import send_spreadsheet
from motcua.faces.signing_in import SignedInRequest
from motcua.foundation.errors import DomainError, Invalid, NotFound


@require_safe
@administrators("account.view")
def provinces(request: SignedInRequest) -> HttpResponse:
    """Every province one may see: complete communes of all, and how many communes lack each function."""
    communes = queries.coverage_of_communes(request.principal)
    complete = sum(commune.complete for commune in communes)
    context = {
        "summaries": queries.by_province(communes),
        "functions": list(FUNCTION_NAMES.values()),
        "communes": len(communes),
        "complete": complete,
        "percent": completion(complete, len(communes)),
    }
    return render(request, "administration/coverage.html", context)


@require_safe
@administrators("account.view")
def province(request: SignedInRequest, province_id: int) -> HttpResponse:
    """The communes of one province, red where a function has no officer."""
    communes = queries.coverage_of_communes(request.principal, province_id)
    if not communes:
        raise NotFound("PROVINCE_NOT_FOUND", _("Không có xã, phường nào của địa phương này trong phạm vi của Ông/Bà."))
    only_missing = request.GET.get("con-thieu") == "1"
    context = {
        "summary": queries.by_province(communes)[0],
        "communes": [commune for commune in communes if not (only_missing and commune.complete)],
        "functions": list(FUNCTION_NAMES.values()),
        "only_missing": only_missing,
    }
    return render(request, "administration/coverage_province.html", context)


@require_safe
@administrators("account.view")
def export(request: SignedInRequest) -> HttpResponse:
    """The whole report as a spreadsheet: communes by function, and needed against existing numbers."""
    communes = queries.coverage_of_communes(request.principal)
    has, lacks = _("Có"), _("Thiếu")
    return send_spreadsheet(
        "do-phu-tai-khoan.xlsx",
        [
            (
                _("Chức năng cấp xã"),
                [_("Tỉnh, thành phố"), _("Mã định danh"), _("Xã, phường, đặc khu"), *map(str, FUNCTION_NAMES.values())],
                (
                    [row.province, row.code, row.name, *(has if covered else lacks for _name, covered in row.cells)]
                    for row in communes
                ),
            ),
            (
                _("Số lượng tài khoản"),
                [_("Mã định danh"), _("Đơn vị"), _("Vai trò"), _("Cần có"), _("Đang có"), _("Còn thiếu")],
                (
                    [row.unit_code, row.unit_name, str(row.role_name), row.needed, row.existing, row.gap]
                    for row in queries.staffing(request.principal)
                ),
            ),
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrators("account.view")
def staffing(request: SignedInRequest) -> HttpResponse:
    """Needed and existing numbers per unit and role; an administrator records what is needed."""
    error: DomainError | None = None
    if request.method == "POST":
        try:
            needed = request.POST.get("needed", "").strip()
            unit_id = place_of(request.POST.get("unit", "")).unit_id
            number = int(needed) if needed.isdecimal() and len(needed) < 6 else -1
            services.record_need(request.principal, unit_id, request.POST.get("role", ""), number)
        except Invalid as refused:
            error = refused
        else:
            messages.success(request, _("Đã ghi nhận số lượng tài khoản cần có."))
            return redirect(reverse("administration:staffing"))
    only_gaps = request.GET.get("con-thieu") == "1"
    code, _bar, role = request.GET.get("sau", "")[:80].partition("|")
    rows = queries.staffing(request.principal, only_gaps=only_gaps, after=(code, role), size=queries.PAGE + 1)
    kept = {"con-thieu": "1"} if only_gaps else {}
    last = f"{rows[queries.PAGE - 1].unit_code}|{rows[queries.PAGE - 1].role}" if len(rows) > queries.PAGE else ""
    context = {
        "rows": rows[: queries.PAGE],
        "following": f"?{urlencode({**kept, 'sau': last})}" if last else "",
        "first": f"?{urlencode(kept)}" if code else "",
        "only_gaps": only_gaps,
        "may_record": "account.create" in actions_held(request.principal),
        "roles": [(code, role.words) for code, role in ROLES.items()],
        "typed": request.POST,
        "error": error,
    }
    return render(request, "administration/staffing.html", context, status=error.status if error else 200)
