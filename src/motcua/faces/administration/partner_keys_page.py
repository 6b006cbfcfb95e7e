"""The keys of a connected system: give one, rotate it, revoke it; the secret is shown this once (SEC-04)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcua.domain.people import partner_keys
from motcua.domain.people.partner_keys import IssuedKey
from motcua.domain.people.partner_rules import SCOPES
from motcua.faces.administration.guard import administrators
from motcua.faces.signing_in import SignedInRequest, recently_signed_in
from motcua.foundation import clock
from motcua.foundation.errors import DomainError, Invalid


@require_safe
@administrators("account.grant")
def keys(request: SignedInRequest, account_id: UUID) -> HttpResponse:
    """The system's keys, the newest first."""
    return _render(request, account_id)


def _render(
    request: SignedInRequest, account_id: UUID, *, issued: IssuedKey | None = None, error: DomainError | None = None
) -> HttpResponse:
    account, held = partner_keys.keys_of(request.principal, account_id)
    context = {
        "account": account,
        "keys": [(key, key.revoked_at is None and key.expires_at > clock.now()) for key in held],
        "scopes": SCOPES,
        "issued": issued,
        "error": error,
        "label": request.POST.get("label", "") if error else "",
    }
    return render(request, "administration/partner_keys.html", context, status=error.status if error else 200)


@never_cache
@require_POST
@administrators("account.grant")
@recently_signed_in
def issue(request: SignedInRequest, account_id: UUID) -> HttpResponse:
    """Gives a key; the page shows its secret once."""
    try:
        issued = partner_keys.issue_key(
            request.principal,
            account_id,
            label=request.POST.get("label", ""),
            scopes=request.POST.getlist("scopes"),
        )
    except Invalid as error:
        return _render(request, account_id, error=error)
    return _render(request, account_id, issued=issued)


@never_cache
@require_POST
@administrators("account.grant")
@recently_signed_in
def rotate(request: SignedInRequest, account_id: UUID, key_id: UUID) -> HttpResponse:
    """A new key like this one, which ends in a day."""
    return _render(request, account_id, issued=partner_keys.rotate_key(request.principal, key_id))


@require_POST
@administrators("account.grant")
def revoke(request: SignedInRequest, account_id: UUID, key_id: UUID) -> HttpResponse:
    """Ends a key at once."""
    partner_keys.revoke_key(request.principal, key_id)
    messages.success(request, _("Đã thu hồi khóa kết nối."))
    return redirect("administration:partner_keys", account_id)
