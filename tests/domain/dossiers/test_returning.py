"""Issuing and handing over results (DOS-08, POR-15, F-21)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.domain.dossiers import documents, queries, services
from motcua.domain.dossiers.models import Dossier, Rating, ResultReturn
from motcua.domain.dossiers.rules import State
from motcua.domain.dossiers.transition import opened_by_product
from motcua.foundation import clock, files, signing
from motcua.foundation.actor import Actor
from motcua.foundation.errors import AccessDenied, Conflict, Invalid
from motcua.foundation.signing import Signature
from tests.domain.dossiers.ways import act, in_state
from tests.domain.dossiers.world import World, findings, pdf, upload

WRONG = [
    {"method": ""},
    {"method": "EMAIL"},
    {"method": "COUNTER"},
    {"method": "COUNTER", "receiver_name": "Nguyễn Văn An"},
    {"method": "COUNTER", "receiver_name": "  ", "receiver_signed": True},
    {"method": "POSTAL"},
    {"method": "POSTAL", "tracking_code": " "},
    {"method": "POSTAL", "tracking_code": "E" * 41},
    {"method": "COUNTER", "receiver_name": "A" * 201, "receiver_signed": True},
]
RIGHT = [
    {"method": "ONLINE"},
    {"method": "COUNTER", "receiver_name": "Nguyễn Văn An", "receiver_signed": True},
    {"method": "POSTAL", "tracking_code": "EA123456789VN"},
]


@pytest.mark.requirement("DOS-08")
@pytest.mark.fault("F-21")
@pytest.mark.parametrize("state", [State.RESOLVED, State.REFUSED])
def test_what_is_not_returned_stays_listed_with_its_age_until_a_proved_hand_over(world: World, state: State):
    dossier = in_state(world, state)

    with clock.travel(clock.now() + timedelta(days=12)):
        row = next(iter(queries.worklist(world.returner, "to_return").rows))
        assert (row.code, row.state) == (dossier.code, state)
        assert (clock.now() - row.finished_at).days == 12
        with pytest.raises(Conflict):
            opened_by_product(Actor.job("test"), dossier.pk, "close")
        assert services.close_finished() == 0
        for wrong in WRONG:
            with pytest.raises(Invalid):
                services.return_result(world.returner, dossier.pk, **wrong)
        assert ResultReturn.objects.count() == 0
        assert len(queries.worklist(world.returner, "to_return").rows) == 1

        services.return_result(world.returner, dossier.pk, method="COUNTER", receiver_name="An", receiver_signed=True)

        assert queries.worklist(world.returner, "to_return").rows == []
    recorded = ResultReturn.objects.get(dossier=dossier)
    assert (recorded.method, recorded.receiver_name) == ("COUNTER", "An")
    assert recorded.returned_by_id == world.returner.account_id


@pytest.mark.parametrize("proof", RIGHT, ids=["online", "counter", "postal"])
def test_every_way_of_handing_over_is_recorded(world: World, proof: dict):
    dossier = in_state(world, State.RESOLVED)

    services.return_result(world.returner, dossier.pk, **proof)

    recorded = ResultReturn.objects.values("method", "receiver_name", "receiver_signed", "tracking_code").get()
    assert recorded == {"receiver_name": "", "receiver_signed": False, "tracking_code": "", **proof}
    assert Dossier.objects.get(pk=dossier.pk).returned_at is not None


@pytest.mark.requirement("POR-15")
def test_an_issued_result_is_there_at_once_signed_and_for_good(world: World):
    dossier = in_state(world, State.IN_PROCESS)
    act(world, "propose", dossier)
    for file_id in (None, upload(world.processor).pk, upload(world.citizen).pk):
        with pytest.raises(Invalid):
            services.approve(world.approver, dossier.pk, file_id=file_id, number="1/KQ", signature="UNSIGNED")
    with pytest.raises(Invalid):
        services.approve(world.approver, dossier.pk, file_id=upload(world.approver).pk, number=" ", signature="SIGNED")
    assert Dossier.objects.get(pk=dossier.pk).state == State.IN_PROCESS

    issued = documents.result_file(world.approver, dossier.pk, file_id=None, conclusion="Đủ điều kiện")
    services.approve(
        world.approver, dossier.pk, file_id=issued.file_id, number=issued.number, signature=issued.signature
    )

    for later in (timedelta(0), timedelta(days=400)):
        with clock.travel(clock.now() + later):
            detail = queries.detail(world.citizen, dossier.pk)
            assert (detail.state, detail.dossier.national_number) == (State.RESOLVED, 9)
            assert detail.result is not None
            assert (detail.result.number, detail.result.signature) == (f"{dossier.code}/KQ", "SIGNED")
            assert signing.verify(files.read_verified(detail.result.file)) is Signature.SIGNED
    assert findings() == []


def test_a_result_whose_signature_does_not_hold_is_not_issued(world: World):
    dossier = in_state(world, State.IN_PROCESS)
    signed = signing.sign(pdf("kết quả"), reason="Ban hành", place="Hà Nội")
    broken = signed.replace(b"/MediaBox[0 0 595 842]", b"/MediaBox[0 0 595 841]")
    assert broken != signed

    with pytest.raises(Invalid) as refused:
        documents.result_file(world.approver, dossier.pk, file_id=upload(world.approver, content=broken).pk)

    assert refused.value.code == "RESULT_SIGNATURE"
    good = documents.result_file(world.approver, dossier.pk, file_id=upload(world.approver, content=signed).pk)
    assert good.signature == "SIGNED"


def test_only_who_may_approve_has_a_result_made(world: World):
    dossier = in_state(world, State.IN_PROCESS)

    with pytest.raises(AccessDenied):
        documents.result_file(world.processor, dossier.pk, file_id=None)
    with pytest.raises(Conflict):
        documents.result_file(world.approver, in_state(world, State.RECEIVED).pk, file_id=None)


@pytest.mark.parametrize("score", [0, 6, -1, 10**12])
def test_a_rating_is_one_to_five(world: World, score: int):
    dossier = in_state(world, State.RETURNED)

    with pytest.raises(Invalid):
        services.rate(world.citizen, dossier.pk, score=score)


def test_a_dossier_is_rated_once_by_its_owner_after_the_hand_over(world: World):
    dossier = in_state(world, State.RESOLVED)
    with pytest.raises(Conflict):
        services.rate(world.citizen, dossier.pk, score=5)
    act(world, "return_result", dossier)
    with pytest.raises(AccessDenied):
        services.rate(world.neighbour, dossier.pk, score=1)
    services.rate(world.citizen, dossier.pk, score=5, comment="Nhanh\u0000 gọn")
    with pytest.raises(Conflict):
        services.rate(world.citizen, dossier.pk, score=4)

    assert Rating.objects.values_list("score", "comment").get() == (5, "Nhanh gọn")


def test_a_withdrawn_dossier_is_not_rated_even_when_closed(world: World):
    dossier = in_state(world, State.WITHDRAWN)
    with clock.travel(clock.now() + timedelta(days=40)):
        assert services.close_finished() == 1
        with pytest.raises(Conflict):
            services.rate(world.citizen, dossier.pk, score=5)
