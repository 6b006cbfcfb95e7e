"""Commands on specialised systems, what they gave localities, and officers' accounts there (ACC-04, ACC-15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting, Place, permitted, require
from motcua.domain.organisations.models import Account, Field, Unit
from motcua.domain.organisations.rules import AccountKind, UnitKind
from motcua.domain.organisations.systems.models import OfficerMapping, ProvidedAccount, SpecialisedSystem, SystemField
from motcua.domain.organisations.systems.rules import Purpose
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Conflict, Invalid, NotFound
from motcua.foundation.text import normalise_line


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """What is registered of a system; `sign_on_url` empty or an https address."""

    code: str
    name: str
    owner_id: int
    field_codes: Sequence[str]
    sign_on_url: str = ""


@transaction.atomic
def register_system(acting: Acting, facts: SystemFacts) -> SpecialisedSystem:
    """Registers a ministry's system with the fields it handles. Needs `system.manage` over the owning ministry.

    Raises AccessDenied, NotFound, Invalid (CODE_REQUIRED, NAME_REQUIRED, OWNER_NOT_A_MINISTRY, FIELD_NOT_FOUND,
    ADDRESS_NOT_HTTPS), Conflict SYSTEM_EXISTS.
    """
    owner = Unit.objects.filter(pk=facts.owner_id).first()
    if owner is None:
        raise NotFound("UNIT_NOT_FOUND", _("Không tìm thấy đơn vị."))
    actor = require(acting, "system.manage", owner)
    code, name = normalise_line(facts.code), normalise_line(facts.name)
    fields = _checked(facts, owner, code, name)
    if SpecialisedSystem.objects.filter(code=code).exists():
        raise Conflict("SYSTEM_EXISTS", _("Đã có hệ thống mang mã này."))
    system = SpecialisedSystem.objects.create(
        code=code, name=name, owner=owner, sign_on_url=facts.sign_on_url.strip(), registered_at=clock.now()
    )
    SystemField.objects.bulk_create(SystemField(system=system, field=field) for field in fields)
    audit.record(actor, "system.register", ("system", code), details={"owner": owner.code})
    return system


def _checked(facts: SystemFacts, owner: Unit, code: str, name: str) -> list[Field]:
    if not code:
        raise Invalid("CODE_REQUIRED", _("Phải nhập mã hệ thống."), field="code")
    if not name:
        raise Invalid("NAME_REQUIRED", _("Phải nhập tên hệ thống."), field="name")
    if owner.kind != UnitKind.MINISTRY:
        raise Invalid("OWNER_NOT_A_MINISTRY", _("Đơn vị chủ quản phải là Bộ, ngành."), field="owner")
    address = facts.sign_on_url.strip()
    if address and not address.startswith("https://"):
        raise Invalid("ADDRESS_NOT_HTTPS", _("Địa chỉ đăng nhập phải bắt đầu bằng https://."), field="sign_on_url")
    wanted = sorted({normalise_line(item) for item in facts.field_codes if item.strip()})
    fields = list(Field.objects.filter(code__in=wanted))
    if not wanted or len(fields) < len(wanted):
        raise Invalid("FIELD_NOT_FOUND", _("Không có lĩnh vực mang mã này."), field="fields")
    return fields


@transaction.atomic
def record_provided(
    acting: Acting, system_id: int, province_id: int, purpose: Purpose, *, reference: str
) -> ProvidedAccount:
    """Notes that the owner has given a province an account; owner or province may note it.

    Raises AccessDenied, NotFound, Invalid (REFERENCE_REQUIRED, NOT_A_PROVINCE), Conflict ALREADY_PROVIDED.
    """
    system = _system(system_id)
    province = Unit.objects.filter(pk=province_id).first()
    if province is None:
        raise NotFound("UNIT_NOT_FOUND", _("Không tìm thấy đơn vị."))
    actor = _owner_or_province(acting, system, province)
    if province.kind != UnitKind.PROVINCE:
        raise Invalid("NOT_A_PROVINCE", _("Địa phương phải là tỉnh, thành phố."), field="province")
    if not normalise_line(reference):
        raise Invalid("REFERENCE_REQUIRED", _("Phải ghi tên tài khoản hoặc số văn bản bàn giao."), field="reference")
    given = ProvidedAccount.objects.filter(system=system, province=province, purpose=purpose.value)
    if given.filter(withdrawn_at__isnull=True).exists():
        raise Conflict("ALREADY_PROVIDED", _("Tài khoản này đã được ghi nhận là đã cấp."))
    provided = ProvidedAccount.objects.create(
        system=system,
        province=province,
        purpose=purpose.value,
        reference=normalise_line(reference)[:120],
        provided_at=clock.now(),
        recorded_by_id=acting.account_id,
    )
    _noted(actor, "system_account.provide", system, {"province": province.code, "purpose": purpose.value})
    return provided


@transaction.atomic
def withdraw_provided(acting: Acting, provided_id: int) -> int:
    """Notes that an account given to a province does not exist any more: its cell is missing again.

    Returns the system's id. Raises AccessDenied, NotFound.
    """
    provided = (
        ProvidedAccount.objects.select_for_update(of=("self",))
        .select_related("system", "province")
        .filter(pk=provided_id, withdrawn_at__isnull=True)
        .first()
    )
    if provided is None:
        raise NotFound("PROVIDED_ACCOUNT_NOT_FOUND", _("Không tìm thấy tài khoản đã cấp."))
    actor = _owner_or_province(acting, provided.system, provided.province)
    provided.withdrawn_at = clock.now()
    provided.save(update_fields=["withdrawn_at"])
    details = {"province": provided.province.code, "purpose": provided.purpose}
    _noted(actor, "system_account.withdraw", provided.system, details)
    return provided.system_id


@transaction.atomic
def map_officer(acting: Acting, account_id: UUID, system_id: int, external_account: str) -> OfficerMapping:
    """Notes an officer's account in a system; an earlier one of the same officer ends.

    Needs `system_account.record` over the officer's unit. Raises AccessDenied, NotFound, Invalid ACCOUNT_REQUIRED,
    Conflict EXTERNAL_ACCOUNT_TAKEN.
    """
    account = (
        Account.objects.select_for_update(of=("self",)).filter(pk=account_id, kind=AccountKind.STAFF.value).first()
    )
    if account is None or account.unit_id is None:
        raise NotFound("ACCOUNT_NOT_FOUND", _("Không tìm thấy tài khoản."))
    actor = require(acting, "system_account.record", Place(account.unit_id))
    system = _system(system_id)
    external = normalise_line(external_account)[:120]
    if not external:
        raise Invalid("ACCOUNT_REQUIRED", _("Phải ghi tên tài khoản trên hệ thống chuyên ngành."), field="external")
    held = OfficerMapping.objects.filter(system=system, ended_at__isnull=True)
    if held.filter(external_account=external).exclude(account=account).exists():
        raise Conflict("EXTERNAL_ACCOUNT_TAKEN", _("Tài khoản này đã được ghi cho cán bộ khác."))
    now = clock.now()
    held.filter(account=account).update(ended_at=now)
    mapping = OfficerMapping.objects.create(
        account=account, system=system, external_account=external, recorded_by_id=acting.account_id, recorded_at=now
    )
    audit.record(actor, "system_account.map", ("account", str(account.pk)), details={"system": system.code})
    return mapping


def _system(system_id: int) -> SpecialisedSystem:
    system = SpecialisedSystem.objects.filter(pk=system_id).first()
    if system is None:
        raise NotFound("SYSTEM_NOT_FOUND", _("Không tìm thấy hệ thống chuyên ngành."))
    return system


def _owner_or_province(acting: Acting, system: SpecialisedSystem, province: Unit) -> Actor:
    return permitted(acting, "system_account.record", system) or require(
        acting, "system_account.record", Place(province.pk)
    )


def _noted(actor: Actor, action: str, system: SpecialisedSystem, details: dict[str, str]) -> None:
    audit.record(actor, action, ("system", system.code), details=details)
