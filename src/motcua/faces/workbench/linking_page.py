"""Linking a person's later document to an earlier one, both seen at the desk (IDN-13)."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.domain.organisations.holding import require_somewhere
from motcua.domain.people.linking import RIGHT, Linking, link_document
from motcua.faces.forms.identity_inputs import identity_inputs, identity_typed, listed
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.foundation.errors import DomainError, FieldError, Invalid


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def link(request: SignedInRequest) -> HttpResponse:
    """Two documents of one person and what proves it; a POST links them."""
    require_somewhere(request.principal, RIGHT)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            link_document(request.principal, _order(request.POST))
        except DomainError as refused:
            if refused.status == 403:
                raise
            error = refused
        else:
            messages.success(request, _("Đã liên kết. Hồ sơ lập bằng hai giấy tờ nay thuộc một người."))
            return redirect("workbench:link_document")
    errors = listed(error) if error else []
    context = {
        "errors": errors,
        "typed": request.POST,
        "known": identity_inputs(request.POST, errors),
        "new": identity_inputs(request.POST, errors, "new_"),
    }
    return render(request, "workbench/link_document.html", context, status=error.status if error else 200)


def _order(typed: Mapping[str, str]) -> Linking:
    errors: list[FieldError] = []
    known, other = identity_typed(typed, errors), identity_typed(typed, errors, "new_")
    if errors or known is None or other is None:
        raise Invalid("LINKING_INVALID", _("Cần xem lại thông tin giấy tờ."), errors=errors)
    return Linking(
        known, other, typed.get("full_name", ""), typed.get("evidence", ""), documents_seen="documents_seen" in typed
    )
