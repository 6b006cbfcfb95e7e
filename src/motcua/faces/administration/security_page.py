"""Security as the officer in charge sees it: how often what was refused, forged or out of the ordinary (SEC-01)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from motcua.faces.administration.guard import administrators
from motcua.faces.signing_in import SignedInRequest
from motcua.foundation import audit, security
from motcua.foundation.security import Counts
from motcua.foundation.security_kinds import GROUP_NAMES, GROUPS, KIND_NAMES, SecurityKind

PAGE = 50


@require_safe
@administrators("security.handle")
def overview(request: SignedInRequest) -> HttpResponse:
    """Counts by kind and period, the last day hour by hour, the newest events; the look itself is audited."""
    audit.record(request.principal.actor(), "security.view", ("security", "overview"))
    kind, before = request.GET.get("loai", ""), request.GET.get("truoc", "")
    events = security.newest(kind, before=int(before) if before.isdecimal() and len(before) < 19 else None, limit=PAGE)
    here = reverse("administration:security")
    following = f"{here}?{urlencode({'loai': kind, 'truoc': events[-1].pk})}" if len(events) == PAGE else ""
    context = {
        "groups": _groups(security.counts()),
        "hours": security.by_hour(),
        "events": [(event, KIND_NAMES[SecurityKind(event.kind)]) for event in events],
        "kinds": [(item.value, KIND_NAMES[item]) for item in SecurityKind],
        "kind": kind,
        "following": following,
        "first": f"{here}?{urlencode({'loai': kind})}" if before else "",
    }
    return render(request, "administration/security.html", context)


def _groups(counted: dict[SecurityKind, Counts]) -> list[dict[str, Any]]:
    """The groups in order, each with its sum and the kinds in it."""
    return [
        {
            "code": group.value,
            "name": GROUP_NAMES[group],
            "total": sum((counted[kind] for kind in kinds), Counts()),
            "kinds": [{"code": kind.value, "name": KIND_NAMES[kind], "counts": counted[kind]} for kind in kinds],
        }
        for group, kinds in GROUPS.items()
    ]
