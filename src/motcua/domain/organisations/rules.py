"""Roles, the actions they allow, where they may be given and by whom: data and pure functions.

Source of the table: role list of the requirements (ACC-02, ACC-03, ACC-05). A role that is not here does not
exist; an action that no role lists can be done by nobody but the owner of the object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class UnitKind(StrEnum):
    """What a unit of the tree is."""

    NATION = "NATION"
    MINISTRY = "MINISTRY"
    PROVINCE = "PROVINCE"
    DEPARTMENT = "DEPARTMENT"
    COMMUNE = "COMMUNE"
    DESK = "DESK"


class Level(StrEnum):
    """Level of handling (cấp xử lý)."""

    NATIONAL = "NATIONAL"
    MINISTRY = "MINISTRY"
    PROVINCE = "PROVINCE"
    COMMUNE = "COMMUNE"


class AccountKind(StrEnum):
    """Who stands behind an account."""

    PERSON = "PERSON"
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"


PARENT_KINDS: Final[dict[UnitKind, frozenset[UnitKind]]] = {
    UnitKind.NATION: frozenset(),
    UnitKind.MINISTRY: frozenset({UnitKind.NATION}),
    UnitKind.PROVINCE: frozenset({UnitKind.NATION}),
    UnitKind.DEPARTMENT: frozenset({UnitKind.MINISTRY, UnitKind.PROVINCE, UnitKind.DEPARTMENT, UnitKind.COMMUNE}),
    UnitKind.COMMUNE: frozenset({UnitKind.PROVINCE}),
    UnitKind.DESK: frozenset({UnitKind.MINISTRY, UnitKind.PROVINCE, UnitKind.DEPARTMENT, UnitKind.COMMUNE}),
}
"""Which kinds of unit may stand directly above which."""

LEVEL_OF: Final[dict[UnitKind, Level]] = {
    UnitKind.NATION: Level.NATIONAL,
    UnitKind.MINISTRY: Level.MINISTRY,
    UnitKind.PROVINCE: Level.PROVINCE,
    UnitKind.COMMUNE: Level.COMMUNE,
}
"""The level of handling a kind has by itself; a department and a desk have that of the unit above."""

GSO_DIGITS: Final[dict[UnitKind, int]] = {UnitKind.PROVINCE: 2, UnitKind.COMMUNE: 5}
"""Digits of the statistical code of a province and of a commune; other units have none."""

UNIT_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9.]{1,34}")
"""The shape of an identification code (QĐ 20/2020/QĐ-TTg); what its parts say is never read out of it."""


def fits_gso_code(kind: UnitKind, gso_code: str) -> bool:
    """Whether a unit of this kind may bear this statistical code (empty: none)."""
    return gso_code.isascii() and len(gso_code) == GSO_DIGITS.get(kind, 0) and (gso_code == "" or gso_code.isdecimal())


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that may be allowed: its code, its words, and whether it changes anything."""

    code: str
    words: Words
    changes: bool = True


def _actions(*entries: Action) -> dict[str, Action]:
    return {entry.code: entry for entry in entries}


