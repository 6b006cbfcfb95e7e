"""What this room registers below: how obligations and receipts lie under the access policy, message templates."""

from __future__ import annotations

from uuid import UUID

from motcua.domain.dossiers.transition import guards
from motcua.domain.messaging.rules import Template
from motcua.domain.messaging.templates import declare
from motcua.domain.organisations.access import Scope, register_scope
from motcua.domain.payments.blocking import refuse_while_payment_is_due
from motcua.domain.payments.models import Obligation, Receipt
from motcua.domain.payments.notices import TEXTS
from motcua.domain.people.linking import moves

register_scope(
    Obligation,
    Scope(
        view="payment.view",
        units=("unit_id", "dossier__holding_unit_id", "dossier__receiving_unit_id"),
        field="dossier__field_id",
        owner_party="payer_party_id",
        owner_service="dossier__service_code",
        owner_actions=frozenset({"payment.view"}),
    ),
)
register_scope(
    Receipt,
    Scope(
        view="payment.view",
        units=("obligation__unit_id", "obligation__dossier__holding_unit_id", "obligation__dossier__receiving_unit_id"),
        field="obligation__dossier__field_id",
        owner_party="obligation__payer_party_id",
        owner_service="obligation__dossier__service_code",
        owner_actions=frozenset({"payment.view"}),
    ),
)


def _obligations_go_over(party_id: UUID, to_party_id: UUID) -> int:
    """What the one profile owes and has paid is the other's now, of the same person (IDN-13)."""
    return Obligation.objects.filter(payer_party_id=party_id).update(payer_party_id=to_party_id)


moves.add("obligations", _obligations_go_over)
guards.add("payments.blocking_obligations", refuse_while_payment_is_due)

for key, text in TEXTS.items():
    declare(Template(key=key, text=text))
