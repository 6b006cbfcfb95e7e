"""Configuration checks: what is wrong with a service's definition before anybody uses it. Pure.

Each fault has a machine code, the place in the definition and a Vietnamese sentence for the ministry's clerk.
The publishing gate runs them (gate.py); a definition with faults never goes live.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue import rules
from motcua.domain.catalogue.definition import (
    PREFILL_SOURCES,
    Channel,
    FeeMoment,
    Form,
    JsonSchema,
    OnlineLevel,
    ServiceDefinition,
    Widget,
)
from motcua.domain.catalogue.form_types import validator


@dataclass(frozen=True)
class Fault:
    """One thing that keeps a service from being published: `where` is a path into the definition."""

    code: str
    where: str
    message: str | Promise


def definition_faults(service: ServiceDefinition) -> list[Fault]:
    """All configuration faults of a definition; empty where it may go on to the tests."""
    return [fault for check in _CHECKS for fault in check(service)]


def _main(service: ServiceDefinition) -> Iterator[Fault]:
    if not service.name.strip():
        yield Fault("NAME_MISSING", "name", _("Dịch vụ chưa có tên."))
    if service.online_level is OnlineLevel.PARTIAL and not service.partial_reason.strip():
        yield Fault("PARTIAL_REASON_MISSING", "partial_reason", _("Dịch vụ một phần phải nêu lý do."))
    if service.online_level is not OnlineLevel.NONE and Channel.ONLINE not in service.channels:
        yield Fault("NO_ONLINE_CHANNEL", "channels", _("Dịch vụ trực tuyến phải có kênh trực tuyến."))
    if not service.audience:
        yield Fault("NO_AUDIENCE", "audience", _("Dịch vụ chưa có đối tượng thực hiện."))
    if service.time_limit.amount < 1:
        yield Fault("TIME_LIMIT_MISSING", "time_limit", _("Thời hạn giải quyết phải từ 1 trở lên."))
    if service.minimum_identity_level not in (0, 1, 2):
        yield Fault("IDENTITY_LEVEL_UNKNOWN", "minimum_identity_level", _("Mức định danh tối thiểu là 0, 1 hoặc 2."))
    if service.cut_off is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", service.cut_off, re.ASCII):
        yield Fault("CUT_OFF_MALFORMED", "cut_off", _("Giờ chốt nhận hồ sơ phải có dạng 15:00."))
    if not service.result.code or not service.result.name:
        yield Fault("RESULT_MISSING", "result", _("Dịch vụ chưa có kết quả giải quyết."))


def _process(service: ServiceDefinition) -> Iterator[Fault]:
    for code in rules.process_faults(service.process, service.time_limit):
        yield Fault(code, "process", _PROCESS_MESSAGES[code])


_PROCESS_MESSAGES = {
    "STEPS_NOT_NUMBERED": _("Các bước của quy trình phải đánh số liên tục từ 1."),
    "NO_RECEPTION": _("Quy trình phải bắt đầu bằng bước tiếp nhận."),
    "NO_PROCESSING": _("Quy trình chưa có bước xử lý."),
    "NO_APPROVAL_AFTER_PROCESSING": _("Quy trình phải có bước ký duyệt sau các bước xử lý."),
    "NO_RETURN_OUTSIDE_THE_LIMIT": _("Quy trình phải kết thúc bằng bước trả kết quả, 0 giờ."),
    "HOURS_NOT_IN_QUARTERS": _("Số giờ của mỗi bước phải là bội của 0,25."),
    "HOURS_DIFFER_FROM_TIME_LIMIT": _("Tổng số giờ các bước phải bằng thời hạn giải quyết (8 giờ một ngày)."),
}


def _form(service: ServiceDefinition) -> Iterator[Fault]:
    form = service.form
    if form.schema.get("additionalProperties") is not False:
        yield Fault("FORM_ACCEPTS_ANYTHING", "form.schema", _("Biểu mẫu phải từ chối mục không khai báo."))
    if not _compiles(form.schema):
        yield Fault("FORM_SCHEMA_INVALID", "form.schema", _("Lược đồ biểu mẫu không hợp lệ."))
    properties = set(form.schema.get("properties", {}))
    placed = Counter(name for section in form.ui.sections for name in section.fields)
    for name in sorted(properties ^ set(form.ui.fields) | properties ^ set(placed)):
        yield Fault(
            "FIELD_NOT_EVERYWHERE", f"form.ui.fields.{name}", _("Mục phải có trong lược đồ, giao diện và phần.")
        )
    for name in sorted(name for name, times in placed.items() if times > 1):
        yield Fault("FIELD_TWICE", f"form.ui.sections.{name}", _("Một mục chỉ đứng ở một phần."))
    for name in sorted(properties & set(form.ui.fields)):
        yield from _field(form, name)


def _field(form: Form, name: str) -> Iterator[Fault]:
    ui, schema = form.ui.fields[name], form.schema["properties"][name]
    where = f"form.ui.fields.{name}"
    if not schema.get("title"):
        yield Fault("FIELD_WITHOUT_TITLE", where, _("Mục chưa có tên hiển thị."))
    if [option.value for option in ui.options] != schema.get("enum", []):
        yield Fault("OPTIONS_DIFFER", where, _("Các lựa chọn hiển thị phải trùng danh sách giá trị."))
    if ui.prefill is not None and ui.prefill not in PREFILL_SOURCES:
        yield Fault("PREFILL_UNKNOWN", where, _("Nguồn điền sẵn không tồn tại."))
    if not _fits(ui.widget, schema):
        yield Fault("WIDGET_DOES_NOT_FIT", where, _("Kiểu nhập không hợp với kiểu dữ liệu."))
    if ui.shown_when is not None:
        yield from _condition(form, f"{where}.shown_when", ui.shown_when)


_JSON_TYPES = {
    Widget.TEXT: "string",
    Widget.TEXTAREA: "string",
    Widget.DATE: "string",
    Widget.SELECT: "string",
    Widget.RADIO: "string",
    Widget.CHECKBOX: "boolean",
    Widget.INTEGER: "integer",
    Widget.MONEY: "integer",
}


def _fits(widget: Widget, schema: JsonSchema) -> bool:
    if widget in _JSON_TYPES:
        return schema.get("type") == _JSON_TYPES[widget] and (widget is not Widget.DATE or schema["format"] == "date")
    return schema.get("$ref") == f"urn:motcua:types#/$defs/{widget.value}"


def _fees(service: ServiceDefinition) -> Iterator[Fault]:
    properties = service.form.schema.get("properties", {})
    for code in _repeated(fee.code for fee in service.fees):
        yield Fault("FEE_CODE_TWICE", f"fees.{code}", _("Mã khoản thu bị trùng."))
    for fee in service.fees:
        where = f"fees.{fee.code}"
        if fee.amount is None and fee.moment is FeeMoment.BEFORE:
            yield Fault("FEE_WITHOUT_AMOUNT", where, _("Khoản thu khi nộp hồ sơ phải có mức thu."))
        if fee.amount is not None and fee.amount < 0:
            yield Fault("FEE_NEGATIVE", where, _("Mức thu không được âm."))
        for field in (fee.quantity_field, fee.multiplier_field):
            if field is not None and properties.get(field, {}).get("type") != "integer":
                yield Fault("FEE_QUANTITY_UNKNOWN", where, _("Mục số lượng của khoản thu không có trong biểu mẫu."))
        for condition in (fee.condition, *(item.when for item in fee.exemptions)):
            if condition is not None:
                yield from _condition(service.form, where, condition)


def _components(service: ServiceDefinition) -> Iterator[Fault]:
    for code in _repeated(item.code for item in service.components):
        yield Fault("COMPONENT_CODE_TWICE", f"components.{code}", _("Mã thành phần hồ sơ bị trùng."))
    for item in service.components:
        if not item.accepts:
            yield Fault("COMPONENT_ACCEPTS_NOTHING", f"components.{item.code}", _("Thành phần chưa có loại tệp."))
        if item.when is not None:
            yield from _condition(service.form, f"components.{item.code}", item.when)


def _condition(form: Form, where: str, condition: JsonSchema) -> Iterator[Fault]:
    """A condition must be a schema, and speak of fields that the form has."""
    if not _compiles(condition):
        yield Fault("CONDITION_INVALID", where, _("Điều kiện không hợp lệ."))
    for name in sorted(_fields_in(condition) - set(form.schema.get("properties", {}))):
        yield Fault("CONDITION_FIELD_UNKNOWN", f"{where}.{name}", _("Điều kiện nói đến mục không có trong biểu mẫu."))


def _fields_in(condition: Any) -> set[str]:
    """Names of form fields that a condition speaks of, through `allOf`, `anyOf`, `not` and the like."""
    if not isinstance(condition, dict):
        return set()
    names = set(condition.get("properties", {})) | set(condition.get("required", []))
    for key in ("allOf", "anyOf", "oneOf"):
        for part in condition.get(key, []):
            names |= _fields_in(part)
    return names | _fields_in(condition.get("not"))


def _compiles(schema: JsonSchema) -> bool:
    try:
        validator(schema)
    except ValueError:
        return False
    return True


def _repeated(codes: Iterator[str]) -> list[str]:
    return sorted(code for code, times in Counter(codes).items() if times > 1)


_CHECKS: tuple[Callable[[ServiceDefinition], Iterator[Fault]], ...] = (_main, _process, _form, _fees, _components)
