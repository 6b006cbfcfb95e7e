"""A small country for tests of dossiers: one province, two communes with desks, officers, applicants, services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from uuid import uuid4

from motcua.domain.catalogue import services as catalogue
from motcua.domain.catalogue.definition import ServiceDefinition
from motcua.domain.catalogue.demonstration import DemonstrationProcedure, procedures
from motcua.domain.catalogue.rules import Act, required_components
from motcua.domain.dossiers import calendars, reference, routing, running_numbers, services
from motcua.domain.dossiers.models import Dossier
from motcua.domain.organisations.models import Account, Field, Unit
from motcua.domain.organisations.rules import AccountKind, UnitKind
from motcua.domain.people.models import Party, Person
from motcua.domain.people.principal import Principal
from motcua.foundation import files
from motcua.foundation.actor import Actor
from motcua.foundation.detectors import Finding, run_all
from motcua.foundation.models import StoredFile
from tests.domain.catalogue.form_samples import answers
from tests.domain.organisations import factories
from tests.samples import pdf

PDF = pdf()
FREE, CHARGED, ASSESSED = "1.004873", "2.000635", "1.013831"
"""Codes of procedures: birth-like without blocking fee, extract with the fee at submission, land with the fee later."""


@dataclass
class World:
    """Everything a dossier needs; `service` maps a procedure's code to its first service's code."""

    province: Unit
    commune: Unit
    other_commune: Unit
    desk: Unit
    other_desk: Unit
    citizen: Principal
    neighbour: Principal
    reception: Principal
    processor: Principal
    approver: Principal
    returner: Principal
    stranger: Principal
    monitor: Principal
    definitions: dict[str, ServiceDefinition] = field(default_factory=dict)

    def service(self, procedure: str) -> str:
        return f"{procedure}.01"

    def submission(self, procedure: str = FREE, *, by: Principal | None = None, key: str | None = None, seed: int = 1):
        """A complete application with its own uploaded files."""
        definition = self.definitions[procedure]
        form = answers(definition, seed)
        uploader = by or self.citizen
        attached = [(item.code, upload(uploader).pk) for item in required_components(definition, form)]
        return services.Submission(
            service_code=self.service(procedure),
            locality_id=self.commune.pk,
            form=form,
            files=attached,
            idempotency_key=key or uuid4().hex,
        )

    def submitted(self, procedure: str = FREE, *, by: Principal | None = None) -> Dossier:
        answer = services.submit(by or self.citizen, self.submission(procedure, by=by))
        return Dossier.objects.get(pk=answer.dossier_id)

    def in_process(self, procedure: str = FREE) -> Dossier:
        dossier = self.submitted(procedure)
        services.receive(self.reception, dossier.pk)
        services.start(self.processor, dossier.pk)
        return Dossier.objects.get(pk=dossier.pk)

    def resolved(self, procedure: str = FREE) -> Dossier:
        dossier = self.in_process(procedure)
        services.propose(self.processor, dossier.pk)
        file = upload(self.approver)
        services.approve(self.approver, dossier.pk, file_id=file.pk, number="1/KQ", signature="UNSIGNED")
        return Dossier.objects.get(pk=dossier.pk)


def upload(by: Principal, name: str = "tờ khai.pdf", content: bytes = PDF) -> StoredFile:
    return files.store([content], name, uploader=by.actor())


def principal(account: Account, *, level: int = 2, party: Party | None = None) -> Principal:
    return Principal(
        account_id=account.pk,
        account_kind=AccountKind(account.kind),
        display_name=account.display_name,
        assurance_level=level,
        party_id=party.pk if party else None,
        party_name=party.display_name if party else "",
        person_id=party.pk if party else None,
    )


def applicant(
    name: str = "Nguyễn Văn An", phone: str = "84912345678", nationality: str = "VN", level: int = 2
) -> Principal:
    account = factories.person(name)
    party = Party.objects.create(kind="PERSON", display_name=name, sort_key=name)
    Person.objects.create(party=party, account=account, full_name=name, phone=phone, nationality=nationality)
    return principal(account, level=level, party=party)


def officer(role: str, at: Unit, name: str = "Cán bộ") -> Principal:
    return principal(factories.holder(role, at, name))


Change = Callable[[ServiceDefinition], ServiceDefinition]


def publish(world: World, *codes: str) -> None:
    """Publishes demonstration procedures of these codes."""
    for code in codes:
        publish_as(world, code, lambda definition: definition)


def publish_as(world: World, code: str, change: Change) -> None:
    """Publishes a demonstration procedure's first service as `change` makes it."""
    actor, item = Actor.job("test"), _demonstration()[code]
    owner = Unit.objects.filter(kind=UnitKind.MINISTRY).first() or factories.ministry()
    lies_in = Field.objects.get_or_create(code=item.field.code, defaults={"name": item.field.name})[0]
    procedure = catalogue.install_procedure(
        actor, item.code, item.text(), owner_id=owner.pk, field_id=lies_in.pk, source="demonstration"
    )
    catalogue.move_procedure(actor, procedure, Act.PUBLISH)
    definition = change(item.services[0].definition)
    made = catalogue.install_service(actor, procedure, item.services[0].code, definition)
    catalogue.pass_tests(actor, made)
    catalogue.publish(actor, made, valid_from=None)
    world.definitions[code] = definition


@cache
def _demonstration() -> dict[str, DemonstrationProcedure]:
    return {item.code: item for item in procedures()}


def small_world(*codes: str) -> World:
    """Builds it; `codes` are the procedures to publish (default: free, charged and assessed)."""
    for forget in (running_numbers.forget, calendars.forget, routing.locality_id_of.cache_clear):
        forget()
    province = factories.unit(UnitKind.PROVINCE, factories.nation(), code="H26", name="Thành phố Hà Nội")
    commune = factories.unit(UnitKind.COMMUNE, province, code="H26.900.004", name="Phường Ba Đình")
    other = factories.unit(UnitKind.COMMUNE, province, code="H26.900.008", name="Phường Ngọc Hà")
    desk = factories.unit(UnitKind.DESK, commune, code="H26.900.004.01", name="Bộ phận Một cửa Phường Ba Đình")
    other_desk = factories.unit(UnitKind.DESK, other, code="H26.900.008.01", name="Bộ phận Một cửa Phường Ngọc Hà")
    reference.load_routes()
    world = World(
        province=province,
        commune=commune,
        other_commune=other,
        desk=desk,
        other_desk=other_desk,
        citizen=applicant(),
        neighbour=applicant("Trần Thị Bình", "84987654321"),
        reception=officer("RECEPTION", commune, "Lê Thị Tiếp"),
        processor=officer("PROCESSOR", commune, "Phạm Văn Xử"),
        approver=officer("APPROVER", commune, "Hoàng Văn Duyệt"),
        returner=officer("RETURN", commune, "Đỗ Thị Trả"),
        stranger=officer("RECEPTION", other, "Vũ Văn Lạ"),
        monitor=officer("MONITOR", province, "Bùi Văn Giám"),
    )
    publish(world, *(codes or (FREE, CHARGED, ASSESSED)))
    return world


def findings() -> list[Finding]:
    """What the detectors find, besides that this small country lacks most of its provinces."""
    return [item for item in run_all() if item.detector != "organisations.tree"]
