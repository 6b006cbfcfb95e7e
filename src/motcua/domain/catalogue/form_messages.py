"""What a schema's refusal means to the person: a stable code and a sentence that says how to mend it (FRM-10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Said = tuple[str, Any]  # code, and a sentence translated when it is shown

REQUIRED: Said = ("REQUIRED", _("Ông/Bà chưa điền mục “{title}”."))
UNKNOWN_FIELD: Said = ("UNKNOWN_FIELD", _("Mẫu này không có mục “{title}”, vui lòng bỏ mục này."))
DATE_IN_FUTURE: Said = ("DATE_IN_FUTURE", _("“{title}” không được sau ngày hôm nay."))
DATE_IN_PAST: Said = ("DATE_IN_PAST", _("“{title}” không được trước ngày hôm nay."))
KIND_NOT_ACCEPTED: Said = (
    "IDENTITY_KIND_NOT_ACCEPTED",
    _("Loại giấy tờ này không dùng được ở mục “{title}”, vui lòng chọn loại khác."),
)
NOT_A_FORM: Said = ("WRONG_TYPE", _("Dữ liệu biểu mẫu phải là một đối tượng gồm tên mục và giá trị."))
_ANY: Said = ("INVALID", _("Mục “{title}” chưa đúng. {help}"))

_TYPES: dict[str, Said] = {
    "integer": ("WRONG_TYPE", _("“{title}” phải là số nguyên, không có dấu chấm hoặc phẩy.")),
    "boolean": ("WRONG_TYPE", _("“{title}” chỉ nhận có hoặc không.")),
    "object": ("WRONG_TYPE", _("“{title}” phải có loại giấy tờ và số giấy tờ.")),
}
_TEXT_EXPECTED: Said = ("WRONG_TYPE", _("“{title}” phải là chữ."))
_FORMATS: dict[str, Said] = {
    "date": ("DATE_MALFORMED", _("“{title}” phải là một ngày có thật, nhập ngày/tháng/năm.")),
    "phone": ("PHONE_MALFORMED", _("“{title}” chưa đúng, vui lòng nhập dạng 0912 345 678 hoặc +84 912 345 678.")),
    "email": ("EMAIL_MALFORMED", _("“{title}” chưa đúng, vui lòng nhập dạng ten@vidu.vn.")),
    "province-code": ("PROVINCE_UNKNOWN", _("Vui lòng chọn tỉnh, thành phố trong danh sách ở mục “{title}”.")),
    "commune-code": ("COMMUNE_UNKNOWN", _("Vui lòng chọn xã, phường, đặc khu trong danh sách ở mục “{title}”.")),
}
_LIMITS: dict[str, Said] = {
    "maxLength": ("TOO_LONG", _("“{title}” dài quá {limit} ký tự, vui lòng rút gọn.")),
    "minLength": ("TOO_SHORT", _("“{title}” cần ít nhất {limit} ký tự.")),
    "minimum": ("TOO_SMALL", _("“{title}” không được nhỏ hơn {limit}.")),
    "exclusiveMinimum": ("TOO_SMALL", _("“{title}” phải lớn hơn {limit}.")),
    "maximum": ("TOO_LARGE", _("“{title}” không được lớn hơn {limit}.")),
    "exclusiveMaximum": ("TOO_LARGE", _("“{title}” phải nhỏ hơn {limit}.")),
}
_CHOICE: Said = ("NOT_IN_LIST", _("Vui lòng chọn một giá trị trong danh sách ở mục “{title}”."))
_PATTERN: Said = ("MALFORMED", _("“{title}” chưa đúng dạng. {help}"))

_BY_KEYWORD: dict[str, Callable[[Any], Said]] = {
    "required": lambda kind: REQUIRED,
    "type": lambda kind: _TYPES.get(kind.types[0], _TEXT_EXPECTED),
    "format": lambda kind: _FORMATS.get(kind.format, _ANY),
    "enum": lambda kind: _CHOICE,
    "const": lambda kind: _CHOICE,
    "pattern": lambda kind: _PATTERN,
}


def of_error(kind: Any, title: str | Promise, help_text: str | Promise) -> Said:
    """The code and sentence for one refusal of the validator (`kind` is a `ValidationErrorKind`)."""
    if kind.name in _LIMITS:
        code, sentence = _LIMITS[kind.name]
        return code, format_lazy(sentence, title=title, limit=kind.limit)
    return fill(_BY_KEYWORD.get(kind.name, lambda kind: _ANY)(kind), title, help_text)


def fill(said: Said, title: str | Promise, help_text: str | Promise = "") -> Said:
    """The sentence with the field's title (and help) put in, still translated only when shown."""
    return said[0], format_lazy(said[1], title=title, help=help_text)
