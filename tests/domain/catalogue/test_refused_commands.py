"""What commands on the catalogue refuse by their own code: unknown objects, missing names, no draft."""

from __future__ import annotations

from uuid import uuid4

import msgspec
import pytest

from motcua.domain.catalogue import services
from motcua.domain.catalogue.models import Procedure, ServiceRevision
from motcua.domain.catalogue.rules import Act
from tests.domain.catalogue import factories as make
from tests.domain.catalogue.demo import PROCEDURES, SERVICES
from tests.domain.refusals import refused

pytestmark = pytest.mark.django_db


def test_a_procedure_needs_a_name():
    ministry = make.ministry()
    nameless = msgspec.structs.replace(PROCEDURES[make.CODE].text(), name=" \t ")

    error = refused(
        lambda: services.declare_procedure(ministry.editor, "1.999998", nameless, owner_id=ministry.unit.pk)
    )

    assert (error.code, error.field) == ("NAME_MISSING", "name")
    assert not Procedure.objects.filter(code="1.999998").exists()


def test_what_does_not_exist_is_not_found():
    ministry = make.ministry()

    procedure = refused(lambda: services.change_procedure_state(ministry.publisher, uuid4(), Act.PUBLISH))
    service = refused(lambda: services.run_tests(ministry.tester, uuid4()))

    assert (procedure.code, service.code) == ("PROCEDURE_NOT_FOUND", "SERVICE_NOT_FOUND")


def test_without_a_draft_nothing_is_tested():
    ministry = make.ministry()
    service = make.published_service(ministry)
    assert not ServiceRevision.objects.filter(service=service, published_at__isnull=True).exists()

    assert refused(lambda: services.run_tests(ministry.tester, service.pk)).code == "NO_DRAFT"

    services.save_draft(ministry.editor, service.pk, SERVICES[make.SERVICE])
    services.run_tests(ministry.tester, service.pk)
