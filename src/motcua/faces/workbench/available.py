"""Which acts an officer has on a dossier now: by the rule table and the access policy, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import EDGES, OWNER, PRODUCT, State, verbs_from
from motcua.domain.organisations import access
from motcua.domain.organisations.access import Acting
from motcua.faces.lacking_rights import LackingRight, lacking_in

ACT_NAMES: dict[str, str | Promise] = {
    "receive": _("Tiếp nhận hồ sơ"),
    "start": _("Bắt đầu xử lý"),
    "propose": _("Trình phê duyệt"),
    "approve": _("Phê duyệt và ban hành kết quả"),
    "return_result": _("Trả kết quả"),
    "ask_supplement": _("Yêu cầu bổ sung"),
    "ask_payment": _("Xác định nghĩa vụ tài chính"),
    "send_back": _("Trả lại bước xử lý"),
    "transfer": _("Chuyển đơn vị khác"),
    "pause": _("Tạm dừng"),
    "resume": _("Tiếp tục xử lý"),
    "refuse_intake": _("Từ chối tiếp nhận"),
    "refuse": _("Từ chối giải quyết"),
}
"""In the order of the screen: the way forward first."""


@dataclass(frozen=True)
class AvailableAct:
    """An act that the state allows; `allowed` whether this officer may do it, else `why_not` in words."""

    verb: str
    name: str | Promise
    allowed: bool
    why_not: str
    reason: bool
    primary: bool
    lacking: LackingRight | None = None


@dataclass(frozen=True)
class Acts:
    """The acts of a state: those this officer may do, the way forward first, and those they may not, with why."""

    allowed: list[AvailableAct]
    refused: list[AvailableAct]


def available_acts(acting: Acting, dossier: Dossier) -> Acts:
    """The acts of the dossier's state in screen order; at most one is primary."""
    may_ask = not access.reads_only(acting)
    possible = verbs_from(State(dossier.state))
    acts: list[AvailableAct] = []
    for verb, name in ACT_NAMES.items():
        edge = EDGES[verb]
        if verb not in possible or edge.action in (OWNER, PRODUCT):
            continue
        explanation = access.explain(acting, edge.action, dossier)
        primary = explanation.allowed and not edge.reason and not any(act.primary for act in acts)
        why_not = "" if explanation.allowed else explanation.words
        lacking = None if explanation.allowed or not may_ask else lacking_in(edge.action, explanation)
        acts.append(AvailableAct(verb, name, explanation.allowed, why_not, edge.reason, primary, lacking))
    return Acts([act for act in acts if act.allowed], [act for act in acts if not act.allowed])