ACTIONS: Final[dict[str, Action]] = _actions(
    Action("dossier.view", _("xem hồ sơ"), changes=False),
    Action("dossier.export", _("kết xuất danh sách hồ sơ"), changes=False),
    Action("dossier.create_at_counter", _("tiếp nhận trực tiếp hồ sơ tại bộ phận một cửa")),
    Action("dossier.receive", _("tiếp nhận hồ sơ")),
    Action("dossier.refuse_intake", _("từ chối tiếp nhận hồ sơ")),
    Action("dossier.ask_supplement", _("yêu cầu bổ sung hồ sơ")),
    Action("dossier.process", _("thẩm định, xử lý hồ sơ")),
    Action("dossier.pause", _("tạm dừng, tiếp tục xử lý hồ sơ")),
    Action("dossier.propose_result", _("trình kết quả giải quyết")),
    Action("dossier.transfer", _("chuyển hồ sơ")),
    Action("dossier.assess_fee", _("xác định nghĩa vụ tài chính")),
    Action("dossier.approve", _("phê duyệt kết quả giải quyết")),
    Action("dossier.refuse", _("từ chối giải quyết hồ sơ")),
    Action("dossier.reassign", _("phân công lại hồ sơ")),
    Action("dossier.return_result", _("trả kết quả giải quyết")),
    Action("identity_difference.view", _("xem sai khác dữ liệu định danh"), changes=False),
    Action("identity_difference.resolve", _("ghi nhận đính chính sai khác dữ liệu định danh")),
    Action("population.query", _("khai thác dữ liệu dân cư cho hồ sơ đang xử lý")),
    Action("payment.view", _("xem thông tin thanh toán"), changes=False),
    Action("payment.record_offline", _("ghi nhận thanh toán ngoài hệ thống")),
    Action("payment.reconcile", _("đối soát giao dịch")),
    Action("payment.settle", _("quyết toán giao dịch")),
    Action("payment.propose_refund", _("đề nghị hoàn tiền")),
    Action("payment.approve_refund", _("phê duyệt hoàn tiền")),
    Action("fee.edit", _("khai báo mã phí, tài khoản thụ hưởng")),
    Action("fee.check", _("kiểm soát mã phí, tài khoản thụ hưởng")),
    Action("unit.view", _("xem cây đơn vị"), changes=False),
    Action("unit.manage", _("quản lý cây đơn vị")),
    Action("account.view", _("xem tài khoản"), changes=False),
    Action("account.create", _("tạo tài khoản")),
    Action("account.suspend", _("tạm khóa, mở khóa tài khoản")),
    Action("account.grant", _("cấp, thu hồi quyền")),
    Action("account_defect.view", _("xem vướng mắc tài khoản"), changes=False),
    Action("account_defect.report", _("ghi nhận vướng mắc tài khoản")),
    Action("account_defect.consolidate", _("tổng hợp, chuyển vướng mắc tài khoản")),
    Action("account_defect.answer", _("trả lời vướng mắc tài khoản được chuyển đến")),
    Action("account_defect.confirm", _("xác nhận vướng mắc tài khoản đã được khắc phục")),
    Action("system.manage", _("quản lý danh sách hệ thống chuyên ngành")),
    Action("system_account.view", _("xem tài khoản trên hệ thống chuyên ngành"), changes=False),
    Action("system_account.record", _("ghi nhận tài khoản trên hệ thống chuyên ngành")),
    Action("catalogue.view_draft", _("xem bản nháp thủ tục, dịch vụ công"), changes=False),
    Action("catalogue.edit", _("soạn thảo thủ tục, dịch vụ công")),
    Action("catalogue.test", _("kiểm thử dịch vụ công")),
    Action("catalogue.publish", _("công khai thủ tục, dịch vụ công")),
    Action("catalogue.configure_locally", _("cấu hình áp dụng tại địa phương")),
    Action("message.view", _("xem tin nhắn đã gửi"), changes=False),
    Action("feedback.view", _("xem phản ánh, kiến nghị"), changes=False),
    Action("feedback.accept", _("tiếp nhận phản ánh, kiến nghị")),
    Action("feedback.forward", _("chuyển xử lý phản ánh, kiến nghị")),
    Action("feedback.answer", _("trả lời phản ánh, kiến nghị")),
    Action("feedback.publish", _("công khai kết quả trả lời")),
    Action("call.view", _("xem cuộc gọi, yêu cầu hỗ trợ"), changes=False),
    Action("call.handle", _("tiếp nhận, xử lý cuộc gọi")),
    Action("call.supervise", _("điều hành tổng đài")),
    Action("exchange.view", _("xem tình trạng đồng bộ"), changes=False),
    Action("exchange.operate", _("vận hành đồng bộ")),
    Action("exchange.send", _("gửi, nhận dữ liệu hồ sơ qua kết nối")),
    Action("issue.view", _("xem vướng mắc"), changes=False),
    Action("issue.report", _("ghi nhận vướng mắc")),
    Action("issue.coordinate", _("điều phối xử lý vướng mắc")),
    Action("issue.resolve", _("khắc phục vướng mắc")),
    Action("issue.test", _("kiểm tra kết quả khắc phục")),
    Action("statistics.view", _("xem thống kê"), changes=False),
    Action("statistics.export", _("kết xuất thống kê"), changes=False),
    Action("report.edit", _("lập báo cáo")),
    Action("report.approve", _("phê duyệt, phát hành báo cáo")),
    Action("finding.record", _("ghi nhận kết quả khảo sát")),
    Action("content.edit", _("biên tập nội dung hướng dẫn")),
    Action("audit.view", _("xem nhật ký kiểm toán"), changes=False),
    Action("security.handle", _("xử lý sự cố an toàn thông tin")),
    Action("policy.view", _("xem tham số vận hành"), changes=False),
    Action("policy.set", _("thay đổi tham số vận hành")),
)


