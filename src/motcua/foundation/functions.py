"""The seven core functions of the product, each with a switch of its own (POR-01).

An operator who must stop one — a partner's failure, an incident — switches it off; whoever asks for it is told so,
the health page names it, and the other six go on.
"""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.foundation.errors import DomainError
from motcua.foundation.policies import Policy


class Function(StrEnum):
    """What the portal must offer end to end."""

    LOG_IN = "log_in"
    SUBMIT = "submit"
    LOOK_UP = "look_up"
    PAY = "pay"
    RECEIVE = "receive"
    PROCESS = "process"
    RETURN = "return"


FUNCTION_NAMES: dict[Function, str | Promise] = {
    Function.LOG_IN: _("Đăng nhập"),
    Function.SUBMIT: _("Nộp hồ sơ"),
    Function.LOOK_UP: _("Tra cứu hồ sơ"),
    Function.PAY: _("Thanh toán trực tuyến"),
    Function.RECEIVE: _("Tiếp nhận hồ sơ"),
    Function.PROCESS: _("Xử lý hồ sơ"),
    Function.RETURN: _("Trả kết quả"),
}

SWITCHES: dict[Function, Policy[bool]] = {
    function: Policy(
        f"functions.{function.value}.enabled",
        True,
        description=f"Bật hoặc tắt một chức năng chính của Cổng: {name}",
    )
    for function, name in (
        (Function.LOG_IN, "đăng nhập"),
        (Function.SUBMIT, "nộp hồ sơ"),
        (Function.LOOK_UP, "tra cứu hồ sơ"),
        (Function.PAY, "thanh toán trực tuyến"),
        (Function.RECEIVE, "tiếp nhận hồ sơ"),
        (Function.PROCESS, "xử lý hồ sơ"),
        (Function.RETURN, "trả kết quả"),
    )
}


def require_on(function: Function) -> None:
    """Raises DomainError FUNCTION_OFF (503) where an operator has switched the function off."""
    if not SWITCHES[function].get():
        raise DomainError(
            "FUNCTION_OFF",
            _("Chức năng này đang tạm dừng: %(function)s") % {"function": FUNCTION_NAMES[function]},
            status=503,
            details={"function": function.value},
            what_next=_("Ông/Bà vui lòng quay lại sau hoặc gọi tổng đài 1800.1096 để được hướng dẫn."),
        )
