"""What dossiers register below: how they lie under the access policy (ACC-10), and their message templates."""

from __future__ import annotations

from uuid import UUID

from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.notices import TEXTS
from motcua.domain.messaging.rules import Template
from motcua.domain.messaging.templates import declare
from motcua.domain.organisations.access import Scope, register_scope
from motcua.domain.people.linking import moves

register_scope(
    Dossier,
    Scope(
        view="dossier.view",
        units=("holding_unit_id", "receiving_unit_id"),
        field="field_id",
        owner_party="owner_party_id",
        owner_service="service_code",
        owner_actions=frozenset({"dossier.view"}),
        units_for={
            # Intake and hand-over are the receiving desk's acts; the work is done where the dossier lies.
            "dossier.receive": ("receiving_unit_id",),
            "dossier.refuse_intake": ("receiving_unit_id",),
            "dossier.return_result": ("receiving_unit_id",),
            "dossier.process": ("holding_unit_id",),
            "dossier.propose_result": ("holding_unit_id",),
            "dossier.approve": ("holding_unit_id",),
            "dossier.refuse": ("holding_unit_id",),
            "dossier.transfer": ("holding_unit_id",),
            "population.query": ("holding_unit_id",),
        },
    ),
)


def _dossiers_go_over(party_id: UUID, to_party_id: UUID) -> int:
    """Two profiles of one person became one: its dossiers are found under the one that stays (IDN-13)."""
    return Dossier.objects.filter(owner_party_id=party_id).update(owner_party_id=to_party_id)


moves.add("dossiers", _dossiers_go_over)

for key, text in TEXTS.items():
    declare(Template(key=key, text=text))
