"""Submission: one complete application becomes one dossier under one code, whole or not at all.

- idempotent per account and key: a repeat gets the same code, another body under the key is refused (SUB-03);
- atomic: dossier, files, task, events, obligations, audit row and the work owed commit together (SUB-09);
- the running number is taken outside the transaction, so submissions share no lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from motcua.domain.catalogue import forms
from motcua.domain.catalogue.definition import Channel, FeeMoment, ServiceDefinition, StepKind
from motcua.domain.catalogue.queries import CurrentService, require_submittable
from motcua.domain.catalogue.rules import fees_due, relevant_components, required_components
from motcua.domain.dossiers import events, running_numbers, steps
from motcua.domain.dossiers.calendars import calendar_of
from motcua.domain.dossiers.models import Attachment, Dossier
from motcua.domain.dossiers.policies import CENTRAL_SYSTEM_AGENCY, MAX_FILES, RECEPTION_HOURS
from motcua.domain.dossiers.routing import Route, route
from motcua.domain.dossiers.rules import NATIONAL_NUMBER, State
from motcua.domain.dossiers.submitted_files import own_files
from motcua.domain.people.applicants import ORGANISATION, Applicant, applicant_of
from motcua.domain.people.principal import Power, Principal, require_level, require_party, require_power
from motcua.foundation import audit, clock
from motcua.foundation.actor import Actor
from motcua.foundation.codes import DossierCode
from motcua.foundation.errors import AccessDenied, Conflict, FieldError, Invalid
from motcua.foundation.events import Append, append
from motcua.foundation.functions import Function, require_on
from motcua.foundation.text import fold

_KEY_CONSTRAINT = "one_dossier_per_idempotency_key"


@dataclass(frozen=True)
class Submission:
    """A complete application: service code, locality (unit id), form answers, (component code, file id) pairs."""

    service_code: str
    locality_id: int
    form: Mapping[str, Any]
    files: Sequence[tuple[str, UUID]]
    idempotency_key: str
    channel: Channel = Channel.ONLINE


@dataclass(frozen=True)
class Submitted:
    """The answer: the permanent code, and whether it had been given before for the same key."""

    dossier_id: UUID
    code: str
    submitted_at: datetime
    repeated: bool


@dataclass(frozen=True)
class Filer:
    """Who files for whom: the account that acts, the applicant, the actor of events and audit, the channel."""

    acting: Principal
    applicant: Applicant
    actor: Actor
    channel: str


@dataclass(frozen=True)
class _Accepted:
    """A submission that passed every check."""

    filer: Filer
    service: CurrentService
    route: Route
    form: dict[str, Any]
    files: tuple[tuple[str, UUID], ...]
    digest: str


def submit(principal: Principal, submission: Submission) -> Submitted:
    """Takes a complete application in (SUB-01…04, 09). Raises all field errors at once; nothing is stored then.

    Call it outside a transaction: it makes its own.
    """
    require_on(Function.SUBMIT)
    service = require_submittable(submission.service_code)
    applicant = check_applicant(principal, service)
    return file(Filer(principal, applicant, principal.actor(), submission.channel.value), service, submission)


def file(filer: Filer, service: CurrentService, submission: Submission) -> Submitted:
    """`submit` once it is settled who files for whom and as what; the caller has checked the right."""
    accepted = _accepted(filer, service, submission)
    now = clock.now()
    number = running_numbers.take(clock.to_local(now).date())
    try:
        with transaction.atomic():
            dossier = _store(submission, accepted, now, number)
    except IntegrityError as error:
        if _KEY_CONSTRAINT not in str(error):
            raise
        return _repeated(filer.acting, submission, accepted.digest)
    return Submitted(dossier.pk, dossier.code, now, repeated=False)


def _accepted(filer: Filer, service: CurrentService, submission: Submission) -> _Accepted:
    definition = service.definition
    if not submission.idempotency_key.strip() or len(submission.idempotency_key) > 80:
        raise Invalid("IDEMPOTENCY_KEY", _("Thiếu khóa chống nộp trùng"), field="idempotency_key")
    checked = forms.check(definition, submission.form)
    errors = [FieldError(f"/form{item.field}", item.code, item.message) for item in checked.errors]
    errors += component_errors(definition, checked.data, submission.files)
    if errors:
        raise Invalid("SUBMISSION_INCOMPLETE", _("Hồ sơ chưa đầy đủ, vui lòng xem từng mục"), errors=errors)
    own_files(filer.acting, [file_id for _code, file_id in submission.files])
    found = route(submission.service_code, submission.locality_id)
    digest = _digest(filer.applicant, submission, checked.data)
    return _Accepted(filer, service, found, checked.data, tuple(submission.files), digest)


def check_applicant(principal: Principal, service: CurrentService) -> Applicant:
    """Who applies; mandate, level of the identity, and the kind of person the service is open to (SUB-04, IDN-03).

    Raises AccessDenied: CAPACITY_ENDED, OUT_OF_MANDATE, NO_PARTY, LEVEL_TOO_LOW, ORG_ACCOUNT_MISSING, AUDIENCE.
    """
    require_power(principal, Power.SUBMIT, service.code)
    party_id = require_party(principal)
    require_level(principal, service.definition.minimum_identity_level)
    applicant = applicant_of(party_id, principal.person_id)
    if applicant.audience in service.definition.audience:
        return applicant
    if ORGANISATION in service.definition.audience:
        raise AccessDenied(
            "ORG_ACCOUNT_MISSING",
            _("Dịch vụ này dành cho tổ chức; Ông/Bà đang đăng nhập với tư cách cá nhân."),
            what_next=_(
                "Ông/Bà chọn tư cách tổ chức nếu đã được phân quyền. Nếu tổ chức chưa có tài khoản định danh, người "
                "đại diện theo pháp luật xác minh một lần tại bộ phận một cửa rồi nộp trực tuyến, "
                "hoặc nộp trực tiếp tại đó."
            ),
        )
    raise AccessDenied("AUDIENCE", _("Dịch vụ này không dành cho đối tượng của tài khoản Ông/Bà"))


def component_errors(
    definition: ServiceDefinition, form: Mapping[str, Any], files: Sequence[tuple[str, UUID]]
) -> list[FieldError]:
    """What is wrong with the files: a required component without one, a component that does not belong here."""
    given = {code for code, _file in files}
    allowed = {component.code for component in relevant_components(definition, form)}
    errors = [
        FieldError(f"/components/{component.code}", "COMPONENT_MISSING", _("Chưa có tệp cho thành phần bắt buộc này"))
        for component in required_components(definition, form)
        if component.code not in given
    ]
    errors += [
        FieldError(f"/components/{code}", "COMPONENT_UNKNOWN", _("Dịch vụ không có thành phần hồ sơ này"))
        for code in sorted(given - allowed)
    ]
    if len({file_id for _code, file_id in files}) < len(files):
        errors.append(FieldError("/components", "FILE_TWICE", _("Một tệp chỉ được nộp cho một thành phần hồ sơ")))
    if len(files) > MAX_FILES.get():
        errors.append(FieldError("/components", "TOO_MANY_FILES", _("Hồ sơ có quá nhiều tệp")))
    return errors


def _digest(applicant: Applicant, submission: Submission, form: Mapping[str, Any]) -> str:
    """What was submitted and for whom: one key in two capacities is two submissions (IDN-09)."""
    files = sorted((code, str(file_id)) for code, file_id in submission.files)
    content = [submission.service_code, submission.locality_id, submission.channel.value, form, files]
    content.append(str(applicant.party_id))
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _store(submission: Submission, accepted: _Accepted, now: datetime, number: int) -> Dossier:
    actor = accepted.filer.actor
    dossier = _dossier(submission, accepted, now, number)
    dossier.save(force_insert=True)
    Attachment.objects.bulk_create(_attachments(dossier, accepted.files, now))
    steps.opening(dossier, StepKind.RECEIVE, now).save(force_insert=True)
    details = {"code": dossier.code, "channel": dossier.channel}
    audit.record(actor, "dossier.submit", ("dossier", str(dossier.pk)), details=details)
    event = events.DossierSubmitted(
        code=dossier.code,
        service_code=dossier.service_code,
        service_revision_id=dossier.service_revision_id,
        receiving_unit_id=dossier.receiving_unit_id,
        routing_rule_id=dossier.routing_rule_id,
        fees_due=tuple(_fee_lines(accepted, submission.channel)),
    )
    append([Append(dossier.pk, 0, [event], dossier_id=dossier.pk)], actor=actor)
    return dossier


def _dossier(submission: Submission, accepted: _Accepted, now: datetime, number: int) -> Dossier:
    day = clock.to_local(now).date()
    system = CENTRAL_SYSTEM_AGENCY.get()[1:3]
    unit_id = accepted.route.receiving_unit_id
    filer = accepted.filer
    return Dossier(
        id=uuid7(),
        code=str(DossierCode.build(accepted.route.unit_code, day, system, number)),
        version=1,
        state=State.SUBMITTED.value,
        national_number=NATIONAL_NUMBER[State.SUBMITTED],
        service_revision_id=accepted.service.revision_id,
        service_code=submission.service_code,
        field_id=accepted.service.field_id,
        owner_party_id=filer.applicant.party_id,
        owner_name=filer.applicant.name,
        owner_name_folded=fold(filer.applicant.name),
        contact_phone=filer.applicant.phone,
        submitted_by_id=filer.acting.account_id,
        by_verified_representative=filer.acting.mandate is not None and filer.acting.mandate.verified_at_counter,
        idempotency_key=submission.idempotency_key,
        request_digest=accepted.digest,
        channel=filer.channel,
        locality_id=submission.locality_id,
        receiving_unit_id=unit_id,
        holding_unit_id=unit_id,
        routing_rule_id=accepted.route.rule_id,
        form=accepted.form,
        submitted_at=now,
        receive_by=calendar_of(unit_id).add_working_hours(now, RECEPTION_HOURS.get()),
    )


def _attachments(dossier: Dossier, files: Iterable[tuple[str, UUID]], now: datetime) -> list[Attachment]:
    return [
        Attachment(dossier=dossier, component_code=code, version=1, file_id=file_id, added_at=now)
        for code, file_id in files
    ]


def _fee_lines(accepted: _Accepted, channel: Channel) -> Iterable[events.FeeLine]:
    """What is owed with the submission, computed on the server from the answers."""
    for due in fees_due(accepted.service.definition, accepted.form, FeeMoment.BEFORE, channel=channel):
        if due.amount:
            yield events.FeeLine(
                code=due.code, name=due.name, kind=due.kind.value, amount=due.amount, blocks=due.blocks
            )


def _repeated(principal: Principal, submission: Submission, digest: str) -> Submitted:
    """The earlier dossier of this key. Raises Conflict IDEMPOTENCY_KEY_REUSED for another body under it."""
    earlier = Dossier.objects.get(submitted_by_id=principal.account_id, idempotency_key=submission.idempotency_key)
    if earlier.request_digest != digest:
        raise Conflict(
            "IDEMPOTENCY_KEY_REUSED",
            _("Khóa chống nộp trùng này đã dùng cho một hồ sơ khác"),
            details={"dossier_code": earlier.code},
        )
    return Submitted(earlier.pk, earlier.code, earlier.submitted_at, repeated=True)
