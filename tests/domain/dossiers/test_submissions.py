"""Submissions twice, at once, at too low a level, in decomposed letters, with hostile text (SUB-03, SUB-04, POR-17)."""

from __future__ import annotations

import json
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from motcua.domain.catalogue.definition import Widget
from motcua.domain.dossiers import queries, services
from motcua.domain.dossiers.models import Attachment, Dossier
from motcua.foundation import events
from motcua.foundation.errors import AccessDenied, Conflict, Invalid, NotFound
from tests.domain.dossiers.world import ASSESSED, CHARGED, FREE, PDF, World, applicant, principal, small_world, upload
from tests.domain.organisations import factories

HOSTILE = [
    "'; DROP TABLE dossiers_dossier; --",
    '" OR 1=1 --',
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% load %} ${7*7}",
    "\\u0000 %s %(x)s \\' \\\"",
]


def _in_threads(count: int, work: Any) -> list[Any]:
    """Runs `work(n)` in `count` threads that start together; gives results and exceptions in order."""
    start = Barrier(count)

    def run(n: int) -> Any:
        try:
            start.wait()
            return work(n)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_the_same_submission_again_gives_the_same_code(world: World):
    submission = world.submission(FREE, key="khoa-1")

    first, second = (services.submit(world.citizen, submission) for _ in range(2))

    assert (first.code, first.repeated, second.code, second.repeated) == (first.code, False, first.code, True)
    assert Dossier.objects.count() == 1
    told = [item.body.type_name for item in events.of_dossier(first.dossier_id)]
    assert told.count("dossier.submitted") == 1


@pytest.mark.parametrize("change", ["form", "files", "service", "locality"])
def test_the_same_key_for_something_else_is_a_conflict(world: World, change: str):
    submission = world.submission(FREE, key="khoa-1")
    services.submit(world.citizen, submission)
    other = world.submission(CHARGED, key="khoa-1")
    changed = {
        "form": replace(submission, form={**submission.form, "applicant_name": "Người khác"}),
        "files": replace(submission, files=[*submission.files, (_optional(world), upload(world.citizen).pk)]),
        "service": other,
        "locality": replace(submission, locality_id=world.other_commune.pk),
    }[change]

    with pytest.raises(Conflict) as refused:
        services.submit(world.citizen, changed)

    assert refused.value.code == "IDEMPOTENCY_KEY_REUSED"
    assert Dossier.objects.count() == 1


def _optional(world: World) -> str:
    return next(item.code for item in world.definitions[FREE].components if not item.required)


def test_another_persons_key_is_another_key(world: World):
    one = services.submit(world.citizen, world.submission(FREE, key="khoa-1"))
    two = services.submit(world.neighbour, world.submission(FREE, by=world.neighbour, key="khoa-1"))

    assert one.code != two.code


@pytest.mark.django_db(transaction=True)
def test_twelve_clicks_at_once_make_one_dossier():
    world = small_world(FREE)
    submission = world.submission(FREE, key="khoa-1")

    answers = _in_threads(12, lambda _n: services.submit(world.citizen, submission))

    assert {item.code for item in answers} == {Dossier.objects.get().code}
    assert sum(not item.repeated for item in answers) == 1


@pytest.mark.django_db(transaction=True)
def test_two_bodies_under_one_key_at_once_are_one_dossier_and_one_conflict():
    world = small_world(FREE)
    bodies = [world.submission(FREE, key="khoa-1"), world.submission(FREE, key="khoa-1", seed=2)]

    answers = _in_threads(2, lambda n: services.submit(world.citizen, bodies[n]))

    assert sorted(type(item).__name__ for item in answers) == ["Conflict", "Submitted"]
    assert Dossier.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_draft_submitted_by_two_clicks_makes_one_dossier():
    world = small_world(FREE)
    prepared = world.submission(FREE)
    draft = services.open_draft(
        world.citizen, prepared.service_code, answers=prepared.form, locality_id=world.commune.pk
    )
    for code, file_id in prepared.files:
        services.add_file(world.citizen, draft.pk, code, file_id)

    answers = _in_threads(6, lambda _n: services.submit_draft(world.citizen, draft.pk))

    assert {getattr(item, "code", item) for item in answers} == {Dossier.objects.get().code}


@pytest.mark.parametrize("level", [0, 1])
def test_a_low_level_of_identification_is_told_what_to_do(world: World, level: int):
    low = applicant("Lê Văn Một", level=level)

    with pytest.raises(AccessDenied) as refused:
        services.submit(low, world.submission(FREE, by=low))

    assert refused.value.code == "LEVEL_TOO_LOW"
    assert "bộ phận một cửa" in str(refused.value.what_next)
    assert Dossier.objects.count() == 0


def test_a_foreigner_submits_where_the_service_is_open_to_foreigners(world: World):
    foreigner = applicant("KIM MIN-JUN", nationality="KR")

    assert services.submit(foreigner, world.submission(CHARGED, by=foreigner)).code
    with pytest.raises(AccessDenied):
        services.submit(foreigner, world.submission(FREE, by=foreigner))


