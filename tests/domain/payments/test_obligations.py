"""Obligations are born with what asks for them, seen at once by those who may, and never forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from motcua.domain.dossiers import services as dossier_services
from motcua.domain.dossiers.events import DossierSubmitted
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from motcua.domain.organisations.access import explain
from motcua.domain.payments import obligations, queries
from motcua.domain.payments.models import Obligation
from motcua.domain.payments.obligations import Birth
from motcua.domain.payments.rules import ObligationState, PayFunction
from motcua.foundation import clock, events
from motcua.foundation.errors import NotFound
from motcua.foundation.events import Append
from tests.domain.dossiers.world import ASSESSED, publish
from tests.domain.payments.factories import APPLICANT, Office, dossier, fee, office, owed, submitted
from tests.domain.payments.paying import findings

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("PAY-02")
def test_an_obligation_is_seen_as_soon_as_it_exists_and_a_missing_one_is_a_defect(place: Office):
    sent = submitted(place, copies=3)

    [seen] = queries.obligations_of(place.world.citizen, sent.pk)
    assert [seen] == queries.my_payments(place.world.citizen) == queries.obligations_of_code(sent.code)
    assert (seen.amount, seen.state, seen.pay) == (24_000, ObligationState.UNPAID, PayFunction.START)
    row = Obligation.objects.get()
    assert (row.fee_code, row.fee_kind, row.unit, row.blocks) == ("TLHT", "CHARGE", place.desk, True)
    assert (row.payer_party_id, row.payer_name) == (place.world.citizen.party_id, sent.owner_name)
    assert (row.beneficiary_bin, row.beneficiary_account) == ("970436", "0011004455667")
    assert not findings()

    lost = dossier(place)
    with transaction.atomic(), connection.cursor() as cursor:  # a fee without its obligation, past the reactions
        cursor.execute(
            "INSERT INTO foundation_event SELECT %s, 1, aggregate, %s, type, "
            "jsonb_set(payload, '{code}', to_jsonb(%s::text)), actor_kind, actor_id, actor_role, "
            "actor_unit, system, occurred_at, recorded_at, correlation_id, on_behalf_of "
            "FROM foundation_event WHERE type = 'dossier.submitted' AND aggregate_id = %s",
            [lost.pk, lost.pk, lost.code, sent.pk],
        )
    assert [item.subject for item in findings() if item.fault == "PAY-02"] == [lost.code]


def test_a_fee_assessed_later_is_born_with_the_officers_request(place: Office):
    publish(place.world, ASSESSED)
    started = place.world.in_process(ASSESSED)
    rule = next(rule for rule in place.world.definitions[ASSESSED].fees if rule.moment == "after")
    reason = "Thông báo nghĩa vụ tài chính về đất đai theo phiếu chuyển"

    dossier_services.ask_payment(
        place.world.processor, started.pk, amounts=[(rule.code, 1_250_000)], reason_text=reason
    )

    debt = Obligation.objects.get(dossier=started)
    assert (debt.amount, debt.reason, debt.state) == (1_250_000, reason, "UNPAID")
    assert debt.unit_id == started.holding_unit_id
    assert Dossier.objects.get(pk=started.pk).state == State.WAIT_PAYMENT


def test_birth_fails_with_the_submission_and_never_alone(place: Office, monkeypatch):
    def crash(*_args: object, **_kwargs: object) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as dying:
        dying.setattr(obligations, "create", crash)
        with pytest.raises(SystemError), transaction.atomic():
            submitted(place)

    assert not Dossier.objects.exists()
    assert not Obligation.objects.exists()


def test_any_number_of_obligations_costs_two_statements(place: Office):
    made = [dossier(place) for _ in range(40)]

    def submissions(of: list[Dossier]) -> list[Append]:
        body = {
            "service_code": "",
            "service_revision_id": place.revision_id,
            "receiving_unit_id": 1,
            "routing_rule_id": 1,
        }
        return [
            Append(item.pk, 0, [DossierSubmitted(code=item.code, fees_due=(fee(), fee(5_000)), **body)], item.pk)
            for item in of
        ]

    costs = []
    for part in (made[:1], made[1:]):
        with (
            transaction.atomic(),
            CaptureQueriesContext(
                connection,
            ) as spent,
        ):
            events.append(submissions(part), actor=APPLICANT)
        costs.append(len([item for item in spent if "SAVEPOINT" not in item["sql"]]))

    assert Obligation.objects.count() == 80
    assert costs[0] == costs[1] == 3  # the submissions' events, the obligations, their events


@pytest.mark.parametrize(
    "column", ["amount = 0", "amount = -5", "state = 'LOST'", "state = 'PAID'", "state = 'CANCELLED'"]
)
def test_the_database_refuses_impossible_obligations(place: Office, column: str):
    owed(place)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE payments_obligation SET {column}")


def test_an_obligation_is_seen_by_its_payer_and_the_units_officers_only(place: Office):
    debt = owed(place)
    world = place.world

    for allowed in (world.citizen, world.reception, world.processor, world.monitor):
        assert queries.obligation(allowed, debt.pk).id == debt.pk
        assert queries.may_view(allowed, debt)
    for denied in (world.neighbour, world.stranger, None):
        with pytest.raises(NotFound, match="OBLIGATION_UNKNOWN"):
            queries.obligation(denied, debt.pk)
        assert queries.obligations_of(denied, debt.dossier_id) == []
        assert not queries.may_view(denied, debt)
    assert not explain(world.stranger, "payment.view", debt).allowed


def test_a_list_of_obligations_costs_the_same_whatever_its_length(place: Office):
    made = dossier(place)
    costs = []
    for _ in range(2):
        for _number in range(3):
            owed(of=made)
        with CaptureQueriesContext(connection) as spent:
            queries.obligations_of(place.world.reception, made.pk)
        costs.append(len(spent))

    assert costs[0] == costs[1] <= 3


def test_my_payments_come_page_by_page_newest_first(place: Office):
    made, start = dossier(place), clock.now()
    for number in range(queries.PAGE + 5):
        with clock.travel(start + timedelta(seconds=number)):
            owed(of=made, amount=1_000 + number)

    first = queries.my_payments(place.world.citizen)
    rest = queries.my_payments(place.world.citizen, before=first[-1].created_at)

    assert [item.amount for item in (*first, *rest)] == list(range(1_054, 999, -1))


def test_a_unit_without_an_account_still_takes_submissions(db):
    bare = office(configured=False)

    sent = submitted(bare)

    assert Obligation.objects.get(dossier=sent).beneficiary_account == ""


def test_an_obligation_of_an_unknown_dossier_is_refused(place: Office):
    stranger = Birth(place.world.citizen.account_id, "H00", fee())

    with pytest.raises(LookupError), transaction.atomic():
        obligations.create([stranger], actor=APPLICANT)
    assert obligations.create([], actor=APPLICANT) == []
