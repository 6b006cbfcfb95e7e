"""E-forms as pages: what is shown comes back as it was, whatever was typed; errors stand at their fields."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.domain.catalogue import forms as catalogue_forms
from motcua.domain.catalogue.definition import ServiceDefinition, Widget
from motcua.domain.catalogue.demonstration import procedures
from motcua.domain.organisations.models import Unit
from motcua.faces.forms import fields, parsing, prefill, reading
from tests.domain.organisations import factories
from tests.faces.browser_form import controls

pytestmark = pytest.mark.django_db

SERVICES = {service.code: service.definition for procedure in procedures() for service in procedure.services}
BIRTH = SERVICES["1.001193.01"]
HANOI, BA_DINH = "01", "00004"

_words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf"]), min_size=1, max_size=40)
_line = _words.map(str.strip).filter(bool)
_HOSTILE = [
    "<script>alert(1)</script>",
    "' OR 1=1; --",
    '"/><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "Nguyễn &amp; Sơn",
]


@pytest.fixture
def places() -> None:
    province = factories.province("Thành phố Hà Nội")
    commune = factories.commune(province, "Phường Ba Đình")
    Unit.objects.filter(pk=province.pk).update(gso_code=HANOI)
    Unit.objects.filter(pk=commune.pk).update(gso_code=BA_DINH)


def _answer(ui_widget: Widget, schema: dict[str, Any], options: list[str]) -> st.SearchStrategy[Any]:
    match ui_widget:
        case Widget.SELECT | Widget.RADIO:
            return st.sampled_from(options)
        case Widget.CHECKBOX:
            return st.booleans()
        case Widget.INTEGER | Widget.MONEY:
            return st.integers(0, 10**9) | st.sampled_from(["hai", "1,5"])
        case Widget.DATE:
            return st.dates(date(1000, 1, 1)).map(date.isoformat) | st.just("30/02/2026")
        case Widget.IDENTITY:
            kinds = schema.get("properties", {}).get("kind", {}).get("enum", ["CITIZEN_ID"])
            number = st.sampled_from(["001099999123", "B1234567", "không có"])
            return st.fixed_dictionaries({"kind": st.sampled_from(kinds), "number": number})
        case Widget.PROVINCE:
            return st.just(HANOI)
        case Widget.COMMUNE:
            return st.just(BA_DINH)
        case Widget.PHONE:
            return st.sampled_from(["84912345678", "gọi sau"])
        case _:
            return _line | st.sampled_from(_HOSTILE)


@st.composite
def _filled(draw: st.DrawFn) -> tuple[ServiceDefinition, dict[str, Any]]:
    service = SERVICES[draw(st.sampled_from(sorted(SERVICES)))]
    data: dict[str, Any] = {}
    for name, ui in service.form.ui.fields.items():
        if draw(st.integers(0, 3)):
            schema = service.form.schema["properties"][name]
            data[name] = draw(_answer(ui.widget, schema, [option.value for option in ui.options]))
    return service, data


def _rendered(view: fields.SectionView) -> str:
    return "".join(render_to_string("forms/slot.html", {"field": field}) for field in view.fields)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(_filled())
def test_what_a_page_shows_comes_back_unchanged(places: None, filled: tuple[ServiceDefinition, dict[str, Any]]) -> None:
    service, data = filled

    for view in fields.sections(service, data):
        sent = controls(_rendered(view))
        names = [field.name for field in view.fields if field.shown]
        back = {name: value for name, value in parsing.answers(service.form, names, sent).items() if value is not None}

        expected = {name: data[name] for name in names if name in data}
        boxes = {name: False for name in names if service.form.ui.fields[name].widget is Widget.CHECKBOX}
        assert catalogue_forms.clean(service.form, back) == catalogue_forms.clean(service.form, boxes | expected)


@pytest.mark.parametrize("code", sorted(SERVICES))
def test_every_demonstration_form_renders_each_label_and_id_once(places: None, code: str) -> None:
    service = SERVICES[code]

    html = "".join(_rendered(view) for view in fields.sections(service, {}))

    identifiers = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(identifiers) == len(set(identifiers))
    targets = {part.split('"')[0] for part in html.split(' for="')[1:]}
    assert targets <= set(identifiers)
    assert "style=" not in html


def test_a_hidden_field_is_not_asked_and_keeps_its_place() -> None:
    shown = fields.field(BIRTH, "birth_notice_number", {"birth_circumstance": "USUAL"})
    hidden = fields.field(BIRTH, "birth_notice_number", {"birth_circumstance": "ABANDONED"})

    assert 'name="birth_notice_number"' in render_to_string("forms/slot.html", {"field": shown})
    html = render_to_string("forms/slot.html", {"field": hidden})
    assert "<input" not in html
    assert 'id="cho-birth_notice_number"' in html


def test_a_field_is_required_where_the_other_answers_make_it_so() -> None:
    assert fields.field(BIRTH, "birth_notice_number", {"birth_circumstance": "USUAL"}).required
    assert not fields.field(BIRTH, "birth_notice_number", {"birth_circumstance": "ABANDONED"}).required
    assert fields.field(BIRTH, "child_name", {}).required
    assert not fields.field(BIRTH, "father_name", {}).required


def test_errors_stand_at_their_field_and_the_summary_links_to_the_input() -> None:
    entered = {"applicant_identity": {"kind": "CITIZEN_ID", "number": "12"}, "child_birth_date": "30/02/2026"}
    errors = fields.section_errors(BIRTH, 1, entered)
    view = fields.section(BIRTH, 1, entered, errors=errors)

    html = _rendered(view)
    summary = render_to_string("parts/error_summary.html", {"errors": view.errors})

    links = [part.split('"')[0] for part in summary.split('href="#')[1:]]
    assert "o-applicant_identity-number" in links
    assert all(f'id="{link}"' in html for link in links)
    assert not any(error.field == "/child_birth_date" for error in errors)  # another section's page
    assert 'aria-invalid="true"' in html


def test_an_impossible_date_stays_as_typed_and_is_named() -> None:
    read = parsing.answers(BIRTH.form, ["child_birth_date"], {"child_birth_date": "30/02/2026"})

    assert read == {"child_birth_date": "30/02/2026"}
    codes = {error.code for error in catalogue_forms.validate(BIRTH, read) if error.field == "/child_birth_date"}
    assert codes == {"DATE_MALFORMED"}
    assert fields.field(BIRTH, "child_birth_date", read).text == "30/02/2026"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5/6/2026", "2026-06-05"),
        ("05-06-2026", "2026-06-05"),
        ("2026-06-05", "2026-06-05"),
        ("  ", None),
        ("31/4/2026", "31/4/2026"),
    ],
)
def test_dates_are_read_as_people_write_them(written: str, read: str | None) -> None:
    assert parsing.read_date(written) == read


def test_the_issuing_country_is_asked_of_a_passport_only() -> None:
    passport = fields.field(BIRTH, "applicant_identity", {"applicant_identity": {"kind": "PASSPORT"}})
    citizen = fields.field(BIRTH, "applicant_identity", {"applicant_identity": {"kind": "CITIZEN_ID"}})

    assert "issuing_country" in render_to_string("forms/slot.html", {"field": passport})
    assert "issuing_country" not in render_to_string("forms/slot.html", {"field": citizen})


def test_first_answers_come_from_the_identity_and_an_absent_claim_leaves_an_empty_field() -> None:
    known = {"person": {"full_name": "Sơn", "identity": {"kind": "CITIZEN_ID", "number": "001099999123"}, "phone": ""}}

    answers = prefill.first_answers(BIRTH.form, known)

    assert answers["applicant_name"] == "Sơn"
    assert answers["applicant_identity"]["number"] == "001099999123"
    assert "applicant_phone" not in answers


def test_answers_are_told_in_words(places: None) -> None:
    ui = BIRTH.form.ui.fields

    assert reading.in_words(ui["child_sex"], "FEMALE") == "Nữ"
    assert reading.in_words(ui["child_birth_date"], "2026-06-05") == "05/06/2026"
    assert reading.in_words(ui["applicant_commune"], BA_DINH) == "Phường Ba Đình, Thành phố Hà Nội"
    assert reading.in_words(ui["late_registration"], True) == "Có"
    assert reading.in_words(ui["applicant_phone"], "84912345678") == "0912 345 678"
    with translation.override("en"):
        assert reading.in_words(ui["child_sex"], "FEMALE") == "Female"
