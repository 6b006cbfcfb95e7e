"""A dossier that states otherwise than VNeID is accepted, flagged, and followed until the values agree (IDN-11)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from motcua.domain.dossiers import services
from motcua.domain.dossiers.identity import stated_by
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State
from motcua.domain.organisations.models import Grant
from motcua.domain.people.differences import queries
from motcua.domain.people.differences.models import IdentityDifference
from motcua.domain.people.differences.queries import Sieve
from motcua.domain.people.differences.rules import ComparedField, Register, Resolution
from motcua.domain.people.differences.services import compare_with_vneid, record_correction
from motcua.domain.people.models import IdentityDocument, Person
from motcua.foundation import reactions
from motcua.foundation.errors import AccessDenied, Conflict, Invalid, NotFound
from motcua.foundation.models import AuditEntry
from tests.domain.dossiers.world import FREE, World, officer, principal
from tests.domain.people.conftest import Provider, provider, vneid_url

__all__ = ["provider", "vneid_url"]
AN = "nguyen-van-an"
ISSUED_ON, ISSUED_BY = "2021-05-10", "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
ON_THE_CARD = "2021-05-12"
EVIDENCE = "Đã đối chiếu thẻ căn cước công dân cấp ngày 10/05/2021, bản chính"
AS_VNEID_SAYS = {
    "applicant_name": "Nguyễn Văn An",
    "applicant_birth_date": "1985-03-12",
    "applicant_identity": {"kind": "CITIZEN_ID", "number": "001085999001"},
    "applicant_identity_issued_on": ISSUED_ON,
    "applicant_identity_issued_by": ISSUED_BY,
    "applicant_address": "Số 12 phố Đội Cấn",
}


def signed_on(provider: Provider, **claims: str) -> Person:
    """An as VNeID describes him, but for `claims`; his commune is none of the small world's, so it is left out."""
    provider.fault("other_claims", claims={"ThuongTru": "Số 12 phố Đội Cấn", **claims})
    return provider.sign_on(AN).person


def submitted(world: World, person: Person, **stated: Any) -> Dossier:
    """A dossier of `person` whose form says what VNeID says, but for `stated`."""
    assert person.account
    applicant = principal(person.account, party=person.party)
    application = world.submission(FREE, by=applicant)
    form = {**application.form, **AS_VNEID_SAYS, **stated}
    answer = services.submit(applicant, replace(application, form=form))
    reactions.drain_all()
    return Dossier.objects.get(pk=answer.dossier_id)


def rows_of(dossier: Dossier) -> list[tuple[str, str, str, str]]:
    found = queries.of_subject("dossier", dossier.pk)
    return [(row.compared, row.stated_value, row.known_value, row.register) for row in found]


def open_rows(dossier: Dossier) -> list[str]:
    return [row.compared for row in queries.of_subject("dossier", dossier.pk) if row.resolved_at is None]


def test_another_issue_date_is_kept_with_both_values_and_the_dossier_goes_on(world: World, provider: Provider):
    person = signed_on(provider)
    document = IdentityDocument.objects.get(party=person.party)
    assert (str(document.issued_on), document.issued_by) == (ISSUED_ON, ISSUED_BY)

    dossier = submitted(world, person, applicant_identity_issued_on=ON_THE_CARD)

    assert dossier.state == State.SUBMITTED
    assert rows_of(dossier) == [("ISSUED_ON", ON_THE_CARD, ISSUED_ON, "VNEID")]
    [row] = IdentityDifference.objects.all()
    assert (row.subject_code, row.person_id, row.unit_id) == (dossier.code, person.pk, dossier.receiving_unit_id)
    assert queries.open_among("dossier", [dossier.pk]) == {dossier.pk}
    services.receive(world.reception, dossier.pk)
    services.start(world.processor, dossier.pk)
    dossier.refresh_from_db()
    assert dossier.state == State.IN_PROCESS


def test_what_is_written_otherwise_but_says_the_same_is_no_difference(world: World, provider: Provider):
    person = signed_on(provider)

    dossier = submitted(
        world,
        person,
        applicant_name="NGUYỄN VĂN AN",
        applicant_identity_issued_by="Cục Cảnh sát QLHC về TTXH",
        applicant_address="Số 12, phố Đội Cấn",
    )

    assert rows_of(dossier) == []


def test_name_birth_date_number_place_and_address_are_compared_each(world: World, provider: Provider):
    person = signed_on(provider)

    dossier = submitted(
        world,
        person,
        applicant_name="Nguyễn Văn Ân",
        applicant_birth_date="1985-12-03",
        applicant_identity={"kind": "CITIZEN_ID", "number": "001085999009"},
        applicant_identity_issued_by="Công an thành phố Hà Nội",
        applicant_address="Số 21 phố Đội Cấn",
    )

    assert open_rows(dossier) == [
        "FULL_NAME", "BIRTH_DATE", "IDENTITY_NUMBER", "ISSUED_BY", "ADDRESS",
    ]  # fmt: skip


def test_nothing_is_compared_with_what_vneid_does_not_say_or_for_whom_it_never_described(
    world: World, provider: Provider
):
    provider.fault("missing_claims", claims=["NgayCap", "NoiCap", "NgayThangNamSinh"])
    person = signed_on(provider)

    silent = submitted(world, person, applicant_identity_issued_on=ON_THE_CARD, applicant_birth_date="1990-01-01")
    unknown = world.submitted(FREE)
    reactions.drain_all()

    assert rows_of(silent) == []
    assert rows_of(unknown) == []


