"""The publishing gate: checks that a service's draft must pass before it is tested and before it is published.

Later rooms add theirs (`register_publishing_check`): the shadow dossier of `dossiers`, for one. A check reads
and never writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.checks import Fault, definition_faults
from motcua.domain.catalogue.definition import ServiceDefinition
from motcua.foundation.errors import FieldError, Invalid
from motcua.foundation.registry import Registry


@dataclass(frozen=True)
class Candidate:
    """A draft that wants to be published."""

    service_id: UUID
    service_code: str
    revision_id: UUID
    definition: ServiceDefinition


PublishingCheck = Callable[[Candidate], Iterable[Fault]]
publishing_checks: Registry[PublishingCheck] = Registry("publishing check")


def register_publishing_check(name: str, check: PublishingCheck) -> None:
    """Adds a check under a name given once; called when its room starts."""
    publishing_checks.add(name, check)


def faults(candidate: Candidate) -> list[Fault]:
    """What every registered check finds, in the order of registration."""
    return [fault for _name, check in publishing_checks.items() for fault in check(candidate)]


def require_ready(candidate: Candidate) -> None:
    """Raises Invalid SERVICE_NOT_READY with every fault at once, each under its place in the definition."""
    found = faults(candidate)
    if found:
        raise Invalid(
            "SERVICE_NOT_READY",
            _("Dịch vụ chưa đủ điều kiện công khai, vui lòng xem từng nội dung cần sửa."),
            errors=[FieldError(fault.where, fault.code, fault.message) for fault in found],
        )


register_publishing_check("configuration", lambda candidate: definition_faults(candidate.definition))
