"""The worklist: tabs are states with counts, the table is the workplace (DPH-03)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from motcua.domain.dossiers import queries
from motcua.faces.signing_in import SignedInRequest, officers_only

SLUGS = {
    "cho-tiep-nhan": "to_receive",
    "dang-xu-ly": "in_process",
    "dang-cho": "waiting",
    "cho-tra": "to_return",
    "qua-han": "overdue",
    "cho-phan-cong": "unassigned",
    "da-xong": "done",
}
DEFAULT = "cho-tiep-nhan"


@require_safe
@officers_only
def worklist(request: SignedInRequest, tab: str = DEFAULT) -> HttpResponse:
    """One tab of the officer's worklist, searchable, keyset-paginated."""
    search = request.GET.get("tim", "")[:100]
    page = queries.worklist(request.principal, SLUGS.get(tab, tab), search=search, after=request.GET.get("sau"))
    counts = queries.worklist_counts(request.principal)
    here = reverse("workbench:worklist", args=[tab])
    following = f"{here}?{urlencode({'tim': search, 'sau': page.following})}" if page.following else ""
    context = {
        "tab": tab,
        "tab_name": queries.TAB_NAMES.get(SLUGS.get(tab, tab), ""),
        "tabs": [_tab(slug, name, counts) for slug, name in SLUGS.items()],
        "page": page,
        "search": search,
        "here": here,
        "following": following,
        "first": here if request.GET.get("sau") else "",
    }
    return render(request, "workbench/worklist.html", context)


def _tab(slug: str, name: str, counts: dict[str, int]) -> dict[str, object]:
    href = reverse("workbench:worklist", args=[slug])
    count = counts[name] if counts[name] <= queries.COUNTED else f"{queries.COUNTED}+"
    return {"slug": slug, "name": queries.TAB_NAMES[name], "count": count, "href": href}