def test_the_work_done_twice_records_once(world: World, provider: Provider):
    dossier = submitted(world, signed_on(provider), applicant_identity_issued_on=ON_THE_CARD)

    compare_with_vneid([stated_by(dossier), stated_by(dossier)])

    assert len(rows_of(dossier)) == 1


@pytest.mark.requirement("IDN-11")
@pytest.mark.fault("F-78")
def test_another_issue_date_is_accepted_flagged_reported_and_resolved_by_the_next_sign_on_with_corrected_data(
    world: World, provider: Provider
):
    dossier = submitted(world, signed_on(provider), applicant_identity_issued_on=ON_THE_CARD)
    assert dossier.state == State.SUBMITTED
    assert queries.open_among("dossier", [dossier.pk]) == {dossier.pk}
    [reported] = queries.report(world.monitor, Sieve(compared=ComparedField.ISSUED_ON)).rows
    assert (reported.subject_code, reported.register) == (dossier.code, Register.VNEID)
    assert (reported.stated_value, reported.known_value) == (ON_THE_CARD, ISSUED_ON)

    signed_on(provider, NgayCap="01/01/2020")
    assert open_rows(dossier) == ["ISSUED_ON"]
    signed_on(provider, NgayCap="12/05/2021")

    [row] = queries.of_subject("dossier", dossier.pk)
    assert (row.resolution, row.resolved_by, row.evidence) == (Resolution.AGREES, None, "")
    assert row.resolved_at is not None
    assert (row.stated_value, row.known_value) == (ON_THE_CARD, ISSUED_ON)
    assert queries.open_among("dossier", [dossier.pk]) == set()
    assert queries.report(world.monitor, Sieve()).rows == []


def test_an_officer_records_the_correction_once_with_evidence(world: World, provider: Provider):
    dossier = submitted(world, signed_on(provider), applicant_identity_issued_on=ON_THE_CARD)
    [row] = queries.of_subject("dossier", dossier.pk)

    for poor in ("", "   ", "12/05/2021 - 001085999001", "đã sửa"):
        with pytest.raises(Invalid) as refusal:
            record_correction(world.reception, dossier.pk, row.pk, evidence=poor)
        assert (refusal.value.code, refusal.value.field) == ("EVIDENCE_REQUIRED", "evidence")
    record_correction(world.reception, dossier.pk, row.pk, evidence=f"  {EVIDENCE}\n")

    [row] = queries.of_subject("dossier", dossier.pk)
    assert (row.resolution, row.evidence, row.resolved_by_id) == (
        Resolution.CORRECTED,
        EVIDENCE,
        world.reception.account_id,
    )
    [entry] = AuditEntry.objects.filter(action="identity_difference.resolve")
    assert (entry.subject_id, entry.actor_role) == (str(dossier.pk), "RECEPTION")
    assert entry.details == {"difference": row.pk, "compared": "ISSUED_ON", "register": "VNEID"}
    with pytest.raises(Conflict):
        record_correction(world.reception, dossier.pk, row.pk, evidence=EVIDENCE)


def test_only_who_handles_dossiers_there_sees_and_resolves_it(world: World, provider: Provider):
    dossier = submitted(world, signed_on(provider), applicant_identity_issued_on=ON_THE_CARD)
    [row] = queries.of_subject("dossier", dossier.pk)

    for stranger in (world.stranger, world.citizen, world.returner):
        with pytest.raises(AccessDenied):
            record_correction(stranger, dossier.pk, row.pk, evidence=EVIDENCE)
        assert queries.report(stranger, Sieve()).rows == []
    for reader in (world.monitor, world.approver):
        with pytest.raises(AccessDenied):
            record_correction(reader, dossier.pk, row.pk, evidence=EVIDENCE)
    with pytest.raises(NotFound):
        record_correction(world.reception, world.submitted(FREE).pk, row.pk, evidence=EVIDENCE)

    assert [found.pk for found in queries.report(world.monitor, Sieve()).rows] == [row.pk]
    assert [found.pk for found in queries.report(world.processor, Sieve()).rows] == [row.pk]
    row.refresh_from_db()
    assert row.resolved_at is None


def test_the_report_is_narrowed_and_paged_and_costs_the_same(
    world: World, provider: Provider, django_assert_num_queries: Any
):
    person = signed_on(provider)
    days = [f"2019-01-{day:02d}" for day in range(1, 6)]
    made = [submitted(world, person, applicant_identity_issued_on=day) for day in days]
    submitted(world, person, applicant_name="Nguyễn Văn Ân")
    [resolved] = queries.of_subject("dossier", made[0].pk)
    record_correction(world.reception, made[0].pk, resolved.pk, evidence=EVIDENCE)
    wide = officer("MONITOR", world.province)
    assert Grant.objects.count() >= 2

    with django_assert_num_queries(2):
        first = queries.report(wide, Sieve(compared=ComparedField.ISSUED_ON), size=3)
    second = queries.report(wide, Sieve(compared=ComparedField.ISSUED_ON), after=first.following, size=3)

    assert [row.stated_value for row in [*first.rows, *second.rows]] == days[:0:-1]
    assert second.following is None
    assert len(queries.report(wide, Sieve(is_open=None)).rows) == 6
    assert [row.pk for row in queries.report(wide, Sieve(is_open=False)).rows] == [resolved.pk]
    assert len(queries.report(wide, Sieve(unit_id=world.commune.pk)).rows) == 5
    assert queries.report(wide, Sieve(unit_id=world.other_commune.pk)).rows == []
    assert queries.report(wide, Sieve(register=Register.POPULATION)).rows == []
    assert queries.open_by_fact(wide)[ComparedField.ISSUED_ON] == 4
    assert queries.open_by_fact(wide)[ComparedField.SEX] == 0
