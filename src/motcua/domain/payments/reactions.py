"""What this room does on events: obligations are born with what asks for them, payers are told of their payment."""

from __future__ import annotations

from collections.abc import Sequence

from motcua.domain.dossiers.events import DossierSubmitted, ObligationRequested
from motcua.domain.dossiers.models import Dossier
from motcua.domain.messaging.services import SmsOrder, Subject, request_sms
from motcua.domain.payments import obligations
from motcua.domain.payments.events import ObligationPaid
from motcua.domain.payments.notices import PAID
from motcua.domain.payments.obligations import Birth
from motcua.foundation.events import Recorded
from motcua.foundation.reactions import after, within


@within("payments.obligations_of_submission", DossierSubmitted)
def fees_of_submission(recorded: Sequence[Recorded]) -> None:
    """Fees due at submission become obligations, for the whole set in two statements (PAY-02)."""
    _create(recorded, assessed=False)


@within("payments.obligations_of_assessment", ObligationRequested)
def fees_of_assessment(recorded: Sequence[Recorded]) -> None:
    """Fees that an officer assessed later become obligations, with the reason."""
    _create(recorded, assessed=True)


def _create(recorded: Sequence[Recorded], *, assessed: bool) -> None:
    births: list[Birth] = []
    for item in recorded:
        body = item.body
        assert isinstance(body, (DossierSubmitted, ObligationRequested))  # noqa: S101 - what `within` was told
        reason = body.reason_text if isinstance(body, ObligationRequested) else ""
        births += [Birth(item.aggregate_id, body.code, line, assessed, reason) for line in body.fees_due]
    if births:
        obligations.create(births, actor=recorded[0].actor)


@after("payments.notices", ObligationPaid)
def tell_the_payer(recorded: Sequence[Recorded]) -> None:
    """One SMS per payment to the phone of the dossier, whatever the retries (PAY-12). No phone, no SMS."""
    dossiers = Dossier.objects.only("code", "contact_phone", "holding_unit_id").in_bulk(
        {item.dossier_id for item in recorded if item.dossier_id}
    )
    found = [(item, dossiers.get(item.dossier_id)) for item in recorded]
    request_sms([_notice(item, dossier) for item, dossier in found if dossier is not None and dossier.contact_phone])


def _notice(item: Recorded, dossier: Dossier) -> SmsOrder:
    return SmsOrder(
        template=PAID,
        phone=dossier.contact_phone,
        subject=Subject("dossier", str(dossier.pk), dossier.code, dossier.holding_unit_id),
        dedup_key=f"{PAID}:{item.aggregate_id}:{item.seq}",
        parameters={"code": dossier.code},
    )
