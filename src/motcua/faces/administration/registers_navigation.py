"""The navigation entries of the registers of account defects, coverage and systems, and of the diagnostic."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from motcua.faces.administration.entries import EVERY_OFFICER, Entry

ENTRIES = [
    Entry(
        _("Vướng mắc tài khoản"),
        _("Thiếu tài khoản, sai quyền, không đăng nhập được, không thấy hồ sơ: từ khi ghi nhận đến khi xong."),
        "administration:defects",
        EVERY_OFFICER,
    ),
    Entry(
        _("Chẩn đoán quyền"),
        _("Tài khoản được hay không được làm một việc, theo quyền nào, còn thiếu gì và ai cấp được."),
        "administration:diagnosis",
        EVERY_OFFICER,
    ),
]
