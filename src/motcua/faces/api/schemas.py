"""Requests and answers of the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class Strict(Schema):
    """A request body in which an unknown field is an error: nobody's data is dropped in silence."""

    model_config = {"extra": "forbid"}


class ComponentFiles(Strict):
    component: str = Field(max_length=60)
    files: list[UUID] = Field(min_length=1, max_length=60)


class SubmissionIn(Strict):
    """A complete application; files were uploaded before."""

    service: str = Field(max_length=20, examples=["2.000635.01"])
    locality: str = Field(max_length=35, description="mã định danh đơn vị nơi nộp hồ sơ")
    form: dict[str, Any]
    components: list[ComponentFiles] = Field(default=[], max_length=100)


class SubmissionOut(Schema):
    id: UUID
    code: str
    state: str
    submitted_at: datetime


class FileOut(Schema):
    id: UUID
    name: str
    size: int
    media_type: str
    sha256: str


class RowOut(Schema):
    id: UUID
    code: str
    version: int
    state: str
    state_name: str
    service_name: str
    owner_name: str
    unit_name: str
    submitted_at: datetime
    due_at: datetime | None
    overdue: bool


class PageOut(Schema):
    rows: list[RowOut]
    following: str | None


class TrackStepOut(Schema):
    type: str
    occurred_at: datetime


class TrackOut(Schema):
    code: str
    state: str
    state_name: str
    national_number: int
    service_name: str
    unit_name: str
    submitted_at: datetime
    receive_by: datetime
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    paused: bool
    steps: list[TrackStepOut]


class TaskOut(Schema):
    name: str
    kind: str
    role: str
    unit_name: str
    holder_name: str
    opened_at: datetime
    planned_end: datetime
    closed_at: datetime | None
    outcome: str


class TimesOut(Schema):
    """Seconds of working time."""

    nominal: int
    elapsed: int
    paused: int
    remaining: int
    running: bool


class AttachmentOut(Schema):
    component: str
    version: int
    file: FileOut


class RequestOut(Schema):
    number: int
    items: list[dict[str, str]]
    reason_code: str
    reason_text: str
    requested_at: datetime
    answer_by: datetime
    answered_at: datetime | None


class ResultOut(Schema):
    code: str
    name: str
    number: str
    signature: str
    issued_at: datetime
    file: FileOut


class DetailOut(Schema):
    id: UUID
    code: str
    version: int
    state: str
    state_name: str
    national_number: int
    service_code: str
    service_name: str
    owner_name: str
    form: dict[str, Any]
    submitted_at: datetime
    receive_by: datetime
    received_at: datetime | None
    due_at: datetime | None
    reason_code: str
    reason_text: str
    holder: TaskOut | None
    tasks: list[TaskOut]
    times: TimesOut | None
    attachments: list[AttachmentOut]
    supplement_requests: list[RequestOut]
    result: ResultOut | None


class EventOut(Schema):
    aggregate: str
    aggregate_id: UUID
    seq: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor_kind: str
    actor_role: str
    actor_unit: str
    system: str
    payload: dict[str, Any]


class StateOut(Schema):
    """The dossier after an act."""

    id: UUID
    code: str
    version: int
    state: str
    national_number: int
    due_at: datetime | None


class Act(Strict):
    """Any act may name the version that the actor saw; another version means somebody was faster (DOS-14)."""

    expected_version: int | None = Field(default=None, ge=1, le=2_000_000_000)


class Reasoned(Act):
    reason_code: str = Field(default="", max_length=30)
    reason_text: str = Field(default="", max_length=4000)


class WithdrawIn(Act):
    reason_text: str = Field(default="", max_length=4000)


class SupplementItemIn(Strict):
    component: str = Field(max_length=60)
    what: str = Field(default="", max_length=1000)


class AskSupplementIn(Reasoned):
    items: list[SupplementItemIn] = Field(max_length=100)


class SupplementIn(Act):
    components: list[ComponentFiles] = Field(max_length=100)


class FeeIn(Strict):
    code: str = Field(max_length=60)
    amount: int = Field(gt=0, le=10**15, strict=True)


class AskPaymentIn(Act):
    fees: list[FeeIn] = Field(max_length=20)
    reason_text: str = Field(default="", max_length=4000)


class TransferIn(Reasoned):
    to_unit: str = Field(max_length=35)


class ApproveIn(Act):
    """The result: a file stored before, or none to have it made from the service's template and signed."""

    file: UUID | None = None
    number: str = Field(default="", max_length=60)
    conclusion: str = Field(default="", max_length=4000)


class ReturnIn(Act):
    method: str = Field(max_length=10)
    receiver_name: str = Field(default="", max_length=200)
    receiver_signed: bool = False
    tracking_code: str = Field(default="", max_length=40)


class RatingIn(Strict):
    score: int
    comment: str = Field(default="", max_length=1000)


class RatingOut(Schema):
    score: int
    rated_at: datetime


class ProblemOut(Schema):
    """RFC 9457 problem document; `reference` is the support reference."""

    type: str
    title: str
    status: int
    code: str
    reference: str | None = None
    detail: str | None = None
    field: str | None = None
    errors: list[dict[str, str]] | None = None
    details: dict[str, Any] | None = None
