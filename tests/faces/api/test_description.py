"""The API describes itself as one OpenAPI document."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_anybody_reads_the_description_of_every_operation(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")

    assert answer.status_code == 200
    described = answer.json()
    assert described["openapi"].startswith("3.1")
    assert {"/api/v1/dossiers", "/api/v1/lookup/{code}", "/api/v1/files"} <= set(described["paths"])
    assert described["info"]["license"] == {"name": "Apache-2.0"}


def test_no_page_of_a_foreign_host_is_offered(client: Client) -> None:
    assert client.get("/api/v1/docs").status_code == 404
