"""The matrix's lines for administration pages (`/can-bo/quan-tri/…`); how to write one stands in `table.py`."""

from __future__ import annotations

from collections.abc import Callable

from motcua.foundation import clock
from tests.access.expectations import Applicants, Expect, Right, Shows, Somewhere, Staff
from tests.access.registers import REGISTERS
from tests.access.world import Caller, Office

UNIT, SEE_ACCOUNT = Right("unit.view"), Right("account.view")


def _commune(office: Office) -> str:
    """The link to the office's unit; a refusal may name the caller's own unit, and links to none."""
    return f'/can-bo/quan-tri/don-vi/{office.commune.pk}"'


def _reason(_office: Office) -> dict[str, str]:
    return {"reason": "Quyết định 12/QĐ-UBND"}


def _asked(office: Office) -> dict[str, str]:
    return {"unit": office.commune.code, "reason": "Quyết định 12/QĐ-UBND"}


def _request(kind: str) -> Callable[[Office], object]:
    name = {"tai-khoan": "request_id", "quyen": "proposed_id"}[kind]
    return lambda office: office.names[name]


def _hidden_without(action: str) -> Callable[[Caller], int]:
    """403 for who holds the action nowhere; who holds it elsewhere does not learn that the object exists (404)."""
    return lambda caller: 404 if caller.holds_somewhere(action) else 403


FILES = (("tai-khoan", "account.view", "account.create"), ("don-vi", "unit.view", "unit.manage"))


def _file_lines(kind: str, view: str, change: str) -> list[Expect]:
    """Files of accounts and of units. Another's file is not found, also by who may import."""
    names, may_change = {"kind": kind}, Somewhere((change,))
    return [
        Expect("GET administration:import_file", may_change, names=names, refused=403),
        Expect("POST administration:import_file", may_change, names=names, refused=403, answer=422),
        Expect(
            "POST administration:commit_file", may_change, names=names, refused=403, answer=404,
            sends=lambda office: {"file": str(office.names["file_id"])},
        ),
        Expect("GET administration:export_file", Somewhere((view,)), names=names, refused=403),
        Expect("GET administration:template_file", may_change, names=names, refused=403),
    ]  # fmt: skip


ADMINISTRATION: list[Expect] = [
    Expect("GET administration:home", Staff(), refused=403),
    *REGISTERS,
    Expect(
        "GET administration:units", Somewhere(("unit.view",)), refused=403, sends=lambda _office: {"tim": "phuong"},
        shows=Shows(UNIT, _commune),
    ),
    Expect("GET administration:units_below", UNIT, refused=403),
    Expect("GET administration:unit", UNIT, refused=403),
    Expect("GET administration:partner_keys", Somewhere(("account.grant",)), refused=403, answer=404,
           names={"account_id": lambda office: office.names["draft_id"]}),
    *[
        Expect(
            f"POST administration:{name}_partner_key", Somewhere(("account.grant",)), refused=403, answer=404,
            names=dict.fromkeys(("account_id", "key_id"), lambda office: office.names["draft_id"]),
        )
        for name in ("issue", "rotate", "revoke")
    ],
    Expect("GET administration:audit", Somewhere(("audit.view",)), refused=403),
    Expect("GET administration:security", Somewhere(("security.handle",)), refused=403),
    Expect("GET administration:add_unit", Right("unit.manage"), refused=403),
    Expect(
        "POST administration:add_unit", Right("unit.manage"), refused=403, answer=302,
        sends=lambda office: {
            "code": "X99.1", "name": "Phòng Kinh tế", "kind": "DEPARTMENT", "on": str(clock.today()),
        },
    ),
    Expect(
        "POST administration:change_unit", Right("unit.manage"), names={"change": "doi-ten"}, refused=403, answer=302,
        sends=lambda office: {"name": "Phường Tên Mới", "on": str(clock.today()), "reason": "Nghị quyết 5"},
    ),
    Expect(
        "GET administration:accounts", Somewhere(("account.view",)), refused=403,
        shows=Shows(SEE_ACCOUNT, lambda office: office.names["account_name"]),
    ),
    Expect("GET administration:account", SEE_ACCOUNT, refused=_hidden_without("account.view")),
    Expect("GET administration:open_account", Somewhere(("account.create",)), refused=403),
    Expect(
        "POST administration:open_account", Right("account.create"), refused=403, answer=302,
        sends=lambda office: {"display_name": "Lê Thị Hoa", "unit": office.commune.code},
    ),
    Expect("GET administration:open_inspection", Somewhere(("account.create",)), refused=403),
    Expect(
        "POST administration:open_inspection", Right("account.create"), refused=403, answer=302,
        sends=lambda office: {
            "display_name": "Đoàn khảo sát", "unit": office.commune.code, "localities": office.commune.code,
            "role": "MONITOR", "first_day": str(clock.today()), "last_day": str(clock.today()), "reason": "Kế hoạch 5",
        },
    ),
    Expect(
        "POST administration:review", Right("account.suspend"), refused=403, answer=302,
        sends=lambda office: {"account": [str(office.names["account_id"])]},
    ),
    Expect(
        "POST administration:give", Right("account.grant"), refused=403, answer=302,
        sends=lambda office: {"role": "RETURN", "unit": office.commune.code, "reason": "Quyết định 12"},
    ),
    Expect("POST administration:revoke", Right("account.grant"), refused=403, answer=302, sends=_reason),
    *[
        Expect(
            "POST administration:change_account", Right("account.suspend"), names={"verb": verb}, refused=403,
            answer=302, sends=_reason,
        )
        for verb in ("suspend", "leave")
    ],
    Expect(
        "POST administration:link", Right("account.create"), refused=403, answer=302,
        sends=lambda office: {"citizen_id": "001190999741"},
    ),
    Expect("GET administration:requests", Somewhere(("account.view",)), refused=403),
    *[
        Expect(
            "POST administration:decide", Right("account.create"), refused=403, answer=302, sends=_reason,
            names={"kind": kind, "decision": decision, "request_id": _request(kind)},
        )
        for kind in ("tai-khoan", "quyen") for decision in ("chap-thuan", "tu-choi")
    ],
    Expect("GET administration:ask_for", Somewhere(("account.create",)), refused=403),
    Expect(
        "POST administration:ask_for", Right("account.create"), refused=403, answer=302,
        sends=lambda office: {"display_name": "Lê Thị Hoa", "roles": ["RETURN"], **_asked(office)},
    ),
    Expect("GET administration:ask", Applicants(), refused=403),
    Expect(
        "POST administration:ask", Applicants(), refused=403, answer=302,
        sends=lambda office: {"roles": ["RETURN"], **_asked(office)},
    ),
    *[line for kind, view, change in FILES for line in _file_lines(kind, view, change)],
]  # fmt: skip
