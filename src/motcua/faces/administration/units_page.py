"""Units: the tree level by level, search, one unit with its history."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from motcua.domain.organisations import unit_directory
from motcua.domain.organisations.access import can
from motcua.faces.administration.guard import administrators
from motcua.faces.signing_in import SignedInRequest
from motcua.foundation.errors import DomainError


@require_safe
@administrators("unit.view")
def units(request: SignedInRequest, unit_id: int | None = None) -> HttpResponse:
    """Units right below one (or those the account was given), or what a search finds below it."""
    search, after = request.GET.get("tim", "")[:100], request.GET.get("sau", "")[:40]
    page = unit_directory.browse(request.principal, below=unit_id, search=search, after=after)
    here = reverse("administration:units_below", args=[unit_id]) if unit_id else reverse("administration:units")
    following = f"{here}?{urlencode({'tim': search, 'sau': page.following})}" if page.following else ""
    context = {
        "page": page,
        "search": search,
        "here": here,
        "following": following,
        "first": f"{here}?{urlencode({'tim': search})}" if after else "",
    }
    return render(request, "administration/units.html", context)


@require_safe
@administrators("unit.view")
def unit(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """One unit: facts, history and planned changes, officers and rights."""
    return render_unit(request, unit_id)


def render_unit(
    request: SignedInRequest, unit_id: int, *, error: DomainError | None = None, failed: str = ""
) -> HttpResponse:
    """The page; with `error` after a refused change, what was typed kept in its form."""
    detail = unit_directory.unit_detail(request.principal, unit_id)
    may_manage = detail.exists and can(request.principal, "unit.manage", detail.unit)
    context = {"detail": detail, "may_manage": may_manage, "error": error, "failed": failed, "typed": request.POST}
    return render(request, "administration/unit.html", context, status=error.status if error else 200)
