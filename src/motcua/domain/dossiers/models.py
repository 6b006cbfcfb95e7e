"""Tables of a dossier's aggregate; every row carries `dossier_id`. Only this room's services write them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from motcua.domain.dossiers.routing_models import RoutingRule
from motcua.domain.dossiers.rules import REASON_MINIMUM_LETTERS, REASONED_STATES, ReasonCode, ReturnMethod, State
from motcua.domain.organisations.access import ScopedManager

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

RESULT_NUMBER_LENGTH, RECEIVER_LENGTH, TRACKING_LENGTH = 60, 200, 40
_STORED_STATES = [state.value for state in State if state is not State.DRAFT]


# Ten characters that are no blank, digit or punctuation mark, whatever stands between them.
_LETTERS = rf"([^[:space:][:punct:][:digit:]][[:space:][:punct:][:digit:]]*){{{REASON_MINIMUM_LETTERS}}}"


def _reasoned(code: str, text: str) -> Q:
    """SQL condition: a known reason code and a text of ten letters at least (DOS-02, F-19)."""
    return Q(**{f"{code}__in": [item.value for item in ReasonCode], f"{text}__regex": _LETTERS})


class CodeBlock(models.Model):
    """Running numbers handed out for one day, in blocks taken outside the submitting transaction; gaps are allowed."""

    day = models.DateField(primary_key=True)
    next_number = models.PositiveIntegerField()


class Draft(models.Model):
    """An application being filled in, saved as typed; it becomes a dossier by `submit` (SES-02, FRM-04)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey("organisations.Account", on_delete=models.CASCADE, related_name="drafts")
    party = models.ForeignKey("people.Party", on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey("catalogue.Service", on_delete=models.PROTECT, related_name="+")
    locality = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    assisted_at = models.ForeignKey(
        "organisations.Unit",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_comment="desk at which an officer makes it for the party; NULL: the party itself",
    )
    visitor = models.ForeignKey(
        "people.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_comment="who stands at the desk, identified by document; NULL unless assisted",
    )
    form = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1, db_comment="raised by every save; a second tab is told (DOS-14)")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    if TYPE_CHECKING:
        account_id: UUID
        party_id: UUID
        service_id: UUID
        locality_id: int | None
        assisted_at_id: int | None
        visitor_id: UUID | None
        files: RelatedManager[DraftFile]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_assisted_draft_has_its_visitor",
                condition=Q(assisted_at__isnull=True, visitor__isnull=True)
                | Q(assisted_at__isnull=False, visitor__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["account", "-updated_at"], name="drafts_newest_first")]


