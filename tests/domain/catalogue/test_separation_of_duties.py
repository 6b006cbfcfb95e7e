"""One account that holds both rights does not do both acts on the same object (ACC-16)."""

from __future__ import annotations

import pytest

from motcua.domain.catalogue import services
from motcua.domain.catalogue.rules import Act
from motcua.domain.organisations import access
from motcua.domain.organisations.account_rules import MAKER_OF
from motcua.domain.organisations.rules import ACTIONS
from motcua.foundation.errors import AccessDenied
from tests.domain.catalogue import factories as make
from tests.domain.organisations import factories as units

pytestmark = pytest.mark.django_db


def both(at: make.Ministry) -> make.Ministry:
    """The ministry with one officer who holds every catalogue role."""
    one = units.holder("CAT_EDITOR", at.unit)
    for role in ("CAT_TESTER", "CAT_PUBLISHER"):
        units.grant(one, role, at.unit)
    return make.Ministry(at.unit, one, one, one)


def test_who_wrote_a_service_does_not_publish_it_and_another_does() -> None:
    ministry = make.ministry()
    service, one = make.declared_service(ministry), both(ministry)
    services.save_draft(one.editor, service.pk, make.with_fee(make.SERVICES[make.SERVICE], 9_000))
    services.run_tests(one.tester, service.pk)

    with pytest.raises(AccessDenied) as refusal:
        services.publish_revision(one.publisher, service.pk)
    assert access.can(one.publisher, "catalogue.publish", service)
    services.publish_revision(ministry.publisher, service.pk)

    assert refusal.value.code == "OWN_WORK"
    service.refresh_from_db()
    assert service.state == "PUBLISHED"


def test_what_was_written_before_the_last_publication_counts_no_more() -> None:
    ministry = make.ministry()
    one = both(ministry)
    service = make.declared_service(make.Ministry(ministry.unit, one.editor, ministry.tester, ministry.publisher))
    make.publish_next(ministry, service)

    services.save_draft(ministry.editor, service.pk, make.with_fee(make.SERVICES[make.SERVICE], 9_000))
    services.run_tests(ministry.tester, service.pk)
    revision = services.publish_revision(one.publisher, service.pk)

    assert revision.number == 2


def test_who_declared_a_procedure_does_not_make_it_public() -> None:
    ministry = make.ministry()
    one = both(ministry)
    procedure = make.declared_procedure(one)

    with pytest.raises(AccessDenied):
        services.change_procedure_state(one.publisher, procedure.pk, Act.PUBLISH)
    services.change_procedure_state(ministry.publisher, procedure.pk, Act.PUBLISH)
    services.change_procedure_state(one.publisher, procedure.pk, Act.SUSPEND, reason="Rà soát lại nội dung thủ tục")

    procedure.refresh_from_db()
    assert procedure.state == "SUSPENDED"


def test_the_table_of_conflicts_names_acts_that_exist() -> None:
    acts = {act for pair in MAKER_OF.items() for act in pair} - {"account.confirm"}

    assert acts <= ACTIONS.keys()
    assert all(second != first for second, first in MAKER_OF.items())
