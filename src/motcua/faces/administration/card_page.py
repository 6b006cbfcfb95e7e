"""One officer's card: rights and open defects on the four systems, accounts in specialised ones (ACC-11, ACC-15)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.domain.organisations.defects import queries
from motcua.domain.organisations.systems.queries import mappings_of
from motcua.faces.signing_in import SignedInRequest, officers_only


@require_safe
@officers_only
def card(request: SignedInRequest, account_id: UUID) -> HttpResponse:
    """The card of an account one may see: a subordinate's, or one's own."""
    account, parts = queries.card(request.principal, account_id)
    context = {"account": account, "card": parts, "mappings": mappings_of(account.pk)}
    return render(request, "administration/card.html", context)
