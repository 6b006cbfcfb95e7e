"""The format of what a procedure (TTHC) and a service (DVC) say.

One typed JSON document per published revision, read and written as a whole. These structs are the only
description of the format: the demonstration files, the database, the API, the pages and the officials'
screens all read a service through them. A revision, once published, never changes; a new text is a new one.

Amounts are integer đồng. Texts are Vietnamese; an English reading stands in a field ending in `_en`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

JsonSchema = dict[str, Any]
"""A JSON Schema (draft 2020-12) over the data of one form."""


class OnlineLevel(StrEnum):
    """How much of a service is done online (NĐ 224/2026/NĐ-CP Đ14). NONE: published as information only."""

    FULL = "FULL"
    PARTIAL = "PARTIAL"
    NONE = "NONE"


class Channel(StrEnum):
    """How a dossier comes in (kênh thực hiện)."""

    ONLINE = "ONLINE"
    DIRECT = "DIRECT"
    POSTAL = "POSTAL"


class Audience(StrEnum):
    """Who may use a service."""

    CITIZEN = "CITIZEN"
    ORGANISATION = "ORGANISATION"
    FOREIGNER = "FOREIGNER"


class Level(StrEnum):
    """The level of government that receives or settles. OTHER: bodies outside the administration."""

    COMMUNE = "COMMUNE"
    PROVINCE = "PROVINCE"
    MINISTRY = "MINISTRY"
    OTHER = "OTHER"


class TimeUnit(StrEnum):
    """The unit of a time limit. An hour is a working hour; a day without "working" is a calendar day."""

    WORKING_DAY = "WORKING_DAY"
    DAY = "DAY"
    HOUR = "HOUR"
    MONTH = "MONTH"


class FeeKind(StrEnum):
    """CHARGE is phí (price of a service), FEE is lệ phí (Luật Phí và lệ phí 97/2015/QH13)."""

    CHARGE = "CHARGE"
    FEE = "FEE"


class FeeMoment(StrEnum):
    """When an obligation is born: with the submission, or later by the officer's assessment."""

    BEFORE = "before"
    AFTER = "after"


class StepKind(StrEnum):
    """What happens in a step of the internal process."""

    RECEIVE = "receive"
    PROCESS = "process"
    APPROVE = "approve"
    RETURN = "return"


class StepUnit(StrEnum):
    """Which unit does a step: the one that received the dossier or the one that settles it."""

    RECEIVING = "receiving"
    SETTLING = "settling"


class Widget(StrEnum):
    """How a form field is shown. IDENTITY is a typed document: its kind chooses its validator (FRM-06)."""

    TEXT = "text"
    TEXTAREA = "textarea"
    DATE = "date"
    SELECT = "select"
    RADIO = "radio"
    CHECKBOX = "checkbox"
    INTEGER = "integer"
    MONEY = "money"
    PHONE = "phone"
    EMAIL = "email"
    IDENTITY = "identity"
    PROVINCE = "province"
    COMMUNE = "commune"


PREFILL_SOURCES = frozenset(
    {
        "person.full_name",
        "person.date_of_birth",
        "person.sex",
        "person.nationality",
        "person.identity",
        "person.identity_issued_on",
        "person.identity_issued_by",
        "person.phone",
        "person.email",
        "person.commune",
        "person.address",
        "organisation.name",
        "organisation.identity",
        "organisation.representative_name",
        "organisation.address",
    }
)
"""Where a field's first value may come from: the signed-in person, or the organisation acted for."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A piece of a definition: immutable, every name known, defaults not written."""


class TimeLimit(_Part, frozen=True):
    """The published time limit, e.g. 3 working days."""

    amount: int
    unit: TimeUnit = TimeUnit.WORKING_DAY


class Supplement(_Part, frozen=True):
    """What a request for supplement does to the clock and how long it stays open (domain rule: asked once)."""

    clock: str = "resume"
    max_requests: int = 1
    expires_after_working_days: int = 15

    def __post_init__(self) -> None:
        """Refuse a clock policy nobody implements."""
        if self.clock not in {"resume", "restart"}:
            raise ValueError(f"supplement.clock must be resume or restart, not {self.clock!r}")


class Tier(_Part, frozen=True):
    """Beyond `above` units, each further unit costs `amount` đồng."""

    above: int
    amount: int


class Exemption(_Part, frozen=True):
    """Who pays less: where `when` holds over the form data the fee line is `amount` đồng (0: nothing)."""

    name: str
    when: JsonSchema
    amount: int = 0


class FeeRule(_Part, frozen=True):
    """One line of money. `amount` is đồng a unit; None: the officer assesses it (only `after`).

    The quantity is the value of `quantity_field` (1 without it), priced by `tiers`, capped by `maximum` and
    then multiplied by the value of `multiplier_field`. A line counts only on its `channels` (all if empty) and
    where `condition` holds. `note` says the price in words where a bare amount would mislead.
    """

    code: str
    name: str
    kind: FeeKind
    amount: int | None
    moment: FeeMoment = msgspec.field(name="when", default=FeeMoment.BEFORE)
    blocks: bool = False
    quantity_field: str | None = None
    tiers: tuple[Tier, ...] = ()
    maximum: int | None = None
    multiplier_field: str | None = None
    channels: tuple[Channel, ...] = ()
    condition: JsonSchema | None = None
    exemptions: tuple[Exemption, ...] = ()
    note: str = ""
    name_en: str = ""


