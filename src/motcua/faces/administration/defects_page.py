"""The register of account defects on pages: list with counts, one defect with its way, reports and steps (ACC-06)."""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.domain.organisations.defects import queries, services
from motcua.domain.organisations.defects.rules import (
    KIND_NAMES,
    STATE_NAMES,
    SYSTEM_NAMES,
    VERB_NAMES,
    CoveredSystem,
    DefectKind,
    DefectState,
    Desk,
)
from motcua.domain.organisations.defects.services import Report, Wanted
from motcua.domain.organisations.diagnosing import accounts_matching, place_of
from motcua.domain.organisations.holding import actions_held
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.rules import ACTIONS
from motcua.faces.administration.guard import administrators
from motcua.faces.signing_in import SignedInRequest, officers_only
from motcua.foundation.errors import DomainError, Invalid

Choice = TypeVar("Choice", bound=StrEnum)


def _chosen(kind: type[Choice], text: str) -> Choice | None:
    with suppress(ValueError):
        return kind(text)
    return None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 9 else None


@require_safe
@officers_only
def defects(request: SignedInRequest) -> HttpResponse:
    """The defects of the officer's branch and their own requests, with the numbers per state and per system."""
    state = _chosen(DefectState, request.GET.get("trang-thai", ""))
    kind = _chosen(DefectKind, request.GET.get("loai", ""))
    system = _chosen(CoveredSystem, request.GET.get("he-thong", ""))
    after, province = _number(request.GET.get("sau", "")), _number(request.GET.get("tinh", ""))
    page = queries.register(request.principal, state=state, kind=kind, system=system, province_id=province, after=after)
    counts = queries.counts_by_state(request.principal)
    kept = {"trang-thai": state, "loai": kind, "he-thong": system}
    kept = {name: value.value for name, value in kept.items() if value}
    kept |= {"tinh": str(province)} if province else {}
    here = reverse("administration:defects")
    tabs = [("", _("Tất cả"), sum(counts.values())), *((item, STATE_NAMES[item], counts[item]) for item in DefectState)]
    rest = {name: value for name, value in kept.items() if name != "trang-thai"}
    context = {
        "page": page,
        "state_tabs": [
            (f"{here}?{urlencode({**rest, 'trang-thai': item})}", name, number, item == (state or ""))
            for item, name, number in tabs
        ],
        "state": state or "",
        "kind": kind or "",
        "system": system or "",
        "kinds": list(KIND_NAMES.items()),
        "systems": list(SYSTEM_NAMES.items()),
        "by_system": queries.counts_by_system(request.principal),
        "province": province,
        "localities": queries.provinces_seen(request.principal),
        "may_report": "account_defect.report" in actions_held(request.principal),
        "here": here,
        "following": f"{here}?{urlencode({**kept, 'sau': page.following})}" if page.following else "",
        "first": f"{here}?{urlencode(kept)}" if after else "",
    }
    return render(request, "administration/defects.html", context)


@require_safe
@officers_only
def defect(request: SignedInRequest, defect_id: int) -> HttpResponse:
    """One defect: whose, what is asked, its way so far, and the steps open to this officer."""
    return _render(request, defect_id)


def _render(
    request: SignedInRequest, defect_id: int, *, error: DomainError | None = None, verb: str = ""
) -> HttpResponse:
    found = queries.get(request.principal, defect_id)
    wanted = ACTIONS.get(found.wanted_action)
    open_steps = queries.steps_open_to(request.principal, found)
    context = {
        "defect": found,
        "wanted": wanted.words if wanted else "",
        "steps": [(VERB_NAMES[step.verb], step) for step in found.steps.all()],
        "open_steps": open_steps,
        "may_grant": any(edge.verb == "resolve" for edge in open_steps),
        "desks": list(Desk),
        "error": error,
        "failed_verb": verb,
        "typed": request.POST,
    }
    return render(request, "administration/defect.html", context, status=error.status if error else 200)


@require_POST
@officers_only
def step(request: SignedInRequest, defect_id: int, verb: str) -> HttpResponse:
    """Takes one step of the rule table; what was typed stays where it is refused."""
    words, desk = request.POST.get("words", ""), request.POST.get("desk", "")
    try:
        services.take_step(request.principal, defect_id, verb, words=words, desk=desk)
    except DomainError as error:
        if error.status in (403, 404):
            raise
        return _render(request, defect_id, error=error, verb=verb)
    messages.success(request, _("Đã thực hiện: %(act)s") % {"act": VERB_NAMES[verb]})
    return redirect("administration:defect", defect_id=defect_id)


@require_POST
@officers_only
def request_right(request: SignedInRequest) -> HttpResponse:
    """The one click of a refusal page: asks for the right that was refused (ACC-09)."""
    unit, field = request.POST.get("unit", ""), request.POST.get("field", "")
    place = place_of(unit, field) if unit else None
    wanted = Wanted(request.POST.get("action", ""), place.unit_id if place else None, place.field_id if place else None)
    made = services.request_right(request.principal, wanted)
    if made.times_reported > 1:
        messages.info(request, _("Ông/Bà đã có đề nghị này đang chờ xử lý; lần này được ghi thêm vào đề nghị đó."))
    else:
        messages.success(request, _("Đã gửi đề nghị cấp quyền. Ông/Bà theo dõi kết quả tại trang này."))
    return redirect("administration:defect", defect_id=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators("account_defect.report")
def report(request: SignedInRequest) -> HttpResponse:
    """A unit reports what is wrong with an officer's account, or that an officer has none."""
    form = request.POST if request.method == "POST" else request.GET
    error: DomainError | None = None
    found: list[Account] = []
    if request.method == "POST":
        try:
            said, found = _said(request)
            if said is not None:
                made = services.report(request.principal, said)
                merged = _("Đã có vướng mắc này đang mở; lần ghi nhận này được gộp vào đó.")
                messages.success(request, merged if made.times_reported > 1 else _("Đã ghi nhận vướng mắc tài khoản."))
                return redirect("administration:defect", defect_id=made.pk)
        except DomainError as refused:
            if refused.status == 403:
                raise
            error = refused
    context = {
        "typed": form,
        "found": found,
        "error": error,
        "kinds": list(KIND_NAMES.items()),
        "systems": list(SYSTEM_NAMES.items()),
    }
    return render(request, "administration/defect_report.html", context, status=error.status if error else 200)


def _said(request: SignedInRequest) -> tuple[Report | None, list[Account]]:
    """The report as typed; None with the accounts to choose from where a name fits several."""
    form = request.POST
    kind, system = _chosen(DefectKind, form.get("kind", "")), _chosen(CoveredSystem, form.get("system", ""))
    if kind is None:
        raise Invalid("KIND_REQUIRED", _("Phải chọn loại vướng mắc."), field="kind")
    if system is None:
        raise Invalid("SYSTEM_REQUIRED", _("Phải chọn hệ thống."), field="system")
    person, words = form.get("person", "").strip(), form.get("words", "")
    if kind is DefectKind.MISSING:
        return Report(kind, system, place_of(form.get("unit", "")).unit_id, person_name=person, words=words), []
    found = accounts_matching(request.principal, form.get("account", "") or person)
    if not found:
        raise Invalid("ACCOUNT_NOT_FOUND", _("Không tìm thấy tài khoản trong phạm vi của Ông/Bà."), field="person")
    if len(found) > 1:
        return None, found
    account = found[0]
    return Report(kind, system, account.unit_id or 0, account_id=account.pk, words=words), []
