"""A dossier that owes money, in one line; everything about it valid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from uuid import UUID

from django.db import transaction

from motcua.domain.catalogue.models import Service
from motcua.domain.dossiers import services
from motcua.domain.dossiers.events import FeeLine
from motcua.domain.dossiers.models import Dossier, Pause, RoutingRule
from motcua.domain.dossiers.rules import NATIONAL_NUMBER, PAUSED_STATES, REASONED_STATES, State
from motcua.domain.organisations.models import Field, Unit
from motcua.domain.payments import obligations
from motcua.domain.payments.models import BeneficiaryAccount, Obligation, ReceiptSeries
from motcua.domain.payments.obligations import Birth
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from tests.domain.dossiers.world import CHARGED, World, small_world

_numbers = count(1)
APPLICANT = Actor("person", "test")
BIN, ACCOUNT = "970436", "0011004455667"


@dataclass
class Office:
    """A commune that collects fees, in a small country with officers and applicants."""

    world: World
    revision_id: UUID
    service_code: str
    field: Field
    rule: RoutingRule

    @property
    def province(self) -> Unit:
        return self.world.province

    @property
    def desk(self) -> Unit:
        return self.world.desk


def office(*, configured: bool = True) -> Office:
    """A country with one service; `configured` gives the province its beneficiary account and receipt series."""
    world = small_world(CHARGED)
    if configured:
        configure(world.province)
    service = Service.objects.get(code=world.service(CHARGED))
    rule = RoutingRule.objects.get(receiving_unit=world.desk)
    return Office(world, service.revisions.get().pk, service.code, service.procedure.field, rule)


def configure(unit: Unit, letters: str = "AA") -> ReceiptSeries:
    """A beneficiary account and a receipt series for all fees of `unit` and what lies below."""
    BeneficiaryAccount.objects.create(unit=unit, bin=BIN, account=ACCOUNT, name="KBNN NINH BINH", treasury_code="1211")
    return ReceiptSeries.objects.create(unit=unit, letters=letters, tax_code="0100109106")


def dossier(
    place: Office, *, state: State = State.SUBMITTED, owner: str = "Nguyễn Thị Hoà", phone: str = ""
) -> Dossier:
    """A stored dossier of the office in `state`."""
    number, now = next(_numbers), clock.now()
    applicant = place.world.citizen
    paused = state in PAUSED_STATES
    made = Dossier.objects.create(
        code=f"H42.012.05-260604-{10000 + number:06d}",
        version=1,
        state=state.value,
        national_number=NATIONAL_NUMBER[state] or 10,
        service_revision_id=place.revision_id,
        service_code=place.service_code,
        field=place.field,
        owner_party_id=applicant.party_id,
        owner_name=owner,
        owner_name_folded=owner.lower(),
        contact_phone=phone,
        submitted_by_id=applicant.account_id,
        idempotency_key=f"key-{number}",
        request_digest="0" * 64,
        channel="ONLINE",
        locality=place.world.commune,
        receiving_unit=place.desk,
        holding_unit=place.desk,
        routing_rule=place.rule,
        form={},
        reason_code="FINANCIAL_OBLIGATION" if state in REASONED_STATES else "",
        reason_text="Nộp lệ phí theo quy định trước khi xử lý" if state in REASONED_STATES else "",
        submitted_at=now,
        receive_by=now + timedelta(days=1),
        received_at=now,
        due_at=now + timedelta(days=5),
        paused_since=now if paused else None,
        resume_state=State.IN_PROCESS.value if paused else "",
        returned_at=now if state is State.RETURNED else None,
    )
    if paused:
        Pause.objects.create(
            dossier=made,
            state=state.value,
            reason_code="FINANCIAL_OBLIGATION",
            reason_text="Nộp lệ phí theo quy định trước khi xử lý",
            started_at=now,
            due_before=made.due_at,
        )
    return made


def fee(amount: int = 200_000, *, blocks: bool = True, code: str = "LP-LLTP") -> FeeLine:
    return FeeLine(
        code=code, name="Phí cung cấp thông tin lý lịch tư pháp", kind="CHARGE", amount=amount, blocks=blocks
    )


def owed(
    place: Office | None = None,
    *,
    amount: int = 200_000,
    state: State = State.SUBMITTED,
    blocks: bool = True,
    phone: str = "",
    of: Dossier | None = None,
) -> Obligation:
    """An unpaid obligation of a new dossier (or `of` a given one)."""
    made = of or dossier(place or office(), state=state, phone=phone)
    with transaction.atomic():
        [pk] = obligations.create([Birth(made.pk, made.code, fee(amount, blocks=blocks))], actor=APPLICANT)
    return Obligation.objects.get(pk=pk)


def submitted(place: Office, *, copies: int = 2) -> Dossier:
    """A dossier really submitted, for so many copies of the extract at 8.000 đồng each."""
    complete = place.world.submission(CHARGED, seed=2)  # a sample without exemption
    form = {**complete.form, "copies": copies}
    answer = services.submit(place.world.citizen, replace(complete, form=form))
    return Dossier.objects.get(pk=answer.dossier_id)
