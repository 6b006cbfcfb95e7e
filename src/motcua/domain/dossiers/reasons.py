"""A substantive reason, checked once for every channel (DOS-02, F-19)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.rules import ReasonCode, substantive
from motcua.foundation.errors import FieldError, Invalid
from motcua.foundation.text import normalise


@dataclass(frozen=True)
class Reason:
    """A reason that passed the check; the applicant sees it."""

    code: ReasonCode
    text: str


def checked(code: str, text: str) -> Reason:
    """The reason if its code is known and its text says something; else Invalid REASON_REQUIRED, all errors."""
    errors: list[FieldError] = []
    known = code in set(ReasonCode)
    if not known:
        errors.append(FieldError("reason_code", "REASON_CODE", _("Chọn một lý do trong danh sách")))
    clean = normalise(text).strip()
    if not substantive(clean):
        message = _(
            "Nêu rõ lý do để người nộp hồ sơ hiểu và biết phải làm gì (ít nhất 10 chữ cái, không ghi chung chung)"
        )
        errors.append(FieldError("reason_text", "REASON_TEXT", message))
    if errors:
        raise Invalid("REASON_REQUIRED", _("Phải nêu rõ lý do"), errors=errors)
    return Reason(ReasonCode(code), clean)
