"""The faults of this room as queries that must return nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from django.db.models import QuerySet

from motcua.domain.catalogue.checks import definition_faults
from motcua.domain.catalogue.definition import ServiceDefinition, encode, service_from
from motcua.domain.catalogue.models import Service, ServiceRevision
from motcua.domain.catalogue.rules import State
from motcua.foundation.detectors import detector


@detector("catalogue.open_services_are_whole", fault="F-95")
def open_services_are_whole() -> Iterable[tuple[str, str]]:
    """A service that takes dossiers and whose definition cannot be read, or fails a configuration check."""
    for code, definition in _latest_open():
        if definition is None:
            yield code, "Dịch vụ công đang mở nhưng không đọc được nội dung cấu hình"
            continue
        for fault in definition_faults(definition):
            yield code, f"Dịch vụ công đang mở nhưng cấu hình sai ({fault.code}, {fault.where})"


@detector("catalogue.open_services_have_a_public_procedure", fault="F-81")
def open_services_have_a_public_procedure() -> Iterable[tuple[str, str]]:
    """A service is public, its procedure is not: people find no page and cannot file."""
    hidden = Service.objects.filter(state=State.PUBLISHED.value).exclude(procedure__state=State.PUBLISHED.value)
    for code, state in hidden.order_by("code").values_list("code", "procedure__state"):
        yield code, f"Dịch vụ công đang công khai nhưng thủ tục hành chính ở trạng thái {state}"


@detector("catalogue.columns_say_what_the_definition_says", fault="F-104")
def columns_say_what_the_definition_says() -> Iterable[tuple[str, str]]:
    """A revision whose digest or broken-out columns differ from its definition: one of the two was altered."""
    for revision in _published().select_related("service").iterator(chunk_size=200):
        definition = _readable(revision.definition)
        if definition is None or not _agrees(revision, definition):
            yield revision.service.code, f"Phiên bản {revision.number} không khớp nội dung đã công khai"


def _published() -> QuerySet[ServiceRevision]:
    return ServiceRevision.objects.filter(published_at__isnull=False)


def _latest_open() -> Iterator[tuple[str, ServiceDefinition | None]]:
    rows = (
        _published()
        .filter(service__state=State.PUBLISHED.value)
        .order_by("service__code", "-number")
        .distinct("service__code")
        .values_list("service__code", "definition")
    )
    for code, said in rows:
        yield code, _readable(said)


def _readable(said: Any) -> ServiceDefinition | None:
    try:
        return service_from(said)
    except msgspec.ValidationError:
        return None


def _agrees(revision: ServiceRevision, definition: ServiceDefinition) -> bool:
    return (
        revision.digest == hashlib.sha256(encode(definition)).hexdigest()
        and revision.name == definition.name
        and revision.online_level == definition.online_level
        and revision.receiving_level == definition.receiving_level
        and revision.minimum_identity_level == definition.minimum_identity_level
        and revision.audience == list(definition.audience)
        and revision.channels == list(definition.channels)
    )
