"""Everything a dossier's page shows its owner, put into the order in which it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from motcua.domain.dossiers import queries
from motcua.domain.dossiers.models import Attachment, Dossier, Rating
from motcua.domain.dossiers.queries import Detail
from motcua.domain.dossiers.readers import note_read
from motcua.domain.dossiers.rules import State, verbs_from
from motcua.domain.organisations.queries import support_phone_of
from motcua.domain.payments.queries import obligations_of
from motcua.domain.payments.rules import PayFunction
from motcua.domain.people.principal import Principal
from motcua.faces.forms.answers_page import answers_in_words
from motcua.faces.language import in_language
from motcua.faces.on_behalf import submitter_of
from motcua.faces.portal.standing import history, standing


@dataclass(frozen=True)
class ComponentFiles:
    """A component of the dossier with its files, the newest version first."""

    name: str
    newest: Sequence[Attachment]
    earlier: Sequence[Attachment]


def dossier_page(principal: Principal, dossier_id: UUID) -> dict[str, Any]:
    """The template's context. Raises NotFound for a dossier that is not the person's to see."""
    detail = queries.detail(principal, dossier_id)
    note_read(principal, detail.dossier, "detail")
    obligations = obligations_of(principal, dossier_id)
    return {
        "detail": detail,
        "dossier": detail.dossier,
        "service_name": in_language(detail.definition.name, detail.definition.name_en),
        "standing": standing(detail),
        "history": history(detail),
        "components": _components(detail),
        "answers": answers_in_words(detail.definition, detail.dossier.form),
        "asked": _asked_components(detail),
        "submitted_by": submitter_of(detail.dossier),
        "may_withdraw": "withdraw" in verbs_from(detail.state),
        "may_rate": detail.state in {State.RETURNED, State.CLOSED} and not is_rated(detail.dossier),
        "obligations": obligations,
        "owed": any(item.pay is not PayFunction.NONE for item in obligations),
        **_local_support(detail),
    }


def _local_support(detail: Detail) -> dict[str, str]:
    """The number of the dossier's own place; where it has none, the page shows that of the chosen province (POR-12)."""
    phone = support_phone_of(detail.dossier.receiving_unit_id)
    return {"support_phone": phone} if phone else {}


def is_rated(dossier: Dossier) -> bool:
    """Whether the applicant has rated it already; one statement."""
    return Rating.objects.filter(dossier=dossier).exists()


def component_names(detail: Detail) -> dict[str, str]:
    """Component code → name in the language of the page."""
    return {item.code: in_language(item.name, item.name_en) for item in detail.definition.components}


def _components(detail: Detail) -> list[ComponentFiles]:
    """Every component with files; of each, the newest version and what it replaced (SUB-11)."""
    names = component_names(detail)
    by_code: dict[str, list[Attachment]] = {}
    for attachment in detail.attachments:
        by_code.setdefault(attachment.component_code, []).append(attachment)
    shown: list[ComponentFiles] = []
    for code, attachments in by_code.items():
        newest = max(item.version for item in attachments)
        shown.append(
            ComponentFiles(
                names.get(code, code),
                [item for item in attachments if item.version == newest],
                [item for item in attachments if item.version < newest],
            )
        )
    return shown


@dataclass(frozen=True)
class AskedComponent:
    """One component the applicant is asked to send again or add."""

    code: str
    name: str
    what: str


def _asked_components(detail: Detail) -> list[AskedComponent]:
    if detail.open_request is None:
        return []
    names = component_names(detail)
    return [
        AskedComponent(code, names.get(code) or code, str(item["what"]))
        for item in detail.open_request.items
        if (code := str(item["component"]))
    ]
