"""Valid catalogue objects in one line."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from motcua.domain.catalogue import services
from motcua.domain.catalogue.definition import FeeRule, ServiceDefinition
from motcua.domain.catalogue.models import Procedure, Service, ServiceRevision
from motcua.domain.catalogue.rules import Act
from motcua.domain.organisations.models import Account, Unit
from tests.domain.catalogue.demo import PROCEDURES, SERVICES
from tests.domain.organisations import factories as units

CODE = "2.000635"
SERVICE = f"{CODE}.01"


@dataclass(frozen=True)
class Ministry:
    """A ministry with one officer for each catalogue role."""

    unit: Unit
    editor: Account
    tester: Account
    publisher: Account


def ministry() -> Ministry:
    unit = units.ministry()
    roles = ("CAT_EDITOR", "CAT_TESTER", "CAT_PUBLISHER")
    return Ministry(unit, *(units.holder(role, unit) for role in roles))


def declared_procedure(at: Ministry, code: str = CODE) -> Procedure:
    return services.declare_procedure(at.editor, code, PROCEDURES[code].text(), owner_id=at.unit.pk)


def public_procedure(at: Ministry, code: str = CODE) -> Procedure:
    procedure = declared_procedure(at, code)
    return services.change_procedure_state(at.publisher, procedure.pk, Act.PUBLISH)


def declared_service(at: Ministry, code: str = SERVICE) -> Service:
    public_procedure(at, code[:8])
    return services.declare_service(at.editor, code, SERVICES[code])


def published_service(at: Ministry, code: str = SERVICE) -> Service:
    service = declared_service(at, code)
    publish_next(at, service)
    service.refresh_from_db()
    return service


def publish_next(at: Ministry, service: Service, definition: ServiceDefinition | None = None) -> ServiceRevision:
    """Tests and publishes the draft, after writing `definition` into it if given."""
    if definition is not None:
        services.save_draft(at.editor, service.pk, definition)
    services.run_tests(at.tester, service.pk)
    return services.publish_revision(at.publisher, service.pk)


def with_fee(service: ServiceDefinition, amount: int) -> ServiceDefinition:
    """The same service at another price."""
    fees: tuple[FeeRule, ...] = tuple(msgspec.structs.replace(fee, amount=amount) for fee in service.fees)
    return msgspec.structs.replace(service, fees=fees)
