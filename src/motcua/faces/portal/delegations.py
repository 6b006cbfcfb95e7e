"""A legal representative's page: to whom the organisation delegated, delegate, take back (IDN-08)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from motcua.domain.catalogue.queries import unknown_services
from motcua.domain.people import delegation
from motcua.faces.forms.identity_inputs import identity_inputs, identity_typed, listed
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.foundation import clock
from motcua.foundation.errors import DomainError, FieldError, Invalid


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delegations(request: SignedInRequest) -> HttpResponse:
    """The organisation's delegations; a POST delegates, and what was typed stays where it is refused."""
    error: DomainError | None = None
    if request.method == "POST":
        try:
            delegation.delegate(request.principal, _order(request.POST))
        except DomainError as refused:
            if refused.status == 403:
                raise
            error = refused
        else:
            messages.success(request, _("Đã phân quyền. Người được phân quyền chọn tư cách tổ chức ở đầu trang."))
            return redirect("portal:delegations")
    errors = listed(error) if error else []
    context = {
        "delegations": delegation.delegations_of(request.principal),
        "errors": errors,
        "what_next": error.what_next if error else "",
        "typed": request.POST,
        "identity": identity_inputs(request.POST, errors),
    }
    return render(request, "portal/delegations.html", context, status=error.status if error else 200)


@require_POST
@signed_in
def take_back(request: SignedInRequest, representation_id: int) -> HttpResponse:
    """Ends one delegation at once."""
    delegation.revoke(request.principal, representation_id)
    messages.success(request, _("Đã thu hồi. Người đó không còn thực hiện được gì thay tổ chức."))
    return redirect("portal:delegations")


def _order(typed: Mapping[str, str]) -> delegation.Order:
    """The form as an order; every field error at once."""
    errors: list[FieldError] = []
    document = identity_typed(typed, errors)
    name = typed.get("full_name", "").strip()
    if not name:
        errors.append(FieldError("full_name", "NAME_REQUIRED", _("Ông/Bà nhập họ tên người được phân quyền.")))
    until = _end_of(typed.get("valid_until", ""))
    if until is None:
        errors.append(FieldError("valid_until", "DATE_MALFORMED", _("Ông/Bà nhập ngày hết hạn, ví dụ 31/12/2026.")))
    codes = _codes(typed, errors)
    if errors or document is None or until is None:
        raise Invalid("DELEGATION_INVALID", _("Ông/Bà xem lại nội dung phân quyền."), errors=errors)
    return delegation.Order(document, name, until, codes, "may_submit" in typed, "may_pay" in typed)


def _codes(typed: Mapping[str, str], errors: list[FieldError]) -> frozenset[str] | None:
    if typed.get("scope") != "some":
        return None
    codes = frozenset(re.split(r"[\s,;]+", typed.get("services", "").strip())) - {""}
    unknown = unknown_services(codes)
    if unknown:
        words = _("Không có dịch vụ công với mã: %(codes)s.") % {"codes": ", ".join(unknown[:5])}
        errors.append(FieldError("services", "SERVICE_UNKNOWN", words))
    return codes


def _end_of(text: str) -> datetime | None:
    """The end of the named day (`dd/mm/yyyy`, or as a date field sends it), Vietnamese time; None for no date."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            day: date = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
        return datetime.combine(day + timedelta(days=1), time(), clock.VIETNAM)
    return None