@dataclass(frozen=True, slots=True)
class Role:
    """A role (vai trò): its actions, the levels of unit it may be given at, and the roles its holder may give."""

    code: str
    words: Words
    actions: frozenset[str]
    levels: frozenset[Level]
    gives: frozenset[str] = frozenset()


_ANY: Final = frozenset(Level)
_LOCAL: Final = frozenset({Level.PROVINCE, Level.COMMUNE})
_NATIONAL: Final = frozenset({Level.NATIONAL})
_MINISTRY: Final = frozenset({Level.MINISTRY})
_NOT_NATIONAL: Final = _ANY - _NATIONAL

_SEE_CASES: Final = ("dossier.view", "payment.view", "unit.view")
_SEE_DIFFERENCES: Final = ("identity_difference.view", "identity_difference.resolve")
_READ_ALL: Final = frozenset(code for code, action in ACTIONS.items() if not action.changes) - {
    "catalogue.view_draft",
    "policy.view",
    "audit.view",
}

_DEFECTS_OF_A_BRANCH: Final = ("account_defect.view", "account_defect.report", "account_defect.consolidate")

_UNIT_STAFF: Final = frozenset({
    "RECEPTION", "PROCESSOR", "APPROVER", "RETURN", "FINANCE_VIEW", "FEE_MAKER", "FEE_CHECKER", "REFUND_MAKER",
    "REFUND_APPROVER", "FBK_HANDLER", "FBK_PUBLISHER", "ISSUE_REPORTER", "MONITOR", "UNIT_ADMIN",
})  # fmt: skip


def _role(
    code: str, words: Words, actions: Iterable[str], levels: frozenset[Level], gives: Iterable[str] = ()
) -> tuple[str, Role]:
    chosen = frozenset(actions)
    unknown = chosen - ACTIONS.keys()
    if unknown:
        raise ValueError(f"role {code} names unknown actions {sorted(unknown)}")
    return code, Role(code, words, chosen, levels, frozenset(gives))


