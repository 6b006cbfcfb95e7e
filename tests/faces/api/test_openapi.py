"""Any request that the OpenAPI document allows, and many that it does not: no 5xx, and answers as promised.

Six requests of each operation with each credential, the same ones every time; `MOTCUA_API_EXAMPLES=200` tries so many
new ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from motcua.config.wsgi import application
from motcua.faces import rate_limit
from motcua.faces.api import health, urls  # noqa: F401 - the addresses put the operations together
from motcua.faces.api.api import api
from motcua.foundation.functions import Function
from tests.domain.dossiers.world import World
from tests.faces.api.client import ApiClient

EXAMPLES = int(os.environ.get("MOTCUA_API_EXAMPLES", "6"))
CHECKS = (not_a_server_error, status_code_conformance, response_schema_conformance)
_document = api.get_openapi_schema(path_prefix="/api/v1/")
schema = schemathesis.openapi.from_dict(_document)
OPERATIONS = [item.ok() for item in schema.get_all_operations()]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests through the bare application must not close the test's own connection, with its transaction."""
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def partners_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    health.forget()
    rate_limit.forget()
    monkeypatch.setitem(health.PROBES, Function.LOG_IN, lambda: None)
    monkeypatch.setitem(health.PROBES, Function.PAY, lambda: None)


@pytest.mark.parametrize("credential", ["nobody", "citizen", "processor", "monitor"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda item: f"{item.method} {item.path}")
def test_an_operation_keeps_its_promise(world: World, operation: Any, credential: str):
    secret = "" if credential == "nobody" else ApiClient(getattr(world, credential)).secret
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    dossier = world.submitted()
    ids = {"dossier_id": str(dossier.pk), "code": dossier.code}
    without_partner = operation.path.endswith(("/payments", "/payments/banks"))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize="MOTCUA_API_EXAMPLES" not in os.environ,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case: Case) -> None:
        _aim_at_something_real(case, ids)
        response = case.call(session=None, headers=headers, app=application, base_url="http://testserver")
        allowed = response.status_code == 503 and without_partner
        if not allowed:
            case.validate_response(response, checks=CHECKS)

    call()


def _aim_at_something_real(case: Case, ids: dict[str, str]) -> None:
    """Every other request goes to the dossier that stands there, so that services are reached."""
    for name, value in ids.items():
        if name in (case.path_parameters or {}) and hash(str(case.path_parameters[name])) % 2:
            case.path_parameters[name] = value


def test_every_operation_says_what_it_answers_when_it_refuses():
    for path, item in _document["paths"].items():
        for method, operation in item.items():
            answers = {int(code) for code in operation["responses"]}
            assert answers & {200, 201, 204} or path.endswith(("/{file_id}", "/{paper}", "/{receipt_id}")), (
                method,
                path,
            )
            if operation.get("security"):
                assert {401, 403} <= answers, (method, path)
