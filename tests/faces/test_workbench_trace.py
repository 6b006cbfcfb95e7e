"""The officials' trace in words, and the officer's withdrawal of what is owed (DOS-03, PAY-02)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import STATE_NAMES, State
from motcua.domain.payments.models import Obligation
from motcua.domain.payments.rules import ObligationState
from motcua.faces.event_names import EVENT_NAMES
from motcua.foundation.events import event_types
from tests.domain.dossiers.conftest import own_file_store, world
from tests.domain.dossiers.ways import in_state
from tests.domain.dossiers.world import World, officer
from tests.domain.payments.conftest import place
from tests.domain.payments.factories import Office, owed, submitted
from tests.faces.pages import Browser

__all__ = ["own_file_store", "place", "world"]
WAY = (State.SUBMITTED, State.RECEIVED, State.IN_PROCESS, State.STOPPED)
WHY = "Người có công với cách mạng được miễn lệ phí"


def _text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def _cancel(place: Office, debt: Obligation, by: Any, reason: str) -> Any:
    return Browser(by).post(f"/can-bo/ho-so/{debt.dossier_id}/khoan-nop/{debt.pk}/huy", {"reason": reason})


def test_every_event_of_a_dossier_and_of_what_it_owes_has_a_name():
    told = {name for name, body in event_types.items() if body.aggregate in {"dossier", "obligation"}}

    assert told == set(EVENT_NAMES)


def test_the_trace_says_what_happened_from_where_to_where_and_who_did_it(world: World):
    dossier = in_state(world, State.STOPPED)
    owed(of=dossier, amount=5_000)

    page = _text(Browser(world.reception).get(f"/can-bo/ho-so/{dossier.pk}/dau-vet"))

    for before, after in pairwise(WAY):
        assert f"{STATE_NAMES[before]} → {STATE_NAMES[after]}" in page
    assert "Tạm dừng xử lý" in page
    assert dossier.reason_text in page
    assert "Phát sinh khoản phải nộp" in page
    for code in ("dossier.", "payment.", "PROCESSOR", "RECEPTION", "OWNER"):
        assert code not in page
    assert world.commune.name in page


def test_an_officer_withdraws_what_is_owed_with_a_reason_that_the_payer_reads(place: Office):
    dossier = submitted(place)
    debt = Obligation.objects.get(dossier=dossier)

    silent = _cancel(place, debt, place.world.processor, "  ")
    foreign = _cancel(place, debt, place.world.stranger, WHY)
    debt.refresh_from_db()
    assert (silent.status_code, foreign.status_code, debt.state) == (422, 403, ObligationState.UNPAID)
    assert "Phải ghi lý do hủy khoản phải nộp" in _text(silent)

    assert _cancel(place, debt, place.world.processor, WHY).status_code == 302
    assert _cancel(place, debt, place.world.processor, WHY).status_code == 409

    debt.refresh_from_db()
    assert (debt.state, debt.cancel_reason) == (ObligationState.CANCELLED, WHY)
    assert WHY in _text(Browser(place.world.citizen).get(f"/ho-so/{dossier.pk}"))
    assert WHY in _text(Browser(place.world.citizen).get(f"/nop-phi/{debt.pk}"))
    assert Dossier.objects.get(pk=dossier.pk).state == State.SUBMITTED


def test_who_may_not_see_money_is_told_so_instead_of_seeing_nothing(place: Office):
    dossier = submitted(place)
    surveyor = officer("SURVEYOR", place.world.commune)
    address = f"/can-bo/ho-so/{dossier.pk}"

    assert "không có quyền xem phần này" in _text(Browser(surveyor).get(address))
    assert "không có quyền xem phần này" not in _text(Browser(place.world.monitor).get(address))
    assert "Ghi nhận đã thu trực tiếp" in _text(Browser(place.world.reception).get(address))
    assert "Ghi nhận đã thu trực tiếp" not in _text(Browser(place.world.monitor).get(address))


def test_only_who_may_assess_sees_the_form_to_withdraw(place: Office):
    dossier = submitted(place)
    address = f"/can-bo/ho-so/{dossier.pk}"

    assert "Hủy khoản này" in _text(Browser(place.world.processor).get(address))
    assert "Hủy khoản này" not in _text(Browser(place.world.reception).get(address))
