"""The journal of questions to the population register, for who reads the audit (IDN-12)."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.domain.organisations.queries import unit_by_code
from motcua.domain.people.population import queries
from motcua.domain.people.population.rules import PURPOSES, Purpose
from motcua.faces.administration.guard import administrators
from motcua.faces.identity_words import query_words
from motcua.faces.signing_in import SignedInRequest
from motcua.foundation.errors import Invalid


def _after(request: HttpRequest) -> UUID | None:
    given = request.GET.get("sau", "")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise Invalid("CURSOR", _("Vị trí trang trong danh sách không đúng")) from None


@require_safe
@administrators("audit.view")
def journal(request: SignedInRequest) -> HttpResponse:
    """Who asked, when, why, which facts, for which dossier; newest first."""
    given = request.GET
    unit, purpose = given.get("don-vi", "").strip(), given.get("muc-dich", "")
    page = queries.journal(
        request.principal,
        unit_id=unit_by_code(unit).pk if unit else None,
        purpose=Purpose(purpose) if purpose in set(Purpose) else None,
        search=given.get("tim", "")[:100],
        after=_after(request),
    )
    kept = {name: value for name, value in given.items() if name != "sau"}
    context = {
        "rows": [query_words(row) for row in page.rows],
        "typed": given,
        "purposes": [(code.value, rule.words) for code, rule in PURPOSES.items()],
        "first": f"{request.path}?{urlencode(kept)}" if given.get("sau") else "",
        "following": f"{request.path}?{urlencode(kept | {'sau': str(page.following)})}" if page.following else "",
    }
    return render(request, "administration/population_queries.html", context)