class DraftFile(models.Model):
    """A file put to a component of a draft."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    component_code = models.CharField(max_length=60)
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    if TYPE_CHECKING:
        file_id: UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "file"], name="one_place_per_file_of_a_draft")]


class Dossier(models.Model):
    """A submitted dossier. `version` is the sequence number of its last event (DOS-03, DOS-14)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=40, unique=True, db_comment="mã hồ sơ; never changes (TT 04/2025/TT-VPCP Đ23)")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=20)
    national_number = models.PositiveSmallIntegerField(db_comment="1–10 as exchanged; CLOSED keeps the last")
    service_revision = models.ForeignKey("catalogue.ServiceRevision", on_delete=models.PROTECT, related_name="+")
    service_code = models.CharField(max_length=20)
    field = models.ForeignKey("organisations.Field", on_delete=models.PROTECT, null=True, related_name="+")
    owner_party = models.ForeignKey("people.Party", on_delete=models.PROTECT, related_name="dossiers")
    owner_name = models.CharField(max_length=300, db_comment="as at submission, NFC")
    owner_name_folded = models.CharField(max_length=300)
    contact_phone = models.CharField(max_length=15, default="", db_comment="84…; empty: no SMS")
    submitted_by = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=80)
    request_digest = models.CharField(max_length=64, db_comment="SHA-256 of what was submitted under the key")
    channel = models.CharField(max_length=20, db_comment="ONLINE, DIRECT, POSTAL; COUNTER_ASSISTED: made by an officer")
    by_verified_representative = models.BooleanField(
        default=False,
        db_default=False,
        db_comment="For an organisation without own account, by who was verified (IDN-05)",
    )
    locality = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="+")
    receiving_unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="+")
    holding_unit = models.ForeignKey(
        "organisations.Unit", on_delete=models.PROTECT, related_name="+", db_comment="who holds the dossier now"
    )
    routing_rule = models.ForeignKey(RoutingRule, on_delete=models.PROTECT, related_name="+")
    form = models.JSONField()
    reason_code = models.CharField(max_length=30, default="")
    reason_text = models.TextField(default="")
    submitted_at = models.DateTimeField()
    receive_by = models.DateTimeField(db_comment="reception or one supplement request must be out by then")
    received_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, db_comment="legal due date; moves by every pause")
    paused_since = models.DateTimeField(null=True)
    resume_state = models.CharField(max_length=20, default="", db_comment="where a paused dossier goes back to")
    supplement_count = models.PositiveSmallIntegerField(default=0)
    overdue_at = models.DateTimeField(null=True, db_comment="when it was first found past its due date")
    finished_at = models.DateTimeField(null=True, db_comment="end of processing (ngày kết thúc xử lý)")
    returned_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    if TYPE_CHECKING:
        service_revision_id: UUID
        field_id: int | None
        owner_party_id: UUID
        submitted_by_id: UUID
        locality_id: int
        receiving_unit_id: int
        holding_unit_id: int
        routing_rule_id: int
        pauses: RelatedManager[Pause]
        tasks: RelatedManager[Task]
        attachments: RelatedManager[Attachment]
        supplement_requests: RelatedManager[SupplementRequest]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=_STORED_STATES), name="dossier_state_is_known"),
            models.CheckConstraint(
                condition=Q(national_number__gte=1, national_number__lte=10), name="dossier_national_number"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(state.value for state in REASONED_STATES))
                | _reasoned("reason_code", "reason_text"),
                name="no_refusal_or_pause_without_reason",
            ),
            models.UniqueConstraint(fields=["submitted_by", "idempotency_key"], name="one_dossier_per_idempotency_key"),
            models.CheckConstraint(
                condition=Q(state__in=["SUBMITTED", "INTAKE_REFUSED", "WITHDRAWN", "CLOSED", "WAIT_SUPPLEMENT"])
                | Q(received_at__isnull=False, due_at__isnull=False),
                name="a_received_dossier_has_a_due_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["WAIT_SUPPLEMENT", "WAIT_PAYMENT", "STOPPED"], paused_since__isnull=False)
                & ~Q(resume_state="")
                | ~Q(state__in=["WAIT_SUPPLEMENT", "WAIT_PAYMENT", "STOPPED"])
                & Q(paused_since__isnull=True, resume_state=""),
                name="paused_exactly_in_the_paused_states",
            ),
            models.CheckConstraint(
                condition=~Q(state="RETURNED") | Q(returned_at__isnull=False), name="returned_has_its_time"
            ),
        ]
        indexes = [
            models.Index(fields=["holding_unit", "state", "due_at", "id"], name="worklist_by_due"),
            models.Index(fields=["receiving_unit", "state", "submitted_at", "id"], name="worklist_by_submission"),
            models.Index(fields=["owner_party", "-submitted_at"], name="dossiers_of_a_party"),
            models.Index(fields=["owner_name_folded"], name="dossiers_by_owner_name"),
            models.Index(
                fields=["due_at"],
                name="running_dossiers_by_due",
                condition=Q(state__in=["RECEIVED", "IN_PROCESS", "TRANSFERRED"], overdue_at__isnull=True),
            ),
            # One index per tab of the worklist, in its order, with what the access policy asks: a page for the nation
            # or for 200 units is a walk along it.
            *[
                models.Index(
                    fields=[order, "id"],
                    name=f"tab_{tab}",
                    include=["holding_unit", "receiving_unit", "field"],
                    condition=Q(state__in=states),
                )
                for tab, order, states in (
                    ("to_receive", "receive_by", ["SUBMITTED"]),
                    ("in_process", "due_at", ["RECEIVED", "IN_PROCESS", "TRANSFERRED"]),
                    ("waiting", "submitted_at", ["WAIT_SUPPLEMENT", "WAIT_PAYMENT", "STOPPED"]),
                    ("to_return", "due_at", ["RESOLVED", "REFUSED"]),
                    ("done", "submitted_at", ["RETURNED", "INTAKE_REFUSED", "WITHDRAWN", "CLOSED"]),
                )
            ],
        ]


