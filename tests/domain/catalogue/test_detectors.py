"""What goes wrong in the catalogue behind the services' backs is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from motcua.domain.catalogue import detectors
from motcua.domain.catalogue.models import Procedure, ServiceRevision
from motcua.foundation import detectors as all_detectors
from tests.domain.catalogue import factories as make

pytestmark = pytest.mark.django_db


def tamper(assignment: str) -> None:
    """Changes the published revision as only somebody who has switched the triggers off can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE catalogue_servicerevision SET {assignment}")
        cursor.execute("SET session_replication_role = DEFAULT")


def findings() -> set[tuple[str, str]]:
    return {
        (finding.detector, finding.subject)
        for finding in all_detectors.run_all()
        if finding.detector.startswith("catalogue.")
    }


def test_a_sound_catalogue_has_no_findings() -> None:
    make.published_service(make.ministry())

    assert findings() == set()


@pytest.mark.parametrize(
    "assignment",
    [
        "name = 'Tên khác'",
        "digest = repeat('0', 64)",
        "minimum_identity_level = 1",
        "receiving_level = 'PROVINCE'",
        "online_level = 'PARTIAL'",
        "audience = '{CITIZEN}'",
        "channels = '{ONLINE}'",
        "definition = jsonb_set(definition, '{fees,0,amount}', '1')",
    ],
)
def test_an_altered_revision_is_found(assignment: str) -> None:
    make.published_service(make.ministry())

    tamper(assignment)

    assert ("catalogue.columns_say_what_the_definition_says", make.SERVICE) in findings()


@pytest.mark.parametrize(
    "assignment",
    ["definition = '{}'", "definition = definition - 'form'", "definition = jsonb_set(definition, '{process}', '[]')"],
)
def test_an_open_service_that_cannot_be_used_is_found(assignment: str) -> None:
    make.published_service(make.ministry())

    tamper(assignment)

    assert ("catalogue.open_services_are_whole", make.SERVICE) in findings()


def test_a_public_service_under_a_hidden_procedure_is_found() -> None:
    make.published_service(make.ministry())
    Procedure.objects.update(state="WITHDRAWN", state_reason="Bãi bỏ")

    assert ("catalogue.open_services_have_a_public_procedure", make.SERVICE) in findings()


@pytest.mark.parametrize("find", [detectors.open_services_are_whole, detectors.columns_say_what_the_definition_says])
def test_only_what_is_published_is_judged(find: Callable[[], object]) -> None:
    make.declared_service(make.ministry())
    ServiceRevision.objects.update(definition={})

    assert list(find()) == []  # type: ignore[call-overload]