_TABLE: Final[dict[str, Role]] = dict([
    _role(
        "RECEPTION", _("Cán bộ tiếp nhận"),
        [*_SEE_CASES, "dossier.create_at_counter", "dossier.receive", "dossier.refuse_intake",
         "dossier.ask_supplement", *_SEE_DIFFERENCES, "population.query",
         "payment.record_offline", "issue.report"],
        _ANY,
    ),
    _role(
        "PROCESSOR", _("Cán bộ xử lý"),
        [*_SEE_CASES, "dossier.process", "dossier.pause", "dossier.ask_supplement", "dossier.assess_fee",
         "dossier.propose_result", "dossier.transfer", *_SEE_DIFFERENCES, "population.query", "issue.report"],
        _ANY,
    ),
    _role(
        "APPROVER", _("Lãnh đạo phê duyệt"),
        [*_SEE_CASES, "identity_difference.view", "dossier.approve", "dossier.refuse",
         "dossier.reassign", "dossier.export", "statistics.view"],
        _ANY,
    ),
    _role("RETURN", _("Cán bộ trả kết quả"), [*_SEE_CASES, "dossier.return_result", "issue.report"], _ANY),
    _role(
        "UNIT_ADMIN", _("Quản trị đơn vị"),
        ["unit.view", "unit.manage", "account.view", "account.create", "account.suspend", "account.grant",
         "account_defect.view", "account_defect.report", "account_defect.confirm", "system_account.view",
         "system_account.record", "statistics.view"],
        _NOT_NATIONAL, _UNIT_STAFF,
    ),
    _role(
        "PROVINCE_ACCOUNT_COORD", _("Điều phối tài khoản cấp tỉnh"),
        ["unit.view", "account.view", "account.create", "account.suspend", "account.grant", *_DEFECTS_OF_A_BRANCH,
         "system_account.view", "system_account.record", "issue.view"],
        frozenset({Level.PROVINCE}), _UNIT_STAFF,
    ),
    _role(
        "ACCOUNT_DESK", _("Đầu mối tài khoản quốc gia (C12, D01)"),
        ["unit.view", "account.view", "account.create", "account.suspend", "account.grant", "account_defect.view",
         "account_defect.answer", "system_account.view"],
        _NATIONAL, [*_UNIT_STAFF, "PROVINCE_ACCOUNT_COORD"],
    ),
    _role("MONITOR", _("Giám sát"), _READ_ALL, _ANY),
    _role(
        "SURVEYOR", _("Thành viên đoàn khảo sát"),
        ["dossier.view", "unit.view", "statistics.view", "issue.view", "finding.record"], _ANY,
    ),
    _role("CAT_EDITOR", _("Biên tập thủ tục, dịch vụ công"), ["catalogue.view_draft", "catalogue.edit"], _MINISTRY),
    _role("CAT_TESTER", _("Kiểm thử dịch vụ công"), ["catalogue.view_draft", "catalogue.test"], _MINISTRY),
    _role("CAT_PUBLISHER", _("Công khai dịch vụ công"), ["catalogue.view_draft", "catalogue.publish"], _MINISTRY),
    _role(
        "CAT_ADMIN", _("Quản trị danh mục của Bộ, ngành"),
        ["catalogue.view_draft", "unit.view", "account.view", "account.create", "account.suspend", "account.grant",
         *_DEFECTS_OF_A_BRANCH, "system.manage", "system_account.view", "system_account.record"],
        _MINISTRY, ["CAT_EDITOR", "CAT_TESTER", "CAT_PUBLISHER", "MONITOR", *_UNIT_STAFF],
    ),
    _role(
        "LOCAL_CONFIG", _("Cấu hình địa phương"),
        ["unit.view", "unit.manage", "catalogue.view_draft", "catalogue.configure_locally"],
        frozenset({Level.PROVINCE}),
    ),
    _role("FEE_MAKER", _("Khai báo phí, lệ phí"), ["fee.edit", "payment.view"], _ANY),
    _role("FEE_CHECKER", _("Kiểm soát phí, lệ phí"), ["fee.check", "payment.view"], _ANY),
    _role("FINANCE_VIEW", _("Theo dõi tài chính"), ["payment.view", "statistics.view"], _ANY),
    _role("RECON", _("Đối soát thanh toán"), ["payment.view", "payment.reconcile"], _NATIONAL),
    _role("SETTLE", _("Quyết toán"), ["payment.view", "payment.settle"], _NATIONAL),
    _role("REFUND_MAKER", _("Đề nghị hoàn tiền"), ["payment.view", "payment.propose_refund"], _ANY),
    _role("REFUND_APPROVER", _("Phê duyệt hoàn tiền"), ["payment.view", "payment.approve_refund"], _ANY),
    _role(
        "FBK_PROVINCE_RECEIVER", _("Tiếp nhận phản ánh, kiến nghị cấp tỉnh"),
        ["feedback.view", "feedback.accept", "feedback.forward"], frozenset({Level.PROVINCE}),
    ),
    _role(
        "FBK_MINISTRY_RECEIVER", _("Tiếp nhận phản ánh, kiến nghị của Bộ, ngành"),
        ["feedback.view", "feedback.accept", "feedback.forward"], _MINISTRY,
    ),
    _role("FBK_HANDLER", _("Xử lý phản ánh, kiến nghị"), ["feedback.view", "feedback.answer"], _NOT_NATIONAL),
    _role("FBK_PUBLISHER", _("Công khai trả lời"), ["feedback.view", "feedback.publish"], _NOT_NATIONAL),
    _role("CALL_AGENT", _("Điện thoại viên"), ["call.view", "call.handle", "issue.report"], _NATIONAL | _LOCAL),
    _role(
        "CALL_SUPERVISOR", _("Trưởng ca tổng đài"), ["call.view", "call.supervise", "statistics.view"],
        _NATIONAL | _LOCAL,
    ),
    _role("SYNC_OPERATOR", _("Vận hành đồng bộ"), ["exchange.view", "exchange.operate", "issue.report"], _ANY),
    _role("PARTNER_SYSTEM", _("Hệ thống kết nối"), ["exchange.send", "dossier.view"], _NOT_NATIONAL),
    _role("ISSUE_REPORTER", _("Ghi nhận vướng mắc"), ["issue.view", "issue.report"], _ANY),
    _role(
        "ISSUE_PROVINCE", _("Đầu mối vướng mắc cấp tỉnh"), ["issue.view", "issue.report", "issue.coordinate"],
        _LOCAL,
    ),
    _role("ISSUE_COORD", _("Điều phối vướng mắc"), ["issue.view", "issue.report", "issue.coordinate"], _NATIONAL),
    _role("ISSUE_OWNER", _("Đơn vị khắc phục"), ["issue.view", "issue.resolve"], _ANY),
    _role("ISSUE_TESTER", _("Kiểm tra khắc phục"), ["issue.view", "issue.test"], _ANY),
    _role("SEC_OFFICER", _("Cán bộ an toàn thông tin"), ["audit.view", "security.handle"], _NATIONAL),
    _role("REPORT_AUTHOR", _("Lập báo cáo"), ["statistics.view", "statistics.export", "report.edit"], _ANY),
    _role("REPORT_APPROVER", _("Phê duyệt báo cáo"), ["statistics.view", "report.approve"], _ANY),
    _role("CONTENT", _("Biên tập hướng dẫn"), ["content.edit"], _NATIONAL | _MINISTRY),
])  # fmt: skip

