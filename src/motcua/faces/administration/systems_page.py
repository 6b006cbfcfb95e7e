"""Specialised systems: what localities got from their owners, officers without an account there (ACC-04, ACC-15)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.domain.organisations.diagnosing import place_of
from motcua.domain.organisations.holding import actions_held
from motcua.domain.organisations.queries import fields
from motcua.domain.organisations.systems import queries, services
from motcua.domain.organisations.systems.rules import PURPOSE_NAMES, Purpose
from motcua.domain.organisations.systems.services import SystemFacts
from motcua.faces.administration.guard import administrators
from motcua.faces.signing_in import SignedInRequest, officers_only
from motcua.foundation.errors import Conflict, DomainError, Invalid, NotFound

VIEW = "system_account.view"


@require_http_methods(["GET", "HEAD", "POST"])
@administrators(VIEW)
def systems(request: SignedInRequest) -> HttpResponse:
    """Every registered system with what it still owes the localities; its owner registers a further one."""
    error: DomainError | None = None
    if request.method == "POST":
        try:
            made = services.register_system(request.principal, _facts(request))
        except (Invalid, Conflict) as refused:
            error = refused
        else:
            messages.success(request, _("Đã đăng ký hệ thống."))
            return redirect("administration:system", system_id=made.pk)
    context = {
        "rows": queries.matrix(request.principal),
        "may_register": "system.manage" in actions_held(request.principal),
        "fields": fields(),
        "typed": request.POST,
        "chosen": request.POST.getlist("fields"),
        "error": error,
    }
    return render(request, "administration/systems.html", context, status=error.status if error else 200)


def _facts(request: SignedInRequest) -> SystemFacts:
    form = request.POST
    return SystemFacts(
        code=form.get("code", "")[:60],
        name=form.get("name", "")[:300],
        owner_id=place_of(form.get("owner", "")).unit_id,
        field_codes=form.getlist("fields"),
        sign_on_url=form.get("sign_on_url", "")[:500],
    )


@require_safe
@administrators(VIEW)
def system(request: SignedInRequest, system_id: int) -> HttpResponse:
    """One system: each province with its monitoring and its administration account, or who owes it."""
    return _render(request, system_id)


def _render(request: SignedInRequest, system_id: int, error: DomainError | None = None) -> HttpResponse:
    rows = queries.matrix(request.principal, system_id)
    if not rows:
        raise NotFound("SYSTEM_NOT_FOUND", _("Không tìm thấy hệ thống chuyên ngành."))
    cells = rows[0].cells
    context = {
        "row": rows[0],
        "localities": [
            (cells[at].province, cells[at : at + len(Purpose)]) for at in range(0, len(cells), len(Purpose))
        ],
        "purposes": list(PURPOSE_NAMES.items()),
        "may_record": "system_account.record" in actions_held(request.principal),
        "typed": request.POST,
        "error": error,
    }
    return render(request, "administration/system.html", context, status=error.status if error else 200)


@require_POST
@administrators(VIEW)
def provide(request: SignedInRequest, system_id: int) -> HttpResponse:
    """Notes that the owner has given a province an account."""
    try:
        province_id, purpose = _cell(request)
        reference = request.POST.get("reference", "")
        services.record_provided(request.principal, system_id, province_id, purpose, reference=reference)
    except (Invalid, Conflict) as error:
        return _render(request, system_id, error)
    messages.success(request, _("Đã ghi nhận tài khoản đã cấp."))
    return redirect("administration:system", system_id=system_id)


def _cell(request: SignedInRequest) -> tuple[int, Purpose]:
    province, purpose = request.POST.get("province", ""), request.POST.get("purpose", "")
    if purpose not in list(Purpose) or not province.isdecimal() or len(province) > 9:
        raise Invalid("CELL_REQUIRED", _("Phải chọn địa phương và loại tài khoản."))
    return int(province), Purpose(purpose)


@require_POST
@administrators(VIEW)
def withdraw(request: SignedInRequest, provided_id: int) -> HttpResponse:
    """Notes that an account given to a province does not exist any more."""
    system_id = services.withdraw_provided(request.principal, provided_id)
    messages.success(request, _("Đã ghi nhận tài khoản không còn."))
    return redirect("administration:system", system_id=system_id)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators(VIEW)
def officers(request: SignedInRequest, system_id: int) -> HttpResponse:
    """Officers who work on the system's fields and have no account in it; their administrator notes one."""
    error: DomainError | None = None
    if request.method == "POST":
        try:
            account_id = _uuid(request.POST.get("account", ""))
            services.map_officer(request.principal, account_id, system_id, request.POST.get("external", ""))
        except (Invalid, Conflict) as refused:
            error = refused
        else:
            messages.success(request, _("Đã ghi nhận tài khoản của cán bộ trên hệ thống chuyên ngành."))
            return redirect("administration:system_officers", system_id=system_id)
    found, after = queries.system_seen(request.principal, system_id), request.GET.get("sau", "")
    rows = queries.officers_without_account(
        request.principal, found, after=_uuid(after) if after else None, size=queries.PAGE + 1
    )
    context = {
        "system": found,
        "rows": rows[: queries.PAGE],
        "following": f"{request.path}?sau={rows[queries.PAGE - 1].pk}" if len(rows) > queries.PAGE else "",
        "first": request.path if after else "",
        "may_record": "system_account.record" in actions_held(request.principal),
        "error": error,
    }
    return render(request, "administration/system_officers.html", context, status=error.status if error else 200)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("ACCOUNT_NOT_FOUND", _("Không tìm thấy tài khoản.")) from None


@require_safe
@officers_only
def enter(request: SignedInRequest, code: str) -> HttpResponse:
    """Into a specialised system by the officer's own account there; without one, what to do instead (ACC-15)."""
    way = queries.way_into(request.principal, code)
    if way.mapping is not None and way.system.sign_on_url:
        return redirect(way.system.sign_on_url)
    return render(request, "administration/system_guidance.html", {"way": way})
