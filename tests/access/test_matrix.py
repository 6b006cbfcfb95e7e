"""Every address × every caller × own and other unit's objects: nobody reaches what no rule gives them (ACC-10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from motcua.faces import rate_limit
from motcua.faces.api import health
from motcua.faces.workbench.acts import ACTS
from motcua.foundation.functions import Function
from tests.access.expectations import Anybody, Expect, OwnAccount, Right
from tests.access.routes import operations_of_api, pages, parameters_of, path_of
from tests.access.table import TABLE
from tests.access.world import Caller, Matrix, Office, build
from tests.english import compile_catalogues
from tests.faces.pages import new_client

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NO_METHOD_LIST = {"portal:set_language", "api:openapi-json", "api:api-root"}
"""Views of Django and of the API's framework, which take any method; only a POST for the language changes anything."""


@pytest.fixture(scope="module")
def matrix(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    """The world, built once for the module in a transaction that is never committed."""
    compile_catalogues()
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    folder = {**files, "OPTIONS": {"location": tmp_path_factory.mktemp("files")}}
    with (
        django_db_blocker.unblock(),
        override_settings(STORAGES={**settings.STORAGES, "default": folder}),
        undone(),
        pytest.MonkeyPatch.context() as patch,
    ):
        for function in (Function.LOG_IN, Function.PAY):
            patch.setitem(health.PROBES, function, lambda: None)
        health.forget()
        yield build()
    health.forget()


@contextmanager
def undone() -> Iterator[None]:
    """Takes back whatever the block wrote."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined] - as Django marks its own tests' transactions
    with block:
        yield
        transaction.set_rollback(True)


def call(expect: Expect, caller: Caller, office: Office) -> Any:
    """Sends the request as `caller`; everything it wrote is taken back."""
    rate_limit.forget()
    client = new_client()
    headers = {}
    if caller.principal is not None and expect.is_api:
        headers["Authorization"] = f"Bearer {caller.secret}"
    elif caller.principal is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = caller.session
    if expect.name == "api:submit":
        headers["Idempotency-Key"] = uuid4().hex
    with undone():
        path, sent = _path(expect, office), dict(expect.sends(office))
        send = getattr(client, expect.method.lower())
        if expect.is_api and expect.changes and not expect.as_files:
            response = send(path, json.dumps(sent), content_type="application/json", headers=headers)
        else:
            response = send(path, sent, headers=headers)
        response.text_sent = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def _path(expect: Expect, office: Office) -> str:
    given = {name: value(office) if callable(value) else value for name, value in expect.names.items()}
    return path_of(expect.name, {**office.path_names(expect.state), **given})


def expected(expect: Expect, caller: Caller, office: Office) -> str:
    """What the table says of this caller: a status, or where a page sends who is not signed in."""
    anonymous = caller.principal is None or not caller.can_sign_in
    if anonymous and not expect.audience.anonymous:
        return "401" if expect.is_api else "to sign-on"
    if expect.audience.admits(caller, office):
        return "admitted"
    return str(expect.refusal(caller))


def found(expect: Expect, response: Any, wanted: str) -> str:
    """The answer in the same words."""
    if response.status_code == 302 and response["Location"].startswith("/dang-nhap?next="):
        return "to sign-on"
    if wanted == "admitted" and expect.answers(response.status_code):
        return "admitted"
    return str(response.status_code)


def unexpected(matrix: Matrix, expect: Expect) -> list[str]:
    """Every answer of a route that is not what the table says, over all callers and both offices."""
    wrong = []
    for caller, office in _pairs(matrix, expect):
        wanted = expected(expect, caller, office)
        response = call(expect, caller, office)
        got = found(expect, response, wanted)
        if got != wanted:
            wrong.append(f"{caller.name}, {office.name}: {got} instead of {wanted}")
        wrong += _wrongly_shown(matrix, expect, caller, response)
    return wrong


def _pairs(matrix: Matrix, expect: Expect) -> Iterator[tuple[Caller, Office]]:
    """Everybody at the own office; at the other office everybody but the roles that lack the action anyway.

    Those call there all at once, in the account that holds every right at the own office. So they do where the route
    asks nobody who they are.
    """
    own, other = matrix.offices
    audience = expect.audience
    national = isinstance(audience, Right) and audience.national
    everybody = matrix.callers + (matrix.national if national else [])
    yield from ((item, own) for item in everybody if not (item.single_role and isinstance(audience, Anybody)))
    if expect.takes_object and not national:
        for caller in matrix.callers:
            if caller.single_role and not (isinstance(audience, Right) and caller.holds_somewhere(audience.action)):
                continue
            yield caller, other


def _wrongly_shown(matrix: Matrix, expect: Expect, caller: Caller, response: Any) -> list[str]:
    """What a list shows although the caller may not see it, or leaves out although the caller may."""
    if expect.shows is None or caller.principal is None or not caller.can_sign_in:
        return []
    wrong = []
    for office in matrix.offices:
        may, sees = (
            expect.audience.admits(caller, office) and expect.shows.audience.admits(caller, office),
            expect.shows.text(office) in response.text_sent.decode(),
        )
        left_out = expect.shows.aimed and office is not matrix.offices[0]
        if sees and not may:
            wrong.append(f"{caller.name} is shown an object of the {office.name}")
        if may and not sees and not left_out:
            wrong.append(f"{caller.name} is not shown an object of the {office.name}")
    return wrong


@pytest.mark.requirement("ACC-10")
@pytest.mark.fault("F-80")
@pytest.mark.parametrize("expect", TABLE, ids=str)
def test_every_caller_is_answered_as_the_table_says(matrix: Matrix, expect: Expect) -> None:
    assert unexpected(matrix, expect) == []


def test_every_address_and_method_has_its_line() -> None:
    listed = {(item.method, item.name) for item in TABLE}
    operations = operations_of_api()

    assert operations - listed == set(), "operations of the API without a line in tests/access/table.py"
    assert pages() - {name for _method, name in listed} == set(), "addresses without a line"
    known = {name for _method, name in operations} | pages()
    assert {name for _method, name in listed} - known == set(), "lines for addresses that do not exist"
    assert {item.names["verb"] for item in TABLE if item.name == "workbench:act"} == set(ACTS)


def test_a_page_answers_no_method_that_is_not_listed(matrix: Matrix) -> None:
    listed = {(item.method, item.name) for item in TABLE}
    first_lines = {item.name: item for item in reversed(TABLE)}
    answered = []
    for name in pages() - NO_METHOD_LIST:
        for method in METHODS:
            if (method, name) in listed:
                continue
            line = first_lines[name]
            tried = Expect(f"{method} {name}", line.audience, state=line.state, names=line.names)
            status = call(tried, matrix.caller("owner"), matrix.offices[0]).status_code
            if status != 405:
                answered.append(f"{method} {name}: {status}")

    assert answered == []


@pytest.mark.requirement("ACC-05")
def test_a_monitor_changes_nothing_on_any_route(matrix: Matrix) -> None:
    changing = [item for item in TABLE if item.changes and not isinstance(item.audience, Anybody | OwnAccount)]
    monitors = [matrix.caller("MONITOR"), matrix.caller("MONITOR of the nation")]

    wrong = [
        f"{item}: {monitor.name} of {office.name} got {status}"
        for item in changing
        for monitor in monitors
        for office in matrix.offices
        if (status := call(item, monitor, office).status_code) != 403
    ]

    assert len(changing) > 40
    assert wrong == []


def test_guessed_identifiers_and_unknown_addresses_lead_nowhere(matrix: Matrix) -> None:
    office = matrix.offices[0]
    guessed = {name: uuid4() for name in ("dossier_id", "obligation_id", "receipt_id", "draft_id", "file_id")}
    guessed |= {"reference": "G01.001-260604-999999-01"}
    wrong = []
    for item in TABLE:
        unknown = {name: value for name, value in guessed.items() if name in parameters_of(item.name)}
        if not unknown:
            continue
        tried = Expect(item.route, item.audience, names={**item.names, **unknown}, sends=item.sends)
        for who in ("owner", "RECEPTION", "APPROVER", "SYSADMIN"):
            status = call(tried, matrix.caller(who), office).status_code
            if status not in {403, 404}:
                wrong.append(f"{item} answered {status} to {who}")
    for path in ("/can-bo/khong-co", "/api/v1/khong-co", "/khong-co"):
        assert new_client().get(path).status_code == 404

    assert wrong == []
