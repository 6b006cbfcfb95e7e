"""The matrix's lines for the registers of account defects, coverage and systems, and for the diagnostic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.access.expectations import CHANGING_ROLES, Audience, Expect, Right, Shows, Somewhere, Staff
from tests.access.world import Caller, Office


@dataclass(frozen=True)
class Askers(Audience):
    """Officers who may ask for a right of their own: all but those whose rights only read."""

    def admits(self, caller: Caller, office: Office) -> bool:
        rights = caller.roles if caller.in_force else frozenset()
        return Staff().admits(caller, office) and (not rights or bool(rights & CHANGING_ROLES))


def officers_learn_nothing(caller: Caller) -> int:
    """403 for who is no officer at all; an officer does not learn that the object exists (404)."""
    return 404 if caller.principal is not None and caller.principal.is_staff else 403


def _asked(office: Office) -> dict[str, Any]:
    return {"action": "dossier.receive", "unit": office.commune.code}


def _question(office: Office) -> dict[str, Any]:
    return {"chuc-nang": "dossier.receive", "don-vi": office.commune.code}


def _reported(office: Office) -> dict[str, Any]:
    who = {"person": "Nguyễn Văn Mới", "unit": office.commune.code}
    return {"kind": "MISSING", "system": "FEEDBACK", "words": "Đã cấp", **who}


DEFECT = Right("account_defect.view")
REGISTERS: list[Expect] = [
    Expect("GET administration:diagnosis", Staff(), refused=403, sends=_question),
    Expect("POST administration:request_right", Askers(), refused=403, sends=_asked, answer=302),
    Expect("GET administration:card", Right("account.view"), refused=officers_learn_nothing),
    Expect(
        "GET administration:defects", Staff(), refused=403,
        shows=Shows(DEFECT, lambda office: office.names["defect_of"]),
    ),
    Expect("GET administration:report_defect", Somewhere(("account_defect.report",)), refused=403),
    Expect(
        "POST administration:report_defect", Right("account_defect.report"), refused=403, answer=302, sends=_reported
    ),
    Expect("GET administration:defect", DEFECT, refused=officers_learn_nothing),
    *[
        Expect(
            "POST administration:defect_step", Right(action), refused=403, answer=answer, sends=_reported,
            names={"verb": verb},
        )
        for verb, action, answer in (
            ("consolidate", "account_defect.consolidate", 302),
            ("forward", "account_defect.consolidate", 409),
            ("resolve", "account.grant", 302),
            ("refuse", "account.grant", 302),
            ("confirm", "account_defect.confirm", 409),
            ("reopen", "account_defect.confirm", 409),
        )
    ],
]  # fmt: skip