ROLES: Final[dict[str, Role]] = _TABLE | dict([
    _role(
        "SYSADMIN", _("Quản trị hệ thống"),
        ["policy.view", "policy.set", "unit.view", "unit.manage", "account.view", "account.create",
         "account.suspend", "account.grant", "account_defect.view", "account_defect.answer", "system.manage",
         "system_account.view", "system_account.record"],
        _NATIONAL, [*_TABLE, "SYSADMIN"],
    )
])  # fmt: skip
"""Every role. SYSADMIN opens units and accounts and reads no dossier."""


CHANGING_ROLES: Final = tuple(
    sorted(code for code, role in ROLES.items() if any(ACTIONS[action].changes for action in role.actions))
)
"""Codes of the roles with any action that changes something; who holds none of them only reads (ACC-05)."""


class UnknownAction(LookupError):
    """Code asked for an action that ACTIONS does not list: a slip of the programmer, answered by refusing."""


def roles_allowing(action: str) -> tuple[str, ...]:
    """Codes of the roles that allow `action`, sorted. Raises UnknownAction for a code outside ACTIONS."""
    if action not in ACTIONS:
        raise UnknownAction(action)
    return tuple(sorted(code for code, role in ROLES.items() if action in role.actions))


def roles_giving(role: str) -> tuple[str, ...]:
    """Codes of the roles whose holder may give `role` to others, sorted."""
    return tuple(sorted(code for code, holder in ROLES.items() if role in holder.gives))


@dataclass(frozen=True, slots=True)
class Authority:
    """What one administering grant lets its holder hand on: roles, and until when (None: without end)."""

    role: str
    field_id: int | None
    valid_until: datetime | None


def why_not_within(authority: Authority, role: str, field_id: int | None, valid_until: datetime | None) -> str | None:
    """The code of what makes the wanted grant exceed `authority`, or None where it stays within (ACC-03).

    The unit is not judged here: an authority is offered only where the unit lies in its subtree.
    """
    if role not in ROLES[authority.role].gives:
        return "ROLE"
    if authority.field_id is not None and field_id != authority.field_id:
        return "FIELD"
    if authority.valid_until is not None and (valid_until is None or valid_until > authority.valid_until):
        return "PERIOD"
    return None
