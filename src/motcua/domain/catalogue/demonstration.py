"""The demonstration catalogue: real procedures written in full depth, one JSON file each.

The files stand in `demonstration/`; `load_demonstration` declares, tests and publishes them.
A procedure's public text is derived from its services, so nothing is said twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec
from django.db import transaction

from motcua.domain.catalogue import services
from motcua.domain.catalogue.definition import (
    ComponentNote,
    FeeRule,
    OnlineLevel,
    ProcedureDefinition,
    ServiceDefinition,
    TimeLimit,
    TimeUnit,
)
from motcua.domain.catalogue.models import Procedure, Service
from motcua.domain.catalogue.rules import Act
from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.reference import add_fields
from motcua.foundation.actor import Actor
from motcua.foundation.money import format_dong

Item = TypeVar("Item")
FOLDER = Path(__file__).parent / "demonstration"


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code with its name: a field (lĩnh vực) or an owner."""

    code: str
    name: str


class DemonstrationService(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service (DVC) with its code and definition."""

    code: str
    definition: ServiceDefinition


class DemonstrationProcedure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file: a procedure (TTHC) and its services."""

    code: str
    name: str
    name_en: str
    field: Named
    owner: Named
    decision: str
    authorities: tuple[str, ...]
    services: tuple[DemonstrationService, ...]
    aliases: tuple[str, ...] = ()

    def text(self) -> ProcedureDefinition:
        """The procedure's public text."""
        definitions = [service.definition for service in self.services]
        first = definitions[0]
        return ProcedureDefinition(
            name=self.name,
            name_en=self.name_en,
            field_code=self.field.code,
            field_name=self.field.name,
            owner_code=self.owner.code,
            owner_name=self.owner.name,
            decision=self.decision,
            levels=_unique(level for item in definitions for level in (item.receiving_level, item.settled_at)),
            online_level=OnlineLevel.PARTIAL
            if any(item.online_level is OnlineLevel.PARTIAL for item in definitions)
            else first.online_level,
            channels=_unique(channel for item in definitions for channel in item.channels),
            audience=_unique(audience for item in definitions for audience in item.audience),
            authorities=self.authorities,
            time_text="; ".join(_unique(time_text(item.time_limit) for item in definitions)),
            fee_text="; ".join(_unique(fee_text(fee) for item in definitions for fee in item.fees)),
            components=tuple(
                ComponentNote(name=part.name, originals=part.originals, copies=part.copies, code=part.code)
                for item in definitions
                for part in item.components
            ),
            results=_unique(item.result for item in definitions),
            legal_basis=_unique(law for item in definitions for law in item.legal_basis),
            life_events=_unique(event for item in definitions for event in item.life_events),
            keywords=_unique(word for item in definitions for word in item.keywords),
            aliases=self.aliases,
        )


def procedures() -> list[DemonstrationProcedure]:
    """All demonstration procedures by code; a malformed file raises `msgspec.ValidationError`."""
    decoder = msgspec.json.Decoder(DemonstrationProcedure)
    return [decoder.decode(path.read_bytes()) for path in sorted(FOLDER.glob("*.json"))]


@transaction.atomic
def load_demonstration() -> int:
    """Declares, tests and publishes what is missing of the demonstration catalogue; returns how many services.

    Safe to run again. A procedure that an import has brought keeps its imported text and gets the service.
    """
    actor = Actor.job("installation")
    owners = dict(Unit.objects.filter(code__in={item.owner.code for item in procedures()}).values_list("code", "pk"))
    known = {procedure.code: procedure for procedure in Procedure.objects.select_for_update()}
    there = set(Service.objects.values_list("code", flat=True))
    loaded = 0
    for item in procedures():
        procedure = known.get(item.code) or _install(actor, item, owners[item.owner.code])
        for service in item.services:
            if service.code not in there:
                made = services.install_service(actor, procedure, service.code, service.definition)
                services.pass_tests(actor, made)
                services.publish(actor, made)
                loaded += 1
    return loaded


def _install(actor: Actor, item: DemonstrationProcedure, owner_id: int) -> Procedure:
    fields = add_fields({item.field.code: (item.field.name, owner_id)})
    procedure = services.install_procedure(
        actor, item.code, item.text(), owner_id=owner_id, field_id=fields[item.field.code], source="demonstration"
    )
    services.move_procedure(actor, procedure, Act.PUBLISH)
    return procedure


_UNITS = {
    TimeUnit.WORKING_DAY: "ngày làm việc",
    TimeUnit.DAY: "ngày",
    TimeUnit.HOUR: "giờ làm việc",
    TimeUnit.MONTH: "tháng",
}


def time_text(limit: TimeLimit) -> str:
    """`3 ngày làm việc`."""
    return f"{limit.amount} {_UNITS[limit.unit]}"


def fee_text(fee: FeeRule) -> str:
    """`Phí cấp bản sao trích lục hộ tịch: 8.000 đồng`; an assessed line says so."""
    if fee.note:
        return f"{fee.name}: {fee.note}"
    if fee.amount is None:
        return f"{fee.name}: theo thông báo của cơ quan giải quyết"
    return f"{fee.name}: {format_dong(fee.amount)}"


def _unique(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(items))
