"""Places: where a dossier goes, which communes a province has, whose local support number is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.domain.catalogue.definition import Level, Widget
from motcua.domain.organisations import queries
from motcua.faces.context import LOCALITY_COOKIE
from motcua.faces.forms import places
from motcua.faces.forms.fields import FieldView
from motcua.faces.redirects import on_site
from motcua.foundation.errors import FieldError

_ONE_YEAR = 365 * 24 * 3600


def chosen_locality(level: Level, sent: Mapping[str, str]) -> int | None:
    """The unit id of the place chosen for a service received at `level`; None if none (that exists) is chosen."""
    if level not in {Level.COMMUNE, Level.PROVINCE}:
        return queries.nation_id()
    unit = queries.place(sent.get("locality", ""))
    wanted = 5 if level is Level.COMMUNE else 2
    return unit.pk if unit and len(unit.gso_code or "") == wanted else None


def locality_field(level: Level, sent: Mapping[str, str], *, errors: Sequence[FieldError] = ()) -> FieldView | None:
    """The picker of the place, or None where the service is received in one place for the whole country."""
    if level not in {Level.COMMUNE, Level.PROVINCE}:
        return None
    chosen, province = sent.get("locality", ""), sent.get("locality.province", "")
    at_commune = level is Level.COMMUNE
    widget = Widget.COMMUNE if at_commune else Widget.PROVINCE
    return FieldView(
        name="locality",
        widget=widget.value,
        title=_("Nơi nộp hồ sơ"),
        help=_("Nơi Ông/Bà cư trú hoặc nơi có việc cần giải quyết."),
        value=chosen,
        text=chosen,
        shown=True,
        required=True,
        errors=errors,
        choices=places.communes(province, chosen) if at_commune else places.provinces(chosen),
        provinces=places.provinces(province) if at_commune else (),
    )


@require_safe
def communes(request: HttpRequest) -> HttpResponse:
    """The options of a commune picker once its province is chosen (the province's field name ends in `.province`)."""
    province = next((str(value) for name, value in request.GET.items() if name.endswith(".province")), "")
    return render(request, "forms/commune_options.html", {"choices": places.communes(province, "")})


@require_POST
def choose_locality(request: HttpRequest) -> HttpResponse:
    """Remembers the visitor's province, for the local support number in the footer (POR-12)."""
    answer = redirect(on_site(request.POST.get("next", "/")))
    unit = queries.place(request.POST.get("province", ""))
    if unit is None:
        answer.delete_cookie(LOCALITY_COOKIE)
    else:
        answer.set_cookie(LOCALITY_COOKIE, unit.gso_code or "", max_age=_ONE_YEAR, httponly=True, samesite="Lax")
    return answer
