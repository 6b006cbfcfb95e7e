"""Requests and answers of the API."""

from __future__ import annotations

from datetime import datetime
from math import isfinite
from typing import Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import model_validator


def _storable(value: Any) -> bool:
    """Whether every text in `value` can be stored: no NUL, no half of a character pair."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, dict):
        return all(_storable(key) and _storable(item) for key, item in value.items())
    if isinstance(value, list):
        return all(_storable(item) for item in value)
    return not (isinstance(value, float) and not isfinite(value))


class Strict(Schema):
    """A request body in which an unknown field is an error: nobody's data is dropped in silence."""

    model_config = {"extra": "forbid"}

    @model_validator(mode="before")
    @classmethod
    def refuse_what_no_text_can_hold(cls, data: Any) -> Any:
        """NUL, lone surrogates and numbers without value have no place in JSON that is kept."""
        given = data._obj if hasattr(data, "_obj") else data
        if not _storable(given):
            raise ValueError("contains characters or numbers that cannot be stored")
        return data


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
    finished_at: datetime | None
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


class FunctionOut(Schema):
    """One of the seven core functions: whether it works, and why not."""

    function: str
    name: str
    works: bool
    cause: str
    checked_at: datetime


class HealthOut(Schema):
    status: str
    functions: list[FunctionOut]


class FoundOut(Schema):
    """A procedure as a search finds it; `services` are the codes that take dossiers now."""

    code: str
    name: str
    name_en: str
    owner_name: str
    field_name: str
    online_level: str
    state: str
    services: list[str]
    why: str


class ServiceOut(Schema):
    """A service; `definition` is in the published format, which leaves out what stands at its default."""

    code: str
    procedure: str
    revision: int
    valid_from: datetime
    takes_submissions: bool
    state_reason: str
    definition: dict[str, Any]


class TokenIn(Strict):
    label: str = Field(min_length=1, max_length=100)
    days: int | None = Field(default=None, ge=1, le=3650)


class IssuedTokenOut(Schema):
    id: UUID
    secret: str
    expires_at: datetime


class TokenOut(Schema):
    id: UUID
    label: str
    created_at: datetime
    expires_at: datetime
