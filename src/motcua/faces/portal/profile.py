"""The person's own profile, told as the identity provider stated it (POR-08)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.domain.people.queries import ProfileView, own_organisation, own_profile
from motcua.faces.forms.choices import IDENTITY_NAMES
from motcua.faces.identity_words import SEXES
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.foundation.identifiers import countries


@dataclass(frozen=True)
class Row:
    """A label and what is known; an absent claim is an empty value, never left out."""

    label: str
    value: str


@require_safe
@signed_in
def profile(request: SignedInRequest) -> HttpResponse:
    """Who is signed in, at which level, and for whom."""
    known = own_profile(request.principal)
    context = {
        "rows": _rows(known) if known else [],
        "organisation": own_organisation(request.principal),
        "level": request.principal.assurance_level,
    }
    return render(request, "portal/profile.html", context)


def _rows(known: ProfileView) -> list[Row]:
    nation = countries(get_language() or "vi").get(known.nationality, known.nationality)
    documents = [Row(str(IDENTITY_NAMES[item.kind]), item.number) for item in known.documents]
    return [
        Row(_("Họ, chữ đệm và tên"), known.full_name),
        *documents,
        Row(_("Ngày sinh"), known.birth_date),
        Row(_("Giới tính"), str(SEXES.get(known.sex, ""))),
        Row(_("Quốc tịch"), nation),
        Row(_("Số điện thoại"), known.phone_words),
        Row(_("Thư điện tử"), known.email),
        Row(_("Nơi thường trú"), known.permanent_address),
        Row(_("Nơi ở hiện nay"), known.current_address),
    ]
