"""The signed-in person's dossiers: the list, one dossier, its files, and what its owner may do with it."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.domain.dossiers import queries, services
from motcua.domain.dossiers.documents import paper
from motcua.domain.dossiers.readers import note_read
from motcua.faces.downloads import dossier_file, send, send_paper
from motcua.faces.portal.browse import service_names
from motcua.faces.portal.dossier_page import dossier_page
from motcua.faces.signing_in import SignedInRequest, for_applicants, signed_in
from motcua.foundation.errors import Invalid


@require_safe
@signed_in
def my_dossiers(request: SignedInRequest) -> HttpResponse:
    """Unfinished applications first, then every dossier, whatever its origin, newest first (POR-06)."""
    after = request.GET.get("sau") or None
    context = {
        "page": queries.my_dossiers(request.principal, after=after),
        "drafts": [] if after else queries.my_drafts(request.principal),
        "names": service_names(),
        "is_first": after is None,
    }
    return render(request, "portal/my_dossiers.html", context)


@require_safe
@signed_in
def dossier(request: SignedInRequest, dossier_id: UUID) -> HttpResponse:
    """What happens now, who holds it, what is asked; times, history, files, money, result."""
    return render(request, "portal/dossier.html", dossier_page(request.principal, dossier_id))


@require_safe
@signed_in
def submitted(request: SignedInRequest, dossier_id: UUID) -> HttpResponse:
    """The acknowledgement: the code, large, to be printed or photographed (SUB-12)."""
    return render(request, "portal/submitted.html", dossier_page(request.principal, dossier_id))


@require_safe
@signed_in
def attached_file(request: SignedInRequest, dossier_id: UUID, file_id: UUID) -> FileResponse:
    """A file of the dossier or its result, byte for byte (POR-09, POR-15)."""
    found = queries.get(request.principal, dossier_id)
    stored = dossier_file(found, file_id)
    note_read(request.principal, found, "file")
    return send(stored, download=request.GET.get("xem") != "1")


@require_safe
@signed_in
def slip(request: SignedInRequest, dossier_id: UUID, name: str) -> HttpResponse:
    """A paper about the dossier: acknowledgement, reception slip, refusal (SUB-12)."""
    detail = queries.detail(request.principal, dossier_id)
    note_read(request.principal, detail.dossier, "paper")
    return send_paper(paper(detail, name), f"{detail.dossier.code}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@for_applicants
def withdraw(request: SignedInRequest, dossier_id: UUID) -> HttpResponse:
    """Asks for the reason, then takes the dossier back before a decision is made."""
    context = dossier_page(request.principal, dossier_id) | {"reason": request.POST.get("reason", "")}
    if request.method == "POST":
        try:
            services.withdraw(request.principal, dossier_id, reason_text=context["reason"])
            return redirect("portal:dossier", dossier_id)
        except Invalid as error:
            context["error"] = error
    return render(request, "portal/withdraw.html", context, status=422 if "error" in context else 200)


@require_POST
@for_applicants
def rate(request: SignedInRequest, dossier_id: UUID) -> HttpResponse:
    """Takes the satisfaction rating, once."""
    score = request.POST.get("score", "")
    comment = request.POST.get("comment", "")
    services.rate(request.principal, dossier_id, score=int(score) if score.isdecimal() else 0, comment=comment)
    return redirect("portal:dossier", dossier_id)
