"""What an application states of the person who made it, as it is compared with registers (IDN-11, F-78)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from motcua.domain.catalogue.definition import Form
from motcua.domain.catalogue.queries import definition_of
from motcua.domain.dossiers.models import Dossier
from motcua.domain.people.differences.rules import PREFILLED, ComparedField, value_of
from motcua.domain.people.differences.services import Stated, Subject

SUBJECT = "dossier"


def stated_identity(form: Form, answers: Mapping[str, Any]) -> dict[ComparedField, str]:
    """The answers to the fields that the form fills from the signed-in person."""
    found = {
        compared: value_of(compared, answers.get(name))
        for name, ui in form.ui.fields.items()
        if (compared := PREFILLED.get(ui.prefill or "")) is not None
    }
    return {compared: value for compared, value in found.items() if value}


def subject_of(dossier: Dossier) -> Subject:
    """The dossier as the people room knows it: an opaque reference with its place."""
    return Subject(SUBJECT, dossier.pk, dossier.code, dossier.receiving_unit_id, dossier.field_id)


def stated_by(dossier: Dossier) -> Stated:
    """What the dossier's form says of who submitted it; the definition is remembered by the process."""
    form = definition_of(dossier.service_revision_id).form
    return Stated(subject_of(dossier), dossier.submitted_by_id, stated_identity(form, dossier.form))
