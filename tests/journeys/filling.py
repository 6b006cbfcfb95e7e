"""Filling an e-form in a browser as a person does, field by field, whatever the service."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from motcua.domain.catalogue import forms
from motcua.domain.catalogue.definition import Form, ServiceDefinition, Widget
from motcua.faces.forms.places import province_of
from motcua.faces.forms.reading import as_typed


def fill_form(page: Page, service: ServiceDefinition, data: dict[str, Any]) -> None:
    """Every section in order, from the first section's page to the page of the papers."""
    for section in service.form.ui.sections:
        for name in section.fields:
            if forms.is_shown(service.form, name, data):
                fill_field(page, service.form, name, data.get(name))
        page.get_by_role("button", name="Lưu và tiếp tục").click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text(section.title)


def fill_field(page: Page, form: Form, name: str, value: Any) -> None:
    """One field; None leaves it empty."""
    ui = form.ui.fields[name]
    match ui.widget:
        case Widget.SELECT | Widget.PROVINCE:
            page.locator(f"[name='{name}']").select_option(value or "")
        case Widget.RADIO:
            if value is not None:
                page.locator(f"[name='{name}'][value='{value}']").check()
        case Widget.CHECKBOX:
            page.locator(f"input[type=checkbox][name='{name}']").set_checked(value is True)
        case Widget.COMMUNE:
            _fill_commune(page, name, value)
        case Widget.IDENTITY:
            _fill_identity(page, name, value)
        case _:
            page.locator(f"[name='{name}']").fill(as_typed(ui.widget, value))


def _fill_commune(page: Page, name: str, code: str | None) -> None:
    if code:
        page.locator(f"[name='{name}.province']").select_option(province_of(code))
        page.locator(f"[name='{name}'] option[value='{code}']").wait_for(state="attached")
        page.locator(f"[name='{name}']").select_option(code)


def _fill_identity(page: Page, name: str, value: dict[str, str] | None) -> None:
    if value is None:
        page.locator(f"[name='{name}.number']").fill("")
        return
    kind = page.locator(f"select[name='{name}.kind']")
    if kind.count():
        kind.select_option(value["kind"])
    if value["kind"] == "PASSPORT":
        # the country is asked once the kind is known to the server
        page.locator(f"[name='{name}.issuing_country']").select_option(value["issuing_country"])
    page.locator(f"[name='{name}.number']").fill(value["number"])
