"""The applicant's answer to a request for supplement: only what was asked, everything at once (SUB-11)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.domain.dossiers import services
from motcua.faces.portal.dossier_page import dossier_page
from motcua.faces.receiving_files import received
from motcua.faces.signing_in import SignedInRequest, for_applicants
from motcua.foundation.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@for_applicants
def supplement(request: SignedInRequest, dossier_id: UUID) -> HttpResponse:
    """One file input for each component asked for, and no other."""
    context = dossier_page(request.principal, dossier_id)
    if request.method == "POST":
        try:
            files = received(request, context["detail"].definition)
            services.supplement(request.principal, dossier_id, files=files)
            messages.success(request, _("Hồ sơ bổ sung đã được gửi. Thời hạn giải quyết tiếp tục được tính."))
            return redirect("portal:dossier", dossier_id)
        except DomainError as error:
            context["error"] = error
    return render(request, "portal/supplement.html", context, status=422 if "error" in context else 200)
