"""The demonstration catalogue is whole: real codes, own forms, complete processes."""

from itertools import combinations

import pytest

from motcua.domain.catalogue import checks, rules
from motcua.domain.catalogue.definition import (
    Audience,
    FeeMoment,
    OnlineLevel,
    Widget,
    decode_service,
    document,
    encode,
    service_from,
)
from motcua.domain.catalogue.life_events import LIFE_EVENTS
from motcua.foundation.codes import parse_procedure_code, procedure_of
from tests.domain.catalogue.demo import PROCEDURES, SERVICES


def test_there_are_at_least_forty_procedures_over_all_subjects() -> None:
    sectors = {procedure.field.code for procedure in PROCEDURES.values()}

    assert len(PROCEDURES) >= 40
    assert sectors >= {
        "G15-TP07", "G15-TP03", "G01-CA05", "G13-TN02", "G05-KD10", "G05-KD07", "G01-CA27", "G01-CA28",
        "G09-LĐ11", "G01-CA11", "G01-CA30", "G24-04", "G09-LĐ02",
    }  # fmt: skip


@pytest.mark.parametrize("code", SERVICES)
def test_every_service_passes_every_configuration_check(code: str) -> None:
    assert checks.definition_faults(SERVICES[code]) == []


@pytest.mark.parametrize("code", SERVICES)
def test_every_service_belongs_to_its_procedure_and_reads_back_as_written(code: str) -> None:
    service = SERVICES[code]

    assert parse_procedure_code(procedure_of(code)) in PROCEDURES
    assert decode_service(encode(service)) == service
    assert service_from(document(service)) == service


def test_forms_are_made_for_their_service_and_not_copied() -> None:
    for (one, first), (other, second) in combinations(SERVICES.items(), 2):
        a, b = set(first.form.ui.fields), set(second.form.ui.fields)

        assert a != b, (one, other)
    for code, service in SERVICES.items():
        assert 6 <= len(service.form.ui.fields) <= 30, code


def test_the_kinds_of_payment_and_of_applicant_that_the_journeys_need_exist() -> None:
    fees = {code: rules.fees_due(service, {}, FeeMoment.BEFORE) for code, service in SERVICES.items()}

    assert [line.code for line in fees["2.000635.01"]] == ["TLHT"]
    assert any(fee.moment is FeeMoment.AFTER and fee.amount is None for fee in SERVICES["1.013831.01"].fees)
    assert SERVICES["1.010041.01"].fees == ()
    assert SERVICES["3.000351.01"].audience == (Audience.FOREIGNER,)
    assert SERVICES["2.002041.01"].audience == (Audience.ORGANISATION,)
    kinds = SERVICES["3.000351.01"].form.schema["properties"]["driver_identity"]["properties"]["kind"]["enum"]
    assert "PASSPORT" in kinds
    assert "CITIZEN_ID" not in kinds


@pytest.mark.parametrize("code", SERVICES)
def test_everything_a_person_reads_has_an_english_reading(code: str) -> None:
    service = SERVICES[code]

    missing = [name for name, ui in service.form.ui.fields.items() if not ui.title_en]
    missing += [option.value for ui in service.form.ui.fields.values() for option in ui.options if not option.title_en]
    missing += [section.title for section in service.form.ui.sections if not section.title_en]
    missing += [step.name for step in service.process if not step.name_en]
    missing += [item.code for item in (*service.components, *service.fees) if not item.name_en]

    assert missing == []
    assert service.name_en


def test_life_events_are_those_of_the_portal() -> None:
    assert {event for service in SERVICES.values() for event in service.life_events} <= LIFE_EVENTS


@pytest.mark.parametrize("code", SERVICES)
def test_help_is_given_wherever_a_pattern_must_be_met(code: str) -> None:
    form = SERVICES[code].form
    widgets = {Widget.TEXT, Widget.TEXTAREA}

    for name, schema in form.schema["properties"].items():
        if "pattern" in schema and form.ui.fields[name].widget in widgets:
            assert form.ui.fields[name].help, name


@pytest.mark.parametrize("code", PROCEDURES)
def test_a_procedures_public_text_is_complete(code: str) -> None:
    text = PROCEDURES[code].text()

    assert text.name
    assert text.owner_code
    assert text.time_text
    assert text.results
    assert text.legal_basis
    assert text.authorities
    assert text.audience
    assert text.online_level in (OnlineLevel.FULL, OnlineLevel.PARTIAL)
