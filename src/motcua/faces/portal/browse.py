"""The front page and the ways to a service without searching: by life event and by field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from motcua.domain.catalogue.queries import CurrentService, submittable_services
from motcua.domain.organisations.queries import field_names
from motcua.faces.language import in_language
from motcua.foundation.text import sort_key

ICONS = {
    "Có con nhỏ": "baby",
    "Hôn nhân và gia đình": "rings",
    "Cư trú và giấy tờ tùy thân": "home",
    "Chứng thực": "stamp",
    "Thành lập doanh nghiệp, hộ kinh doanh": "shop",
    "Phương tiện và người lái": "car",
    "Hộ chiếu": "passport",
    "Việc làm": "work",
    "Tiếp cận đất đai": "land",
    "Bảo hiểm xã hội": "shield",
    "Người thân qua đời": "candle",
    "Cải chính, trích lục hộ tịch": "file",
}
_ON_FRONT_PAGE = 12


@dataclass(frozen=True)
class Group:
    """Services that belong together, with the icon of their tile."""

    name: str
    services: Sequence[CurrentService]
    icon: str

    @property
    def title(self) -> str:
        """The name in the language of the page (life events are translated by the catalogue)."""
        return gettext(self.name)

    @property
    def template(self) -> str:
        return f"icons/{self.icon}.svg"


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """Search first, then what people come for most."""
    events = by_life_event(submittable_services())
    known = [group for group in events if group.name in ICONS]
    return render(request, "portal/home.html", {"events": known[:_ON_FRONT_PAGE]})


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Every service that takes dossiers, by life event or (`?theo=linh-vuc`) by field; one group with `?nhom=`."""
    services = submittable_services()
    by_field = request.GET.get("theo") == "linh-vuc"
    groups = _by_field(services) if by_field else by_life_event(services)
    wanted = request.GET.get("nhom")
    chosen = [group for group in groups if group.name == wanted] if wanted else groups
    return render(request, "portal/browse.html", {"groups": chosen, "wanted": wanted, "by_field": by_field})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to search, submit, pay and follow; whom to call."""
    return render(request, "portal/help.html")


def service_names() -> dict[str, str]:
    """Code → name, in the language of the page, of every service that takes dossiers now; one statement."""
    found = submittable_services()
    return {item.code: in_language(item.definition.name, item.definition.name_en) for item in found}


def by_life_event(services: Iterable[CurrentService]) -> list[Group]:
    """The services of each life event, events with a tile first, as the list of tiles orders them."""
    order = {name: place for place, name in enumerate(ICONS)}
    groups = _grouped((event, service) for service in services for event in service.definition.life_events)
    return sorted(groups, key=lambda group: (order.get(group.name, len(order)), sort_key(group.name)))


def _by_field(services: Iterable[CurrentService]) -> list[Group]:
    names = field_names()
    groups = _grouped((names.get(service.field_id or 0, ""), service) for service in services)
    return sorted(groups, key=lambda group: sort_key(group.name))


def _grouped(pairs: Iterable[tuple[str, CurrentService]]) -> list[Group]:
    held: dict[str, list[CurrentService]] = {}
    for name, service in pairs:
        held.setdefault(name, []).append(service)
    return [Group(name, services, ICONS.get(name, "file")) for name, services in held.items() if name]
