"""A legal representative delegates to individuals: whom, for which services, until when, what (IDN-07, IDN-08).

Neither side's document is asked to be of a certain kind: a representative with a passport delegates as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.people.models import IdentityDocument, Organisation, Person, Representation
from motcua.domain.people.policies import DELEGATION_DAYS
from motcua.domain.people.principal import Principal, refuse_ended_capacity, require_level
from motcua.domain.people.rules import RepresentationRole, Source
from motcua.foundation import audit, clock
from motcua.foundation.errors import AccessDenied, Conflict, FieldError, Invalid, NotFound
from motcua.foundation.identifiers import IdentityDocument as Document
from motcua.foundation.text import fold

LEVEL = 2
MOST_SERVICES = 200


@dataclass(frozen=True, slots=True)
class Order:
    """What is delegated. `service_codes` None: every service; `valid_until` is exclusive."""

    document: Document
    full_name: str
    valid_until: datetime
    service_codes: frozenset[str] | None = None
    may_submit: bool = True
    may_pay: bool = True


@transaction.atomic
def delegate(principal: Principal, order: Order) -> Representation:
    """Lets a person act in the organisation's name, within `order`; an earlier delegation to them is replaced.

    - only its legal representative, in that capacity, at level 2; nobody delegates to themselves;
    - the person is one whom VNeID or a counter identified by this very document, and the name agrees: an unknown
      document and a wrong name get the same answer, so that nobody can find out who is registered.

    Raises AccessDenied (NOT_LEGAL_REPRESENTATIVE, LEVEL_TOO_LOW), Invalid with every field error, NotFound
    (DELEGATE_UNKNOWN), Conflict (DELEGATE_IS_REPRESENTATIVE).
    """
    organisation_id, granter_id = _require_representative(principal)
    _check(order)
    Organisation.objects.select_for_update().get(pk=organisation_id)
    person = _identified(order)
    if person.pk == granter_id:
        raise Invalid("DELEGATE_IS_SELF", _("Ông/Bà không phân quyền cho chính mình."), field="number")
    now = clock.now()
    current = Representation.objects.filter(organisation_id=organisation_id, person=person, revoked_at__isnull=True)
    if current.filter(role=RepresentationRole.LEGAL_REPRESENTATIVE.value).exists():
        raise Conflict("DELEGATE_IS_REPRESENTATIVE", _("Người này đã là người đại diện theo pháp luật của tổ chức."))
    current.update(revoked_at=now)
    made = Representation.objects.create(
        organisation_id=organisation_id,
        person=person,
        role=RepresentationRole.DELEGATE.value,
        service_codes=None if order.service_codes is None else sorted(order.service_codes),
        valid_from=now,
        valid_until=order.valid_until,
        may_submit=order.may_submit,
        may_pay=order.may_pay,
        granted_by_id=granter_id,
        source=Source.SELF.value,
    )
    _audit(principal, "representation.delegate", made)
    return made


def _require_representative(principal: Principal) -> tuple[UUID, UUID]:
    refuse_ended_capacity(principal)
    if not principal.is_legal_representative or principal.party_id is None or principal.person_id is None:
        raise AccessDenied(
            "NOT_LEGAL_REPRESENTATIVE",
            _("Chỉ người đại diện theo pháp luật, khi đang ở tư cách tổ chức, được phân quyền."),
            what_next=_("Ông/Bà chọn tư cách tổ chức mà mình là người đại diện theo pháp luật rồi làm lại."),
        )
    require_level(principal, LEVEL)
    return principal.party_id, principal.person_id


def _check(order: Order) -> None:
    now, errors = clock.now(), list[FieldError]()
    if order.valid_until <= now:
        errors.append(FieldError("valid_until", "PERIOD_PAST", _("Ngày hết hạn phải sau hôm nay.")))
    elif (order.valid_until - now).days > DELEGATION_DAYS.get():
        words = _("Phân quyền kéo dài nhiều nhất %(days)d ngày.") % {"days": DELEGATION_DAYS.get()}
        errors.append(FieldError("valid_until", "PERIOD_TOO_LONG", words))
    if order.service_codes is not None and not 0 < len(order.service_codes) <= MOST_SERVICES:
        words = _("Ông/Bà nêu từ 1 đến %(most)d dịch vụ công, hoặc chọn mọi dịch vụ.") % {"most": MOST_SERVICES}
        errors.append(FieldError("services", "SERVICES_COUNT", words))
    if errors:
        raise Invalid("DELEGATION_INVALID", _("Ông/Bà xem lại nội dung phân quyền."), errors=errors)


def _identified(order: Order) -> Person:
    documents = IdentityDocument.objects.filter(
        kind=order.document.kind.value,
        number=order.document.number,
        issuing_country=order.document.issuing_country,
        verified_at__isnull=False,
    )
    person = Person.objects.filter(pk__in=documents.values("party_id")).first()
    if person is None or fold(person.full_name) != fold(order.full_name):
        raise NotFound(
            "DELEGATE_UNKNOWN",
            _("Chưa có người với giấy tờ và họ tên này trên Cổng."),
            field="number",
            what_next=_(
                "Ông/Bà kiểm tra lại số giấy tờ, họ tên; người được phân quyền cần đăng nhập Cổng ít nhất một lần."
            ),
        )
    return person


@transaction.atomic
def revoke(principal: Principal, representation_id: int) -> None:
    """Takes a delegation back; it holds at once, in running sessions too.

    Raises AccessDenied (NOT_LEGAL_REPRESENTATIVE), NotFound for one of another organisation or of the legal
    representative, Conflict (DELEGATION_ENDED) for one that was taken back before.
    """
    organisation_id, revoker_id = _require_representative(principal)
    delegations = Representation.objects.select_for_update().filter(
        organisation_id=organisation_id, role=RepresentationRole.DELEGATE.value
    )
    found = delegations.filter(pk=representation_id).first()
    if found is None:
        raise NotFound("DELEGATION_NOT_FOUND", _("Không tìm thấy phân quyền này của tổ chức."))
    if found.revoked_at is not None:
        raise Conflict("DELEGATION_ENDED", _("Phân quyền này đã được thu hồi trước đó."))
    found.revoked_at, found.revoked_by_id = clock.now(), revoker_id
    found.save(update_fields=["revoked_at", "revoked_by"])
    _audit(principal, "representation.revoke", found)


def _audit(principal: Principal, action: str, row: Representation) -> None:
    details = {"representation": row.pk, "person": str(row.person_id), "services": row.service_codes}
    audit.record(principal.actor(), action, ("organisation", str(row.organisation_id)), details=details)


@dataclass(frozen=True, slots=True)
class DelegationView:
    """A delegation as the legal representative sees it."""

    id: int
    name: str
    service_codes: Sequence[str] | None
    valid_from: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    may_submit: bool
    may_pay: bool
    given_here: bool
    in_force: bool


def delegations_of(principal: Principal, *, most: int = 100) -> list[DelegationView]:
    """The organisation's delegations, those in force first, then the newest; one statement.

    Raises AccessDenied (NOT_LEGAL_REPRESENTATIVE).
    """
    organisation_id, _person = _require_representative(principal)
    now = clock.now()
    rows = Representation.objects.filter(organisation_id=organisation_id, role=RepresentationRole.DELEGATE.value)
    found = [_view(row, now) for row in rows.select_related("person").order_by("-pk")[:most]]
    return sorted(found, key=lambda view: not view.in_force)


def _view(row: Representation, now: datetime) -> DelegationView:
    running = row.valid_until is None or row.valid_until > now
    return DelegationView(
        id=row.pk,
        name=row.person.full_name,
        service_codes=row.service_codes,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        revoked_at=row.revoked_at,
        may_submit=row.may_submit,
        may_pay=row.may_pay,
        given_here=row.source == Source.SELF.value,
        in_force=row.revoked_at is None and row.valid_from <= now and running,
    )