class Component(_Part, frozen=True):
    """One paper of the dossier (thành phần hồ sơ). Required where `required` and `when` (if any) holds."""

    code: str
    name: str
    name_en: str = ""
    originals: int = 1
    copies: int = 0
    required: bool = True
    when: JsonSchema | None = None
    accepts: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png")
    reusable: bool = False


class Option(_Part, frozen=True):
    """One choice of a select or radio field; `value` is one of the schema's `enum`."""

    value: str
    title: str
    title_en: str = ""


class FieldUi(_Part, frozen=True):
    """How one field is shown: widget, help, where its first value comes from.

    `prefill` is a dotted path into the signed-in party (`person.full_name`); `autocomplete` the HTML token.
    `shown_when` is a JSON Schema over the form data; without it the field is always shown.
    """

    widget: Widget
    help: str = ""
    help_en: str = ""
    title_en: str = ""
    prefill: str | None = None
    autocomplete: str | None = None
    options: tuple[Option, ...] = ()
    shown_when: JsonSchema | None = None


class Section(_Part, frozen=True):
    """Fields that stand together under one heading, in order."""

    title: str
    fields: tuple[str, ...]
    title_en: str = ""


class FormUi(_Part, frozen=True):
    """The reading order and the look of a form."""

    sections: tuple[Section, ...]
    fields: dict[str, FieldUi]


class Form(_Part, frozen=True):
    """An e-form: what is accepted (`schema`, draft 2020-12) and how it is shown (`ui`)."""

    schema: JsonSchema
    ui: FormUi


class Step(_Part, frozen=True):
    """One row of the internal process: who does what for how many working hours (8 a day)."""

    order: int
    name: str
    role: str
    unit: StepUnit
    hours: float
    kind: StepKind
    name_en: str = ""


class Result(_Part, frozen=True):
    """What the person gets: its national code (KQ…) and name."""

    code: str
    name: str
    name_en: str = ""


class ServiceDefinition(_Part, frozen=True):
    """Everything a published service says, checks and computes: one immutable document."""

    name: str
    online_level: OnlineLevel
    channels: tuple[Channel, ...]
    audience: tuple[Audience, ...]
    receiving_level: Level
    time_limit: TimeLimit
    process: tuple[Step, ...]
    form: Form
    result: Result
    components: tuple[Component, ...] = ()
    fees: tuple[FeeRule, ...] = ()
    name_en: str = ""
    partial_reason: str = ""
    settling_level: Level | None = None
    minimum_identity_level: int = 2
    cut_off: str | None = None
    supplement: Supplement = Supplement()
    legal_basis: tuple[str, ...] = ()
    steps_text: str = ""
    keywords: tuple[str, ...] = ()
    life_events: tuple[str, ...] = ()

    @property
    def settled_at(self) -> Level:
        """The level that decides: the receiving level unless the definition names another."""
        return self.settling_level or self.receiving_level


class ComponentNote(_Part, frozen=True):
    """A component line of a procedure's public text (not a rule)."""

    name: str
    originals: int = 0
    copies: int = 0
    case: str = ""
    code: str = ""


class ProcedureDefinition(_Part, frozen=True):
    """The public text of a procedure (TTHC), as its owner publishes it (NĐ 63/2010/NĐ-CP Đ8)."""

    name: str
    field_code: str = ""
    field_name: str = ""
    owner_code: str = ""
    owner_name: str = ""
    decision: str = ""
    kind: str = "STANDARD"
    levels: tuple[Level, ...] = ()
    online_level: OnlineLevel = OnlineLevel.NONE
    channels: tuple[Channel, ...] = ()
    audience: tuple[Audience, ...] = ()
    authorities: tuple[str, ...] = ()
    time_text: str = ""
    fee_text: str = ""
    components: tuple[ComponentNote, ...] = ()
    results: tuple[Result, ...] = ()
    legal_basis: tuple[str, ...] = ()
    life_events: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    name_en: str = ""


_service_decoder = msgspec.json.Decoder(ServiceDefinition)
_procedure_decoder = msgspec.json.Decoder(ProcedureDefinition)


def decode_service(text: bytes | str) -> ServiceDefinition:
    """The service definition written as JSON; raises `msgspec.ValidationError` naming the wrong place."""
    return _service_decoder.decode(text)


def decode_procedure(text: bytes | str) -> ProcedureDefinition:
    """The procedure definition written as JSON; raises `msgspec.ValidationError` naming the wrong place."""
    return _procedure_decoder.decode(text)


def service_from(document: object) -> ServiceDefinition:
    """The service definition in an already parsed JSON value (a `jsonb` column)."""
    return msgspec.convert(document, ServiceDefinition)


def procedure_from(document: object) -> ProcedureDefinition:
    """The procedure definition in an already parsed JSON value (a `jsonb` column)."""
    return msgspec.convert(document, ProcedureDefinition)


def encode(definition: msgspec.Struct) -> bytes:
    """Canonical JSON of a definition: keys sorted, so equal content is equal text (and equal hash)."""
    return msgspec.json.encode(definition, order="sorted")


def document(definition: msgspec.Struct) -> dict[str, Any]:
    """The definition as plain JSON values, for a `jsonb` column or an API answer."""
    return msgspec.to_builtins(definition, order="sorted")
