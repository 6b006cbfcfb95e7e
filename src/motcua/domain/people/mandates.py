"""Who may act for which organisation now: the reads that sessions, sign-on and pages share (IDN-04, IDN-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import JSONObject

from motcua.domain.people.models import Representation
from motcua.domain.people.principal import Mandate, Principal
from motcua.domain.people.rules import RepresentationRole, Source
from motcua.foundation import clock


def representations_in_force() -> QuerySet[Representation]:
    """Representations that hold now."""
    now = clock.now()
    return Representation.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=now), revoked_at__isnull=True, valid_from__lte=now
    )


MANDATE_COLUMNS = JSONObject(
    role="role", services="service_codes", may_submit="may_submit", may_pay="may_pay", source="source"
)
"""A representation as one column, for `mandate_from`."""


def mandate_from(columns: Mapping[str, Any]) -> Mandate:
    """The mandate that `MANDATE_COLUMNS` read."""
    services = columns["services"]
    return Mandate(
        RepresentationRole(columns["role"]),
        None if services is None else frozenset(services),
        columns["may_submit"],
        columns["may_pay"],
        columns["source"] == Source.COUNTER,
    )


def mandate_of(organisation_id: UUID, person_id: UUID) -> Mandate | None:
    """What the person may do for the organisation now, or None; one statement."""
    held = representations_in_force().filter(organisation_id=organisation_id, person_id=person_id)
    columns = held.annotate(mandate=MANDATE_COLUMNS).values_list("mandate", flat=True).first()
    return mandate_from(columns) if columns else None


@dataclass(frozen=True, slots=True)
class Capacity:
    """One way in which a person may act: as themselves (`organisation_code` empty) or for an organisation."""

    party_id: UUID
    name: str
    organisation_code: str = ""
    mandate: Mandate | None = None
    valid_until: datetime | None = None
    source: Source | None = None

    @property
    def without_own_account(self) -> bool:
        """The representative was verified at a counter; the organisation has no VNeID account (IDN-05)."""
        return self.source is Source.COUNTER


def capacities_of(principal: Principal, person_name: str = "") -> Sequence[Capacity]:
    """Every capacity that the person behind `principal` may choose now, their own first; one statement."""
    if principal.person_id is None or principal.is_staff:
        return []
    held = representations_in_force().filter(person_id=principal.person_id).select_related("organisation")
    found = [
        Capacity(
            row.organisation_id,
            row.organisation.name,
            row.organisation.code,
            mandate_from(
                {
                    "role": row.role,
                    "services": row.service_codes,
                    "may_submit": row.may_submit,
                    "may_pay": row.may_pay,
                    "source": row.source,
                }
            ),
            row.valid_until,
            Source(row.source),
        )
        for row in held.order_by("organisation__party__sort_key", "organisation__code")[:200]
    ]
    return [Capacity(principal.person_id, person_name or principal.display_name), *found]
