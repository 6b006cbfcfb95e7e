"""The nation's codes: dossiers, procedures, services. Parsed once at the door, opaque afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from motcua.foundation.errors import Invalid
from motcua.foundation.text import normalise_line

_UNIT = r"[A-Z]\d{2}(?:\.\d{2,3}){0,4}"
_OLD_UNIT = r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}"
_DOSSIER = re.compile(rf"(?P<unit>{_UNIT})-(?P<day>\d{{6}})-(?P<tail>\d{{4,8}})", re.ASCII)
_OLD_DOSSIER = re.compile(rf"(?P<unit>{_OLD_UNIT})-(?P<day>\d{{6}})-(?P<tail>\d{{4,6}})", re.ASCII)
_PROCEDURE = re.compile(r"\d\.\d{6}", re.ASCII)
_SERVICE = re.compile(r"\d\.\d{6}\.\d{2}", re.ASCII)
_MAX_NUMBER_OF_A_DAY = 999_999


@dataclass(frozen=True, slots=True)
class DossierCode:
    """A dossier's permanent code (mã hồ sơ). `str()` is the key, `remittance` what survives a bank transfer.

    `tail` is kept as written: here it is the two digits of the central system and the day's running number; in codes
    of provincial systems it is the running number alone, of any length.
    """

    unit: str
    day: date
    tail: str

    def __str__(self) -> str:
        return f"{self.unit}-{self.day:%y%m%d}-{self.tail}"

    @property
    def remittance(self) -> str:
        """Letters and digits only, as a remittance text brings the code back (`H4201205260604010001`)."""
        return remittance_form(str(self))

    @classmethod
    def build(cls, unit: str, day: date, system: str, number: int) -> DossierCode:
        """`H42.012.05-260604-010001`: settling unit, day of reception, owner of the central system, running number.

        `unit`: identification code of the settling unit; `system`: two digits; `number`: 1, 2, 3 … within the day, at
        least four digits, longer if needed. ValueError on anything else: these come from us, not from people.
        Rule: Circular 04/2025/TT-VPCP, Article 23(2).
        """
        if not re.fullmatch(_UNIT, unit, re.ASCII):
            raise ValueError(f"not an identification code of a unit: {unit}")
        if not re.fullmatch(r"\d{2}", system, re.ASCII):
            raise ValueError(f"not the two digits of a central system: {system}")
        if not 1 <= number <= _MAX_NUMBER_OF_A_DAY:
            raise ValueError(f"running number out of range: {number}")
        return cls(unit, day, f"{system}{number:04d}")

    @classmethod
    def parse(cls, written: str) -> DossierCode:
        """Reads the central, the provincial and the old provincial form; any case, blanks around it ignored.

        Invalid DOSSIER_CODE_MALFORMED.
        """
        text = normalise_line(written).upper()
        match = _DOSSIER.fullmatch(text) or _OLD_DOSSIER.fullmatch(text)
        day = _day(match["day"]) if match else None
        if match is None or day is None:
            raise Invalid(
                "DOSSIER_CODE_MALFORMED",
                _("Mã hồ sơ chưa đúng. Ông/Bà xem mã in trên giấy tiếp nhận, ví dụ H42.012.05-260604-010001."),
                field="code",
            )
        return cls(match["unit"], day, match["tail"])


def remittance_form(text: str) -> str:
    """Capital letters and digits of `text`: what a bank leaves of a code (domain rule 2.1)."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def parse_procedure_code(written: str) -> str:
    """National code of a procedure, `1.004222`, without stray blanks. Invalid PROCEDURE_CODE_MALFORMED."""
    code = _compact(written)
    if not _PROCEDURE.fullmatch(code):
        raise Invalid("PROCEDURE_CODE_MALFORMED", _("Mã thủ tục hành chính có dạng 1.004222."), field="code")
    return code


def parse_service_code(written: str) -> str:
    """Code of a public service, `1.004222.01`, without stray blanks. Invalid SERVICE_CODE_MALFORMED."""
    code = _compact(written)
    if not _SERVICE.fullmatch(code):
        raise Invalid("SERVICE_CODE_MALFORMED", _("Mã dịch vụ công có dạng 1.004222.01."), field="code")
    return code


def procedure_of(service_code: str) -> str:
    """The procedure that a service belongs to: `1.004222.01` → `1.004222`."""
    return parse_service_code(service_code).rpartition(".")[0]


def _compact(written: str) -> str:
    return normalise_line(written).replace(" ", "")


def _day(yymmdd: str) -> date | None:
    try:
        return date(2000 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
    except ValueError:
        return None
