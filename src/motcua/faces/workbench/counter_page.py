"""Filing at the desk for who stands there: who, for whom, which service; then the form as anybody fills it (IDN-14)."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.domain.catalogue.queries import require_submittable
from motcua.domain.dossiers import services
from motcua.domain.organisations.holding import require_somewhere
from motcua.domain.people.applicants import known_of
from motcua.faces.forms.identity_inputs import identity_inputs, identity_typed, listed
from motcua.faces.forms.prefill import first_answers
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.foundation.errors import DomainError, FieldError, Invalid


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def at_counter(request: SignedInRequest) -> HttpResponse:
    """Who is served and what they need; a POST opens the draft and goes on to its form."""
    require_somewhere(request.principal, "dossier.create_at_counter")
    error: DomainError | None = None
    if request.method == "POST":
        try:
            return redirect("portal:application", _opened(request))
        except DomainError as refused:
            if refused.status == 403:
                raise
            error = refused
    errors = listed(error, "service") if error else []
    context = {
        "errors": errors,
        "what_next": error.what_next if error else "",
        "typed": request.POST,
        "identity": identity_inputs(request.POST, errors),
    }
    return render(request, "workbench/counter.html", context, status=error.status if error else 200)


def _opened(request: SignedInRequest) -> object:
    code = request.POST.get("service", "").strip()
    draft = services.open_assisted(request.principal, code, _visitor(request.POST))
    answers = first_answers(require_submittable(code).definition.form, known_of(services.owner_of(draft)))
    services.save_answers(request.principal, draft.pk, answers)
    return draft.pk


def _visitor(typed: Mapping[str, str]) -> services.Visitor:
    errors: list[FieldError] = []
    document = identity_typed(typed, errors)
    name = typed.get("full_name", "").strip()
    if not name:
        errors.append(FieldError("full_name", "NAME_REQUIRED", _("Phải nhập họ tên người nộp.")))
    if "identity_checked" not in typed:
        words = _("Phải kiểm tra giấy tờ tùy thân của người nộp.")
        errors.append(FieldError("identity_checked", "IDENTITY_NOT_CHECKED", words))
    if errors or document is None:
        raise Invalid("VISITOR_INVALID", _("Cần xem lại thông tin người nộp."), errors=errors)
    return services.Visitor(
        document,
        name,
        identity_checked=True,
        phone=typed.get("phone", ""),
        organisation_code=typed.get("organisation_code", "").strip(),
        organisation_name=typed.get("organisation_name", "").strip(),
        is_representative="is_representative" in typed,
    )
