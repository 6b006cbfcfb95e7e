"""The papers of an application: each file goes to its component at once, and can be taken out again."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.domain.catalogue.definition import ServiceDefinition
from motcua.domain.dossiers import services
from motcua.domain.dossiers.draft_queries import draft_file
from motcua.faces.downloads import send
from motcua.faces.portal.application_tasks import application
from motcua.faces.portal.filling_in import filling_in
from motcua.faces.receiving_files import received
from motcua.faces.signing_in import SignedInRequest
from motcua.foundation.errors import DomainError, FieldError, Invalid


@require_http_methods(["GET", "HEAD", "POST"])
@filling_in
def papers(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """The list of papers; a POST adds the files sent or removes the one named, and shows what was refused."""
    current = application(request.principal, draft_id)
    error = None
    if request.method == "POST":
        try:
            _change(request, draft_id, current.definition)
            return redirect("portal:papers", draft_id)
        except DomainError as refused:
            error = refused
    context = {"application": current, "error": error}
    return render(request, "portal/papers.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "HEAD"])
@filling_in
def paper_file(request: SignedInRequest, draft_id: UUID, file_id: UUID) -> FileResponse:
    """A file of the person's own draft, to look at what was sent."""
    return send(draft_file(request.principal, draft_id, file_id))


def _change(request: SignedInRequest, draft_id: UUID, definition: ServiceDefinition) -> None:
    removed = request.POST.get("remove")
    if removed:
        services.remove_file(request.principal, draft_id, UUID(removed))
        return
    kept = received(request, definition)
    if not kept:
        code = request.POST.get("component", "")
        missing = FieldError(code, "FILE_MISSING", _("Ông/Bà chưa chọn tệp, hoặc tệp quá lớn."))
        raise Invalid("FILE_MISSING", _("Chưa có tệp nào được gửi"), errors=[missing])
    for code, file_id in kept:
        services.add_file(request.principal, draft_id, code, file_id)
