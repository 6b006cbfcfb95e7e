"""What a page says when the product itself fails, in the words of what the person was doing (POR-13).

A crash may come after the act was committed, so nothing here claims that nothing happened: it says what is safe to do.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class FailureWords:
    """What happened and what to do next."""

    what: str | Promise
    what_next: str | Promise


_ANYWHERE = FailureWords(
    _("Hệ thống gặp sự cố, yêu cầu chưa được thực hiện"),
    _("Ông/Bà vui lòng thử lại sau ít phút hoặc gọi tổng đài 1800.1096 và đọc mã hỗ trợ dưới đây."),
)
_SUBMISSION = FailureWords(
    _("Hệ thống gặp sự cố nên chưa xác nhận được việc nộp hồ sơ"),
    _(
        "Những gì Ông/Bà đã khai vẫn được lưu. Ông/Bà chờ ít phút rồi mở lại bản nháp và bấm nộp lần nữa: "
        "hệ thống không tạo hai hồ sơ. Nếu vẫn không được, Ông/Bà gọi tổng đài 1800.1096 và đọc mã hỗ trợ dưới đây."
    ),
)
_PAYMENT = FailureWords(
    _("Hệ thống gặp sự cố nên chưa hiện được tình trạng thanh toán"),
    _(
        "Nếu tài khoản của Ông/Bà đã bị trừ tiền, Ông/Bà không nộp lại: hệ thống tự hỏi ngân hàng và ghi nhận. "
        "Nếu chưa, Ông/Bà thử lại sau ít phút, hoặc gọi tổng đài 1800.1096 và đọc mã hỗ trợ dưới đây."
    ),
)
_LOOKUP = FailureWords(
    _("Hệ thống gặp sự cố nên chưa tra cứu được hồ sơ"),
    _(
        "Hồ sơ của Ông/Bà không bị ảnh hưởng. Ông/Bà tra cứu lại sau ít phút, "
        "hoặc gọi tổng đài 1800.1096 và đọc mã hồ sơ cùng mã hỗ trợ dưới đây."
    ),
)

_BY_VIEW = {
    **dict.fromkeys(["portal:check", "portal:begin", "portal:application", "portal:section"], _SUBMISSION),
    **dict.fromkeys(["portal:papers", "portal:submitted"], _SUBMISSION),
    **dict.fromkeys(["portal:pay", "portal:back_from_bank", "portal:my_payments", "portal:payment_state"], _PAYMENT),
    **dict.fromkeys(["portal:lookup", "portal:found"], _LOOKUP),
}


def failure_words(request: HttpRequest) -> FailureWords:
    """The words for the page that was asked for; asks neither session nor database.

    What fails before the address is looked up (a middleware) is told in the same words.
    """
    match = request.resolver_match
    if match is None:
        with suppress(Resolver404):
            match = resolve(request.path_info)
    return _BY_VIEW.get(match.view_name, _ANYWHERE) if match else _ANYWHERE
