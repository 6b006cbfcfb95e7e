"""As whom a person acts: themselves or an organisation, chosen by hand and always shown (IDN-09)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.domain.people import sessions
from motcua.domain.people.mandates import capacities_of
from motcua.domain.people.rules import safe_next
from motcua.faces.signing_in import SignedInRequest, signed_in_as_anyone
from motcua.foundation.errors import Invalid


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_as_anyone
def capacity(request: SignedInRequest) -> HttpResponse:
    """The capacities that this person may choose; a POST goes on in the chosen one."""
    if request.method == "POST":
        sessions.switch_capacity(request.session, request.principal, _party(request.POST.get("party", "")))
        messages.success(request, _("Ông/Bà đã chuyển tư cách. Tư cách đang dùng ghi ở đầu mỗi trang."))
        return redirect(safe_next(request.POST.get("next", "/"), "/ca-nhan"))
    context = {
        "capacities": capacities_of(request.principal),
        "next": safe_next(request.GET.get("next", ""), "/ca-nhan"),
        "representative": request.principal.is_legal_representative,
    }
    return render(request, "portal/capacity.html", context)


def _party(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("PARTY_UNKNOWN", _("Ông/Bà chọn một tư cách trong danh sách."), field="party") from None
