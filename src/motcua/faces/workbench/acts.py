"""An officer's act on a dossier: read the form, call one service, go back to the dossier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.domain.dossiers import documents, services
from motcua.domain.dossiers.services.intake import SupplementItem
from motcua.faces.signing_in import SignedInRequest, signed_in
from motcua.faces.workbench.available import ACT_NAMES
from motcua.faces.workbench.dossier_page import render_dossier
from motcua.foundation.errors import DomainError, NotFound
from motcua.foundation.money import parse_dong

Call = Callable[..., Any]


def _reason(form: QueryDict) -> dict[str, Any]:
    return {"reason_code": form.get("reason_code", ""), "reason_text": form.get("reason_text", "")}


def _plain(form: QueryDict) -> dict[str, Any]:
    return {}


def _supplement_items(form: QueryDict) -> dict[str, Any]:
    items = [SupplementItem(code, form.get(f"what_{code}", "")) for code in form.getlist("components")]
    return {**_reason(form), "items": items}


def _amounts(form: QueryDict) -> dict[str, Any]:
    amounts = [
        (name.removeprefix("fee_"), parse_dong(str(value)))
        for name, value in form.items()
        if name.startswith("fee_") and str(value).strip()
    ]
    return {"reason_text": form.get("reason_text", ""), "amounts": amounts}


def _transfer(form: QueryDict) -> dict[str, Any]:
    return {**_reason(form), "to_unit_code": form.get("to_unit", "").strip()}


def _hand_over(form: QueryDict) -> dict[str, Any]:
    return {
        "method": form.get("method", ""),
        "receiver_name": form.get("receiver_name", ""),
        "receiver_signed": form.get("receiver_signed") == "yes",
        "tracking_code": form.get("tracking_code", ""),
    }


def _approve(acting: Any, dossier_id: UUID, *, expected_version: int | None, number: str, conclusion: str) -> Any:
    issued = documents.result_file(acting, dossier_id, file_id=None, number=number, conclusion=conclusion)
    return services.approve(
        acting,
        dossier_id,
        file_id=issued.file_id,
        number=issued.number,
        signature=issued.signature,
        expected_version=expected_version,
    )


def _conclusion(form: QueryDict) -> dict[str, Any]:
    return {"number": form.get("number", ""), "conclusion": form.get("conclusion", "")}


ACTS: dict[str, tuple[Call, Callable[[QueryDict], dict[str, Any]]]] = {
    "receive": (services.receive, _plain),
    "refuse_intake": (services.refuse_intake, _reason),
    "ask_supplement": (services.ask_supplement, _supplement_items),
    "start": (services.start, _plain),
    "transfer": (services.transfer, _transfer),
    "ask_payment": (services.ask_payment, _amounts),
    "pause": (services.pause, _reason),
    "resume": (services.resume, _reason),
    "propose": (services.propose, _plain),
    "send_back": (services.send_back, _reason),
    "approve": (_approve, _conclusion),
    "refuse": (services.refuse, _reason),
    "return_result": (services.return_result, _hand_over),
}


@require_POST
@signed_in
def act(request: SignedInRequest, dossier_id: UUID, verb: str) -> HttpResponse:
    """Does `verb`; a refusal shows the same page with everything typed still there."""
    if verb not in ACTS:
        raise NotFound("ACT_UNKNOWN", _("Không có thao tác này"))
    service, read = ACTS[verb]
    version = request.POST.get("expected_version", "")
    try:
        fields = read(request.POST)
        service(request.principal, dossier_id, expected_version=int(version) if version.isdigit() else None, **fields)
    except DomainError as error:
        if error.status == 403:
            raise
        return render_dossier(request, dossier_id, error=error, verb=verb)
    messages.success(request, _("Đã thực hiện: %(act)s") % {"act": ACT_NAMES[verb]})
    return redirect("workbench:dossier", dossier_id=dossier_id)
