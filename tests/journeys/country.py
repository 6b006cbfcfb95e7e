"""The whole country, demonstration officers, a few services, and VNeID: what a journey from the front door needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from motcua.domain.catalogue import searching
from motcua.domain.catalogue import services as catalogue
from motcua.domain.catalogue.demonstration import procedures
from motcua.domain.catalogue.rules import Act
from motcua.domain.dossiers import calendars, routing, running_numbers
from motcua.domain.dossiers.reference import load_routes
from motcua.domain.organisations.models import Field, Unit
from motcua.domain.organisations.reference import load_reference_units
from motcua.domain.people import vneid as provider
from motcua.domain.people.demonstration import load_demonstration_accounts
from motcua.foundation import outbound
from motcua.foundation.actor import Actor
from motcua.simulators.testing import running

SECRET = "a-secret-for-journeys-0123456789abcdef"


def load_country(*codes: str) -> None:
    """Reference data as an installation has it, the demonstration officers, and the procedures of these codes."""
    for forget in (running_numbers.forget, calendars.forget, routing.locality_id_of.cache_clear, searching.forget):
        forget()
    load_reference_units()
    load_routes()
    load_demonstration_accounts()
    for item in procedures():
        if item.code in codes:
            _publish(item)


def _publish(item: Any) -> None:
    actor = Actor.job("journey")
    owner = Unit.objects.get(code=item.owner.code)
    lies_in, _new = Field.objects.get_or_create(code=item.field.code, defaults={"name": item.field.name})
    procedure = catalogue.install_procedure(
        actor, item.code, item.text(), owner_id=owner.pk, field_id=lies_in.pk, source="demonstration"
    )
    catalogue.move_procedure(actor, procedure, Act.PUBLISH)
    for service in item.services:
        made = catalogue.install_service(actor, procedure, service.code, service.definition)
        catalogue.pass_tests(actor, made)
        catalogue.publish(actor, made)


@pytest.fixture
def vneid(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[str]:
    """VNeID, which knows this test's portal as its client."""
    settings.PUBLIC_URL = live_server.url
    settings.VNEID_CLIENT_SECRET = SECRET
    environment = {
        "VNEID_CLIENT_SECRET": SECRET,
        "VNEID_REDIRECT_URIS": f"{live_server.url}/dang-nhap/tra-ve",
        "VNEID_POST_LOGOUT_REDIRECT_URIS": f"{live_server.url}/",
    }
    with running("vneid", tmp_path / "vneid", environment) as url:
        settings.VNEID_ISSUER = url
        provider.forget()
        outbound.forget_partners()
        yield url
    provider.forget()
    outbound.forget_partners()


def sign_on(page: Page, name: str) -> None:
    """From our sign-on page over VNeID's and back, as the person called `name`."""
    page.get_by_role("button", name="Đăng nhập bằng VNeID").click()
    page.get_by_role("button", name=name).first.click()