class DossierAlias(models.Model):
    """A code that another system gave to the dossier; both codes find it (SUB-02)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="aliases")
    system = models.CharField(max_length=60)
    code = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="an_alias_names_one_dossier")]


class Attachment(models.Model):
    """A file of a dossier's component; a supplement adds a version and keeps the earlier ones (SUB-11)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="attachments")
    component_code = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(db_comment="1 at submission, one more with each supplement")
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    if TYPE_CHECKING:
        dossier_id: UUID
        file_id: UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "file"], name="a_file_stands_once_in_a_dossier")]


class Task(models.Model):
    """One step of the internal process: who does it, since when, until when (DOS-13)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="tasks")
    order = models.PositiveSmallIntegerField(db_comment="position in the service's step table")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=30)
    unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(
        null=True, db_comment="when the officer who had it left or was suspended, while nobody took it over (ACC-14)"
    )
    opened_at = models.DateTimeField()
    planned_end = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, default="", db_comment="the verb that closed it")

    if TYPE_CHECKING:
        dossier_id: UUID
        unit_id: int
        assignee_id: UUID | None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(closed_at__isnull=True), name="one_holder_of_a_dossier"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")), name="task_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(assignee__isnull=True) | Q(closed_at__isnull=False),
                name="a_task_laid_down_has_nobody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["dossier"],
                name="tasks_laid_down",
                condition=Q(closed_at__isnull=True, released_at__isnull=False),
            )
        ]


class Pause(models.Model):
    """A span in which the legal clock stood still, with reason and both ends (DOS-04, F-22)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="pauses")
    state = models.CharField(max_length=20, db_comment="WAIT_SUPPLEMENT, WAIT_PAYMENT or STOPPED")
    reason_code = models.CharField(max_length=30)
    reason_text = models.TextField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=40, default="", db_comment="the verb that ended it")
    due_before = models.DateTimeField(null=True)
    due_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(ended_at__isnull=True), name="one_open_pause"),
            models.CheckConstraint(condition=_reasoned("reason_code", "reason_text"), name="no_pause_without_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="pause_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | Q(ended_at__isnull=False) & ~Q(ended_by=""),
                name="pause_says_what_ended_it",
            ),
        ]


class SupplementRequest(models.Model):
    """One request to complete a dossier: all points at once, with reason (form 02 of TT 03/2025/TT-VPCP)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplement_requests")
    number = models.PositiveSmallIntegerField()
    items = models.JSONField(db_comment='[{"component": code, "what": text}], at least one')
    reason_code = models.CharField(max_length=30)
    reason_text = models.TextField()
    requested_by = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="supplement_requests_are_numbered"),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(answered_at__isnull=True), name="one_open_supplement_request"
            ),
            models.CheckConstraint(condition=_reasoned("reason_code", "reason_text"), name="supplement_has_a_reason"),
        ]


class Result(models.Model):
    """What the applicant gets: one file with its signature status (POR-15), or the record of a refusal."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="result")
    code = models.CharField(max_length=40, db_comment="KQ code of the catalogue")
    name = models.CharField(max_length=300)
    number = models.CharField(max_length=RESULT_NUMBER_LENGTH, db_comment="number of the document")
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    signature = models.CharField(max_length=20, db_comment="SIGNED, UNSIGNED or REFUSED by verification")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="+")

    if TYPE_CHECKING:
        file_id: UUID

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signature__in=["SIGNED", "UNSIGNED", "REFUSED"]), name="signature_status_is_known"
            )
        ]


class ResultReturn(models.Model):
    """The recorded act of handing the result over (DOS-08)."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="result_return")
    method = models.CharField(max_length=10)
    receiver_name = models.CharField(max_length=RECEIVER_LENGTH, default="")
    receiver_signed = models.BooleanField(default=False)
    tracking_code = models.CharField(max_length=TRACKING_LENGTH, default="")
    returned_at = models.DateTimeField()
    returned_by = models.ForeignKey("organisations.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method=ReturnMethod.ONLINE.value)
                | (Q(method=ReturnMethod.COUNTER.value, receiver_signed=True) & ~Q(receiver_name=""))
                | (Q(method=ReturnMethod.POSTAL.value) & ~Q(tracking_code="")),
                name="hand_over_is_proved",
            )
        ]


class Rating(models.Model):
    """How satisfied the applicant is, once per dossier, after the result."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="rating")
    score = models.PositiveSmallIntegerField()
    comment = models.CharField(max_length=1000, default="")
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="rating_is_one_to_five")]
