"""What faces read: the public page, the services that take dossiers; bounded statements, published only."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.catalogue import demonstration, journal, queries, services
from motcua.domain.catalogue.definition import Channel, FeeMoment
from motcua.domain.catalogue.models import Generation, Procedure, ProcedureRevision, Service
from motcua.domain.catalogue.rules import Act, State
from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.rules import UnitKind
from motcua.foundation import clock
from motcua.foundation.errors import Invalid, NotFound
from tests.domain.catalogue import factories as make
from tests.domain.catalogue.demo import PROCEDURES, SERVICES
from tests.domain.organisations import factories as units

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration_loaded() -> None:
    for procedure in PROCEDURES.values():
        if not Unit.objects.filter(code=procedure.owner.code).exists():
            units.unit(UnitKind.MINISTRY, units.nation(), code=procedure.owner.code, name=procedure.owner.name)
    assert demonstration.load_demonstration() == len(SERVICES)


def test_the_public_page_holds_every_required_field_from_the_one_catalogue() -> None:
    ministry = make.ministry()
    make.published_service(ministry)

    page = queries.service_page(make.CODE)

    (service,) = page.services
    assert (page.procedure_code, service.code) == (make.CODE, make.SERVICE)
    assert page.text.name == PROCEDURES[make.CODE].name
    assert page.owner_code == ministry.unit.code
    assert (page.field_code, page.field_name) == ("G15-TP07", "Hộ tịch")
    definition = service.definition
    assert definition.receiving_level == "COMMUNE"
    assert [item.code for item in definition.components] == [item.code for item in SERVICES[make.SERVICE].components]
    assert definition.form.schema["required"]
    assert [(fee.amount, fee.moment) for fee in definition.fees] == [(8000, FeeMoment.BEFORE)]
    assert (definition.time_limit.amount, definition.time_limit.unit) == (1, "WORKING_DAY")
    assert definition.result.code == "KQ.G15.000342"
    assert definition.audience
    assert Channel.ONLINE in definition.channels
    assert page.submittable == (service,)


def test_a_new_fee_is_on_the_page_at_the_next_load() -> None:
    ministry = make.ministry()
    service = make.published_service(ministry)
    assert queries.service_page(make.CODE).services[0].definition.fees[0].amount == 8000

    make.publish_next(ministry, service, make.with_fee(SERVICES[make.SERVICE], 12000))

    assert queries.service_page(make.CODE).services[0].definition.fees[0].amount == 12000


def test_a_page_costs_two_statements_and_a_service_one_once_its_revision_was_seen() -> None:
    make.published_service(make.ministry())
    queries.service_page(make.CODE)

    with CaptureQueriesContext(
        connection,
    ) as page:
        queries.service_page(make.SERVICE)
    with CaptureQueriesContext(connection) as one:
        queries.require_submittable(make.SERVICE)

    assert (len(page), len(one)) == (2, 1)


def test_nothing_is_shown_before_it_is_published() -> None:
    ministry = make.ministry()
    make.declared_procedure(ministry)
    service = services.declare_service(ministry.editor, make.SERVICE, SERVICES[make.SERVICE])
    draft = service.revisions.get()

    for read in (
        lambda: queries.service_page(make.CODE),
        lambda: queries.current_service(make.SERVICE),
        lambda: queries.definition_of(draft.pk),
    ):
        with pytest.raises(NotFound):
            read()
    services.change_procedure_state(ministry.publisher, service.procedure_id, Act.PUBLISH)
    assert queries.service_page(make.CODE).services == ()
    assert queries.procedures_without_service() == [(make.CODE, PROCEDURES[make.CODE].name, ministry.unit.code)]


@pytest.mark.parametrize("code", ["", "abc", "2.000635; DROP TABLE x", "2.00063", "２.000635", "<b>", "2" * 5000])
def test_a_malformed_code_is_told_apart_from_an_unknown_one(code: str) -> None:
    with pytest.raises(Invalid):
        queries.service_page(code)
    with pytest.raises(Invalid):
        queries.current_service(code)
    with pytest.raises(NotFound):
        queries.service_page("1.999999")
    with pytest.raises(NotFound):
        queries.current_service(" 1.999999.01 ")


@pytest.mark.usefixtures("demonstration_loaded")
def test_the_demonstration_catalogue_is_public_and_open_and_loads_once() -> None:
    open_now = {service.code: service.definition for service in queries.submittable_services()}

    assert open_now == SERVICES
    assert queries.procedures_without_service() == []
    assert demonstration.load_demonstration() == 0
    assert ProcedureRevision.objects.count() == Procedure.objects.count() == len(PROCEDURES)
    assert set(Service.objects.values_list("state", flat=True)) == {State.PUBLISHED.value}


def test_every_change_raises_the_generation() -> None:
    ministry = make.ministry()
    seen = [queries.generation()]

    service = make.published_service(ministry)
    seen.append(queries.generation())
    services.suspend(ministry.publisher, service.pk, reason="Bảo trì")
    seen.append(queries.generation())
    with clock.travel(clock.local(2020, 1, 1)):  # a clock set back must not bring an old number back
        journal.next_generation()
    seen.append(queries.generation())

    assert seen == sorted(set(seen))


def test_an_emptied_or_restored_catalogue_never_shows_a_generation_again() -> None:
    make.public_procedure(make.ministry())
    before = queries.generation()

    Generation.objects.all().delete()
    emptied = queries.generation()
    make.public_procedure(make.ministry(), "1.004222")

    assert emptied == 0
    assert queries.generation() > before
