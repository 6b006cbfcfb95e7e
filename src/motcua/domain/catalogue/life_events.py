"""Life events (sự kiện cuộc đời) under which services are offered: the portal's own groups.

A definition names them by these Vietnamese names; faces translate the name as they show it.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as _

LIFE_EVENTS: Final[frozenset[str]] = frozenset(
    {
        _("Có con nhỏ"),
        _("Hôn nhân và gia đình"),
        _("Người thân qua đời"),
        _("Cải chính, trích lục hộ tịch"),
        _("Giám hộ"),
        _("Nhận cha, mẹ, con"),
        _("Nuôi con nuôi"),
        _("Chứng thực"),
        _("Cư trú và giấy tờ tùy thân"),
        _("Căn cước"),
        _("Hộ chiếu"),
        _("Phương tiện và người lái"),
        _("Đăng ký phương tiện"),
        _("Tiếp cận đất đai"),
        _("Điện lực, nhà ở, đất đai"),
        _("Thành lập doanh nghiệp, hộ kinh doanh"),
        _("Thuế – hóa đơn"),
        _("Việc làm"),
        _("Cấp phép lao động cho NNN"),
        _("Bảo hiểm xã hội"),
        _("Sức khỏe và y tế"),
        _("Chính sách y tế"),
        _("Giảm nghèo"),
        _("Học tập"),
        _("Hưu trí"),
        _("Giải quyết khiếu kiện"),
    }
)
