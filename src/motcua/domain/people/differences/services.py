"""Commands on differences: found at an application or a query, resolved when the values agree or by an officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from motcua.domain.organisations.access import Acting, require
from motcua.domain.people.differences.known import known_by_vneid
from motcua.domain.people.differences.models import IdentityDifference
from motcua.domain.people.differences.rules import ComparedField, Register, Resolution, differences, differs
from motcua.domain.people.models import Person
from motcua.domain.people.policies import EVIDENCE_LETTERS
from motcua.foundation import audit, clock
from motcua.foundation.errors import Conflict, Invalid, NotFound
from motcua.foundation.text import normalise_line

LONGEST_EVIDENCE = 1000
_LONGEST_VALUE = 500


@dataclass(frozen=True, slots=True)
class Subject:
    """What was applied with: an opaque (kind, id), the code people say, the unit that received it, its field."""

    kind: str
    id: UUID
    code: str
    unit_id: int
    field_id: int | None


@dataclass(frozen=True, slots=True)
class Stated:
    """What an application states of the person behind `account_id`, who made it."""

    subject: Subject
    account_id: UUID
    values: Mapping[ComparedField, str]


@transaction.atomic
def compare_with_vneid(filed: Sequence[Stated]) -> None:
    """Records where applications differ from what VNeID said of their makers.

    Repeating it changes nothing. Nothing is compared for whom VNeID never described. Three statements a batch.
    """
    known = known_by_vneid({item.account_id for item in filed})
    found = [
        _row(item.subject, known[item.account_id].person_id, Register.VNEID, apart.compared, apart.stated, apart.known)
        for item in filed
        if item.account_id in known
        for apart in differences(item.values, known[item.account_id].values)[0]
    ]
    IdentityDifference.objects.bulk_create(found, ignore_conflicts=True)


def _row(
    subject: Subject, person_id: UUID, register: Register, compared: ComparedField, stated: str, known: str
) -> IdentityDifference:
    return IdentityDifference(
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_code=subject.code,
        unit_id=subject.unit_id,
        field_id=subject.field_id,
        person_id=person_id,
        compared=compared.value,
        register=register.value,
        stated_value=stated[:_LONGEST_VALUE],
        known_value=known[:_LONGEST_VALUE],
        found_at=clock.now(),
    )


@transaction.atomic
def compare_with_register(
    subject: Subject, person_id: UUID, stated: Mapping[ComparedField, str], known: Mapping[ComparedField, str]
) -> list[IdentityDifference]:
    """Compares with what the population register just said of a person; returns the differences that are open now.

    - a new difference is recorded; an open one takes the register's value of today;
    - where the register agrees now, an open difference is resolved, whichever register it was found against;
    - what an officer settled is opened again only if the register says something else than it did then.
    """
    apart, alike = differences(stated, known)
    rows = IdentityDifference.objects.select_for_update().filter(subject_kind=subject.kind, subject_id=subject.id)
    by_fact = {(row.compared, row.register): row for row in rows}
    for item in apart:
        row = by_fact.get((item.compared.value, Register.POPULATION.value))
        if row is None:
            _row(subject, person_id, Register.POPULATION, item.compared, item.stated, item.known).save()
        elif row.resolved_at is None or row.known_value != item.known:
            row.known_value, row.resolved_at, row.resolution = item.known, None, ""
            row.evidence, row.resolved_by = "", None
            row.save()
    agreed = rows.filter(compared__in=[item.value for item in alike], resolved_at__isnull=True)
    agreed.update(resolved_at=clock.now(), resolution=Resolution.AGREES.value)
    return list(rows.filter(resolved_at__isnull=True).order_by("pk"))


@transaction.atomic
def settle_by_vneid(person: Person) -> int:
    """Resolves a person's open differences that VNeID's data of today no longer show; returns how many.

    Called at every sign-on, after the profile took VNeID's data over. One statement where nothing is open.
    """
    open_ones = IdentityDifference.objects.select_for_update().filter(
        person_id=person.pk, register=Register.VNEID.value, resolved_at__isnull=True
    )
    rows = list(open_ones)
    if not rows or person.account_id is None:
        return 0
    known = known_by_vneid({person.account_id})[person.account_id].values
    settled = [row.pk for row in rows if _agrees(row, known)]
    changed = IdentityDifference.objects.filter(pk__in=settled)
    return changed.update(resolved_at=clock.now(), resolution=Resolution.AGREES.value)


def _agrees(row: IdentityDifference, known: Mapping[ComparedField, str]) -> bool:
    value = known.get(ComparedField(row.compared), "")
    return value != "" and not differs(ComparedField(row.compared), row.stated_value, value)


@transaction.atomic
def record_correction(acting: Acting, subject_id: UUID, difference_id: int, *, evidence: str) -> IdentityDifference:
    """An officer records that a difference of an application was corrected, and by what they saw that (IDN-11).

    - needs `identity_difference.resolve` at the unit that received the application;
    - the evidence is in words: a document, its number and day; a difference is resolved once.

    Raises NotFound, AccessDenied, Invalid (EVIDENCE_REQUIRED), Conflict (DIFFERENCE_RESOLVED).
    """
    row = IdentityDifference.objects.select_for_update().filter(pk=difference_id, subject_id=subject_id).first()
    if row is None:
        raise NotFound("DIFFERENCE_NOT_FOUND", _("Hồ sơ không có sai khác này."))
    actor = require(acting, "identity_difference.resolve", row)
    words = normalise_line(evidence)
    if sum(character.isalpha() for character in words) < EVIDENCE_LETTERS.get() or len(words) > LONGEST_EVIDENCE:
        raise Invalid(
            "EVIDENCE_REQUIRED",
            _("Phải ghi rõ căn cứ đính chính: giấy tờ đã đối chiếu, số và ngày của giấy tờ."),
            field="evidence",
        )
    if row.resolved_at is not None:
        raise Conflict("DIFFERENCE_RESOLVED", _("Sai khác này đã được ghi nhận là đã xử lý."))
    row.resolved_at, row.resolution = clock.now(), Resolution.CORRECTED.value
    row.evidence, row.resolved_by_id = words, acting.account_id
    row.save()
    audit.record(
        actor,
        "identity_difference.resolve",
        (row.subject_kind, str(row.subject_id)),
        details={"difference": row.pk, "compared": row.compared, "register": row.register},
    )
    return row


def note_export(acting: Acting, rows: int) -> None:
    """Leaves the audit row of a spreadsheet of differences: who took how many rows with them."""
    audit.record(
        acting.actor(), "identity_difference.export", ("account", str(acting.account_id)), details={"rows": rows}
    )
