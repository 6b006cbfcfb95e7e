"""What the room does on events: it tells the applicant, looks for differing data, lays down the work of who left."""

from __future__ import annotations

from collections.abc import Sequence

from motcua.domain.dossiers.events import DossierSubmitted
from motcua.domain.dossiers.identity import stated_by
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.notices import NOTICE_OF, parameters
from motcua.domain.dossiers.services.handing_over import lay_down
from motcua.domain.messaging.services import SmsOrder, Subject, request_sms
from motcua.domain.organisations.events import AccountLeft, AccountSuspended, AccountTransferred
from motcua.domain.people.differences.services import compare_with_vneid
from motcua.foundation.events import Recorded
from motcua.foundation.reactions import after, within


@after("dossiers.notices", *NOTICE_OF)
def tell_the_applicant(recorded: Sequence[Recorded]) -> None:
    """One SMS per event and dossier, whatever the retries: the event's place in the stream is the dedup key (SMS-05).

    A dossier without a phone number gets no SMS; the applicant reads the same on the portal.
    """
    dossiers = Dossier.objects.only("code", "contact_phone", "receive_by", "holding_unit_id").in_bulk(
        {item.aggregate_id for item in recorded}
    )
    orders = [
        _order(item, dossiers[item.aggregate_id])
        for item in recorded
        if item.aggregate_id in dossiers and dossiers[item.aggregate_id].contact_phone
    ]
    if orders:
        request_sms(orders)


def _order(item: Recorded, dossier: Dossier) -> SmsOrder:
    notice = NOTICE_OF[type(item.body)]
    return SmsOrder(
        template=notice,
        phone=dossier.contact_phone,
        subject=Subject("dossier", str(dossier.pk), dossier.code, dossier.holding_unit_id),
        dedup_key=f"{notice}:{dossier.pk}:{item.seq}",
        parameters=parameters(item.body, dossier.receive_by),
    )


@within("dossiers.lay_down", AccountSuspended, AccountLeft, AccountTransferred)
def lay_the_work_of_absent_officers_down(recorded: Sequence[Recorded]) -> None:
    """Open work of who may not go on stands in "unassigned" of its unit from the same moment on (ACC-14)."""
    for item in recorded:
        lay_down([item.aggregate_id], item.actor)


@after("dossiers.identity_differences", DossierSubmitted)
def compare_identity(recorded: Sequence[Recorded]) -> None:
    """Records where a new dossier differs from what VNeID said of its maker; the dossier goes on (IDN-11, F-78).

    In the background, so that no difference and no failure to find one can keep a dossier from being taken in.
    """
    dossiers = Dossier.objects.only(
        "code", "receiving_unit_id", "field_id", "submitted_by_id", "service_revision_id", "form"
    ).filter(pk__in={item.aggregate_id for item in recorded})
    compare_with_vneid([stated_by(dossier) for dossier in dossiers])
