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


def _given(office: Office) -> dict[str, Any]:
    return {"province": str(office.world.province.pk), "purpose": "ADMIN", "reference": "quantri.01"}


def _registered(office: Office) -> dict[str, Any]:
    """Wrong on purpose: the nation owns no system, so that who may register is told so."""
    nation = office.world.province.parent
    assert nation is not None
    return {"code": "S", "name": "S", "owner": nation.code, "fields": ["G99"]}


UNLESS_LIMITED = (200, 404)
"""Accounts and systems lie in no field: a right limited to one opens the page's function and reaches nothing there."""
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
    *[
        Expect(f"GET administration:{name}", Somewhere(("account.view",)), refused=403)
        for name in ("coverage", "coverage_export", "staffing", "unattended")
    ],
    Expect(
        "GET administration:coverage_province", Somewhere(("account.view",)), refused=403, answer=UNLESS_LIMITED,
    ),
    Expect(
        "POST administration:staffing", Right("account.create"), refused=403, answer=302,
        sends=lambda office: {"unit": office.commune.code, "role": "RECEPTION", "needed": "3"},
    ),
    Expect("GET administration:systems", Somewhere(("system_account.view",)), refused=403),
    Expect(
        "POST administration:systems", Right("system.manage", national=True), refused=403, answer=422,
        sends=_registered,
    ),
    *[
        Expect(f"GET administration:{name}", Somewhere(("system_account.view",)), refused=403, answer=UNLESS_LIMITED)
        for name in ("system", "system_officers")
    ],
    Expect("POST administration:provide", Right("system_account.record"), refused=403, answer=302, sends=_given),
    Expect("POST administration:withdraw_provided", Right("system_account.record"), refused=403, answer=302),
    Expect(
        "POST administration:system_officers", Right("system_account.record"), refused=403, answer=302,
        sends=lambda office: {"account": str(office.names["account_id"]), "external": "x.01"},
    ),
    Expect("GET administration:enter_system", Staff(), refused=403, names={"code": lambda office: office.commune.code}),
]  # fmt: skip
