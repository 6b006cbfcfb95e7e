"""What a service's definition says, in words of the page's language."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from motcua.domain.catalogue.definition import (
    Audience,
    Channel,
    Component,
    FeeMoment,
    FeeRule,
    Level,
    OnlineLevel,
    ServiceDefinition,
    TimeLimit,
    TimeUnit,
)
from motcua.faces.language import in_language
from motcua.foundation.money import format_dong

register = template.Library()

ONLINE_LEVELS: dict[OnlineLevel, str | Promise] = {
    OnlineLevel.FULL: gettext_lazy("Toàn trình"),
    OnlineLevel.PARTIAL: gettext_lazy("Một phần"),
    OnlineLevel.NONE: gettext_lazy("Chỉ cung cấp thông tin"),
}
CHANNELS: dict[Channel, str | Promise] = {
    Channel.ONLINE: gettext_lazy("Trực tuyến"),
    Channel.DIRECT: gettext_lazy("Trực tiếp tại bộ phận một cửa"),
    Channel.POSTAL: gettext_lazy("Qua bưu chính công ích"),
}
AUDIENCES: dict[Audience, str | Promise] = {
    Audience.CITIZEN: gettext_lazy("Công dân Việt Nam"),
    Audience.ORGANISATION: gettext_lazy("Doanh nghiệp, tổ chức"),
    Audience.FOREIGNER: gettext_lazy("Người nước ngoài"),
}
LEVELS: dict[Level, str | Promise] = {
    Level.COMMUNE: gettext_lazy("Cấp xã"),
    Level.PROVINCE: gettext_lazy("Cấp tỉnh"),
    Level.MINISTRY: gettext_lazy("Cấp bộ"),
    Level.OTHER: gettext_lazy("Cơ quan khác"),
}
LOCALITIES: dict[Level, str | Promise] = {
    Level.COMMUNE: gettext_lazy("Mọi xã, phường, đặc khu"),
    Level.PROVINCE: gettext_lazy("Mọi tỉnh, thành phố"),
    Level.MINISTRY: gettext_lazy("Toàn quốc, tại bộ"),
    Level.OTHER: gettext_lazy("Theo cơ quan thực hiện"),
}
MEDIA: dict[str, str] = {
    "application/pdf": "PDF",
    "image/jpeg": "JPG",
    "image/png": "PNG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}


@register.filter
def named(thing: Any) -> str:
    """The name of anything of the catalogue that has one in both languages."""
    return in_language(thing.name, thing.name_en)


@register.filter
def limit_words(limit: TimeLimit) -> str:
    """`3 ngày làm việc`, `20 ngày`, `1 tháng`."""
    count = {"count": limit.amount}
    match limit.unit:
        case TimeUnit.WORKING_DAY:
            return ngettext("%(count)d ngày làm việc", "%(count)d ngày làm việc", limit.amount) % count
        case TimeUnit.DAY:
            return ngettext("%(count)d ngày", "%(count)d ngày", limit.amount) % count
        case TimeUnit.HOUR:
            return ngettext("%(count)d giờ làm việc", "%(count)d giờ làm việc", limit.amount) % count
        case TimeUnit.MONTH:
            return ngettext("%(count)d tháng", "%(count)d tháng", limit.amount) % count


@register.filter
def fee_amount(fee: FeeRule) -> str:
    """What one unit costs, or that the agency assesses it."""
    if fee.amount is None:
        return _("Theo thông báo của cơ quan giải quyết")
    amount = format_dong(fee.amount) if fee.amount else _("Miễn phí")
    return _("%(amount)s mỗi đơn vị") % {"amount": amount} if fee.quantity_field and fee.amount else amount


@register.filter
def fee_moment(fee: FeeRule) -> str:
    """When it is paid."""
    return _("Nộp khi nộp hồ sơ") if fee.moment is FeeMoment.BEFORE else _("Nộp khi cơ quan thông báo")


@register.filter
def fee_glance(service: ServiceDefinition) -> str:
    """The cost in one glance: free, one amount, a range, assessed, or only in some cases."""
    if not service.fees:
        return _("Không thu phí, lệ phí")
    if all(fee.condition for fee in service.fees):
        return _("Tùy trường hợp")
    amounts = [fee.amount for fee in service.fees if fee.amount is not None and not fee.condition]
    if not amounts:
        return _("Theo thông báo của cơ quan giải quyết")
    lowest, highest = min(amounts), max(amounts)
    if lowest == highest:
        return format_dong(lowest) if lowest else _("Không thu phí, lệ phí")
    return _("Từ %(lowest)s đến %(highest)s") % {"lowest": format_dong(lowest), "highest": format_dong(highest)}


@register.filter
def online_level(level: OnlineLevel) -> str:
    return str(ONLINE_LEVELS[level])


@register.filter
def channels(found: tuple[Channel, ...]) -> str:
    return ", ".join(str(CHANNELS[item]) for item in found)


@register.filter
def audiences(found: tuple[Audience, ...]) -> str:
    return ", ".join(str(AUDIENCES[item]) for item in found)


@register.filter
def level_name(level: Level) -> str:
    return str(LEVELS[level])


@register.filter
def localities(level: Level) -> str:
    return str(LOCALITIES[level])


@register.filter
def copies_words(component: Component) -> str:
    """`1 bản chính`, `1 bản chính, 2 bản sao`."""
    parts: list[str] = []
    if component.originals:
        parts.append(_("%(count)d bản chính") % {"count": component.originals})
    if component.copies:
        parts.append(_("%(count)d bản sao") % {"count": component.copies})
    return ", ".join(parts)


@register.filter
def media_names(accepts: tuple[str, ...]) -> str:
    """`PDF, JPG, PNG`: the kinds of file that a component takes."""
    return ", ".join(MEDIA.get(item, item) for item in accepts)


@register.filter
def titled(section: Any) -> str:
    """The title of a section of a form."""
    return in_language(section.title, section.title_en)
