"""What commands on drafts and dossiers refuse by their own code."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from motcua.domain.dossiers import draft_queries, queries, services, transition
from motcua.domain.dossiers.models import Draft
from motcua.domain.dossiers.policies import MAX_FILES
from motcua.foundation import policies
from motcua.foundation.actor import Actor
from tests.domain.dossiers.world import ASSESSED, FREE, World, upload
from tests.domain.refusals import refused

pytestmark = pytest.mark.django_db


def _draft(world: World) -> Draft:
    return services.open_draft(world.citizen, world.service(FREE), locality_id=world.commune.pk)


def test_another_ones_draft_and_a_file_it_does_not_hold_are_not_found(world: World):
    draft = _draft(world)

    stranger = refused(lambda: draft_queries.draft(world.neighbour, draft.pk))
    missing = refused(lambda: draft_queries.draft_file(world.citizen, draft.pk, uuid4()))

    assert (stranger.code, missing.code) == ("DRAFT_NOT_FOUND", "FILE_NOT_FOUND")


def test_a_draft_without_a_place_is_not_submitted(world: World):
    draft = services.open_draft(world.citizen, world.service(FREE))

    assert refused(lambda: services.submit_draft(world.citizen, draft.pk)).code == "LOCALITY_REQUIRED"
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_an_officer_opens_no_draft_of_their_own(world: World):
    assert refused(lambda: services.open_draft(world.reception, world.service(FREE))).status == 403


def test_a_draft_takes_as_many_files_as_the_policy_says(world: World):
    policies.set_value(MAX_FILES.key, 1, actor=Actor.job("test"), reason="Thử giới hạn")
    draft = _draft(world)
    component = world.definitions[FREE].components[0].code
    services.add_file(world.citizen, draft.pk, component, upload(world.citizen).pk)

    error = refused(lambda: services.add_file(world.citizen, draft.pk, component, upload(world.citizen).pk))

    assert (error.code, Draft.objects.get(pk=draft.pk).files.count()) == ("TOO_MANY_FILES", 1)


@pytest.mark.parametrize("key", ["", "  "])
def test_a_submission_needs_a_key_against_sending_twice(world: World, key: str):
    prepared = replace(world.submission(FREE), idempotency_key=key)

    assert refused(lambda: services.submit(world.citizen, prepared)).code == "IDEMPOTENCY_KEY"


@pytest.mark.parametrize("amounts", [[], [("NO-SUCH-FEE", 1_000)], [("", 0)]])
def test_an_officer_assesses_only_fees_of_the_service(world: World, amounts: list[tuple[str, int]]):
    dossier = world.in_process(ASSESSED)

    error = refused(
        lambda: services.ask_payment(
            world.processor, dossier.pk, amounts=amounts, reason_text="Nộp phí thẩm định hồ sơ"
        )
    )

    assert error.code == "OBLIGATION_INVALID"
    assert error.errors


@pytest.mark.parametrize("code", ["", "H00.000", "itself"])
def test_a_dossier_is_transferred_to_another_existing_unit(world: World, code: str):
    dossier = world.in_process(FREE)
    to = dossier.holding_unit.code if code == "itself" else code

    error = refused(
        lambda: services.transfer(
            world.processor, dossier.pk, to_unit_code=to, reason_code="OTHER", reason_text="Thuộc thẩm quyền nơi khác"
        )
    )

    assert (error.code, error.field) == ("UNIT_UNKNOWN", "to_unit")


def test_what_only_the_product_does_is_done_by_nobody_else(world: World):
    dossier = world.in_process(FREE)

    for acting in (world.processor, world.approver, world.citizen):
        error = refused(lambda acting=acting: transition.opened(acting, dossier.pk, "close"))
        assert error.status in {403, 409}, error.code
    assert refused(lambda: queries.id_of("H26.900.004.01-260604-019999")).code == "DOSSIER_NOT_FOUND"