def test_an_officer_does_not_submit(world: World):
    with pytest.raises(AccessDenied):
        services.submit(world.reception, world.submission(FREE, by=world.reception))


def test_decomposed_letters_are_stored_and_found_composed(world: World):
    name = "Nguyễn Thị Hường"
    person = applicant(unicodedata.normalize("NFC", name))
    prepared = world.submission(FREE, by=person)
    form = {key: _decomposed(value) for key, value in prepared.form.items()}
    form["applicant_name"] = unicodedata.normalize("NFD", name)

    answer = services.submit(person, replace(prepared, form=form))

    stored = Dossier.objects.get(pk=answer.dossier_id)
    assert stored.form["applicant_name"] == unicodedata.normalize("NFC", name)
    assert stored.owner_name == unicodedata.normalize("NFC", name)
    text = json.dumps(stored.form, ensure_ascii=False)
    assert unicodedata.is_normalized("NFC", text)
    for search in (name, unicodedata.normalize("NFD", name), "nguyen thi huong", "HƯỜNG"):
        assert [row.code for row in queries.worklist(world.reception, "to_receive", search=search).rows] == [
            answer.code
        ]


def _decomposed(value: Any) -> Any:
    return unicodedata.normalize("NFD", value) if isinstance(value, str) else value


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_free_field_is_stored_as_it_is(world: World, text: str):
    definition = world.definitions[ASSESSED]
    prepared = world.submission(ASSESSED)
    free = [
        name
        for name, ui in definition.form.ui.fields.items()
        if ui.widget in {Widget.TEXT, Widget.TEXTAREA}
        and "pattern" not in definition.form.schema["properties"][name]
        and definition.form.schema["properties"][name]["maxLength"] >= len(text)
    ]
    assert len(free) >= 3

    answer = services.submit(world.citizen, replace(prepared, form={**prepared.form, **dict.fromkeys(free, text)}))

    stored = Dossier.objects.get(pk=answer.dossier_id)
    assert {stored.form[name] for name in free if name in stored.form} == {text}
    assert len([name for name in free if name in stored.form]) >= 3
    assert queries.worklist(world.reception, "to_receive", search=text).rows == []


@pytest.mark.parametrize(
    "identity",
    [
        {"kind": "CITIZEN_ID", "number": "C1234567"},
        {"kind": "PASSPORT", "number": "001099999345", "issuing_country": "VN"},
        {"kind": "PASSPORT", "number": "C1234567"},
        {"kind": "ORGANISATION", "number": "0101243150"},
        {"kind": "CITIZEN_ID", "number": "00109901234"},
        {"number": "001099999345"},
        "001099999345",
    ],
)
def test_a_passport_is_no_citizen_number_nor_the_reverse(world: World, identity: Any):
    prepared = world.submission(FREE)

    with pytest.raises(Invalid) as refused:
        services.submit(world.citizen, replace(prepared, form={**prepared.form, "applicant_identity": identity}))

    assert any(item.field.startswith("/form/applicant_identity") for item in refused.value.errors)
    assert Dossier.objects.count() == 0


def test_every_error_of_a_submission_is_told_at_once(world: World):
    prepared = world.submission(ASSESSED)
    form = {**prepared.form, "transferee_phone": "không có", "transferee_email": "a@"}

    with pytest.raises(Invalid) as refused:
        services.submit(world.citizen, replace(prepared, form=form, files=[]))

    fields = {item.field for item in refused.value.errors}
    assert {"/form/transferee_phone", "/form/transferee_email"} <= fields
    assert {f"/components/{code}" for code, _file in prepared.files} <= fields


def test_a_file_of_somebody_else_is_not_taken(world: World):
    prepared = world.submission(ASSESSED)
    foreign = [(code, upload(world.neighbour, content=PDF).pk) for code, _file in prepared.files]

    with pytest.raises(Invalid) as refused:
        services.submit(world.citizen, replace(prepared, files=foreign))

    assert refused.value.code == "FILE_UNKNOWN"
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("code", ["9.999999.01", "", "abc", "1.004873"])
def test_an_unknown_service_takes_no_dossier(world: World, code: str):
    with pytest.raises((NotFound, Invalid)):
        services.submit(world.citizen, replace(world.submission(FREE), service_code=code))


def test_a_person_without_a_party_submits_nothing(world: World):
    nobody = principal(factories.person("Không hồ sơ"))
    with pytest.raises(AccessDenied):
        services.submit(nobody, world.submission(FREE, by=nobody))


def test_one_file_stands_for_one_component(world: World):
    prepared = world.submission(ASSESSED)
    file_id = upload(world.citizen).pk

    with pytest.raises(Invalid) as refused:
        services.submit(world.citizen, replace(prepared, files=[(code, file_id) for code, _file in prepared.files]))

    assert [item.code for item in refused.value.errors] == ["FILE_TWICE"]
