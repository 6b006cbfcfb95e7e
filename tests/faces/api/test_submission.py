"""Submission and look-up through the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domain.dossiers.world import CHARGED, PDF, World
from tests.faces.api.client import ApiClient


def body_of(world: World, client: ApiClient, procedure: str = CHARGED) -> dict:
    prepared = world.submission(procedure)
    components = [
        {"component": code, "files": [client.upload("giấy tờ.pdf", PDF).json()["id"]]} for code, _id in prepared.files
    ]
    return {
        "service": world.service(procedure),
        "locality": world.commune.code,
        "form": prepared.form,
        "components": components,
    }


@pytest.mark.django_db
def test_a_submission_answers_its_code_at_once_and_is_found_by_it(world: World):
    client = ApiClient(world.citizen)
    body = body_of(world, client)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.post("/dossiers", body, Idempotency_Key="khoa-thu-1")

    assert answer.status_code == 201, answer.content
    for query in captured.captured_queries:
        print(query["sql"][:150])
    print(len(captured))
    found = ApiClient(None).get(f"/lookup/{answer.json()['code']}")
    assert found.status_code == 200
    assert found.json()["state"] == "SUBMITTED"
