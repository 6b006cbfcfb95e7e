"""A procedure that demands payment first is not worked on while the money is owed (SUB-14)."""

from __future__ import annotations

import pytest

from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.payments.models import Obligation
from motcua.domain.payments.services import record_offline
from motcua.foundation.errors import Conflict
from tests.domain.dossiers.world import CHARGED, FREE, small_world

pytestmark = pytest.mark.django_db


def test_processing_waits_for_a_fee_that_the_procedure_demands_first():
    world = small_world(CHARGED)
    applications = (world.submission(CHARGED, seed=seed) for seed in range(100))
    paying = next(item for item in applications if not item.form.get("fee_exempt"))
    dossier = Dossier.objects.get(pk=services.submit(world.citizen, paying).dossier_id)
    services.receive(world.reception, dossier.pk)

    with pytest.raises(Conflict) as refused:
        services.start(world.processor, dossier.pk)

    assert refused.value.code == "PAYMENT_DUE"
    owed = Obligation.objects.get(dossier=dossier)
    record_offline(owed.pk, method="CASH", document_number="PT 01", paid_at=None, acting=world.reception)
    assert services.start(world.processor, dossier.pk).state == "IN_PROCESS"


def test_a_free_dossier_is_not_held_up():
    world = small_world(FREE)
    dossier = world.submitted(FREE)
    services.receive(world.reception, dossier.pk)

    assert services.start(world.processor, dossier.pk).state == "IN_PROCESS"
