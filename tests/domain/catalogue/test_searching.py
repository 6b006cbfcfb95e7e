"""The catalogue as searched: fresh after every change, one statement a search, states told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.domain.catalogue import searching, services
from motcua.domain.catalogue.rules import Act, State
from motcua.foundation import clock
from tests.domain.catalogue import factories as make
from tests.domain.catalogue.demo import PROCEDURES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_index() -> Iterator[None]:
    searching.forget()
    yield
    searching.forget()


def test_a_published_service_is_found_at_once_and_a_suspended_one_is_not_offered() -> None:
    ministry = make.ministry()
    assert searching.search("trích lục hộ tịch") == []

    service = make.published_service(ministry)
    (found,) = searching.search("trich luc ho tich")
    services.suspend(ministry.publisher, service.pk, reason="Bảo trì")
    (closed,) = searching.search("trich luc ho tich")

    assert (found.code, found.open_services, found.why) == (make.CODE, (make.SERVICE,), "words")
    assert found.owner_name == "Bộ Tư pháp"
    assert closed.open_services == ()


def test_a_suspended_procedure_says_so_and_a_withdrawn_or_unpublished_one_is_not_found() -> None:
    ministry = make.ministry()
    procedure = make.declared_procedure(ministry)
    assert searching.search(make.CODE) == []

    services.change_procedure_state(ministry.publisher, procedure.pk, Act.PUBLISH)
    services.change_procedure_state(ministry.publisher, procedure.pk, Act.SUSPEND, reason="Chờ sửa đổi nghị định")
    (suspended,) = searching.search(make.CODE)
    services.change_procedure_state(ministry.publisher, procedure.pk, Act.WITHDRAW, reason="Bãi bỏ")

    assert (suspended.state, suspended.state_reason) == (State.SUSPENDED, "Chờ sửa đổi nghị định")
    assert searching.search(make.CODE) == []


def test_a_search_costs_one_statement_while_nothing_changes() -> None:
    make.published_service(make.ministry())
    searching.prepare()

    with CaptureQueriesContext(connection) as statements:
        searching.search("bản sao giấy khai sinh")

    assert len(statements) == 1


def test_a_text_is_searched_from_the_moment_it_is_in_force() -> None:
    ministry = make.ministry()
    procedure = make.public_procedure(ministry)
    renamed = msgspec.structs.replace(PROCEDURES[make.CODE].text(), name="Cấp giấy thông hành nội bộ", keywords=())
    tomorrow = clock.now() + timedelta(days=1)
    services.revise_procedure(ministry.publisher, procedure.pk, renamed, valid_from=tomorrow)

    today = searching.search("giấy thông hành nội bộ")
    with clock.travel(tomorrow + timedelta(seconds=1)):
        then = searching.search("giấy thông hành nội bộ")

    assert [found.name for found in today] != ["Cấp giấy thông hành nội bộ"]
    assert [found.name for found in then] == ["Cấp giấy thông hành nội bộ"]
