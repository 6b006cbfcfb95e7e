"""Opening an account for an inspection or survey team (ACC-13)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.domain.organisations import queries
from motcua.domain.organisations.account_rules import INSPECTION_ROLES
from motcua.domain.organisations.inspection import open_inspection_account
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.policies import INSPECTION_MOST_DAYS
from motcua.domain.organisations.rules import ROLES
from motcua.faces.administration.guard import administrators
from motcua.faces.administration.reading import day_of
from motcua.faces.signing_in import SignedInRequest
from motcua.foundation.errors import DomainError, Invalid


@require_http_methods(["GET", "HEAD", "POST"])
@administrators("account.create")
def open_inspection(request: SignedInRequest) -> HttpResponse:
    """Asks for the team, its localities and its days; a refusal keeps what was typed."""
    error: DomainError | None = None
    if request.method == "POST":
        try:
            account = _opened(request)
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            error = refusal
        else:
            messages.success(request, _("Đã mở tài khoản kiểm tra, khảo sát."))
            return redirect("administration:account", account.pk)
    context = {
        "error": error,
        "typed": request.POST,
        "roles": [(code, ROLES[code].words) for code in INSPECTION_ROLES],
        "most_days": INSPECTION_MOST_DAYS.get(),
    }
    return render(request, "administration/open_inspection.html", context, status=error.status if error else 200)


def _opened(request: SignedInRequest) -> Account:
    form = request.POST
    first, last = day_of(form, "first_day"), day_of(form, "last_day")
    if first is None or last is None:
        raise Invalid("INSPECTION_PERIOD", _("Phải nhập ngày bắt đầu và ngày kết thúc."), field="first_day")
    codes = form.get("localities", "").replace(",", " ").split()[:100]
    return open_inspection_account(
        request.principal,
        display_name=form.get("display_name", ""),
        home_unit_id=queries.unit_by_code(form.get("unit", "")).pk,
        role=form.get("role", ""),
        localities=[queries.unit_by_code(code).pk for code in codes],
        first_day=first,
        last_day=last,
        reason=form.get("reason", ""),
    )
