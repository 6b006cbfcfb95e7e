"""A whole dossier's logs, at their most talkative, name nobody and give no credential away (SEC-03)."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from motcua.config.logs import LineFormatter, SafeRecord
from motcua.domain.dossiers.models import Dossier
from motcua.domain.messaging.models import Message
from motcua.domain.people.models import IdentityDocument, Person
from tests.domain.dossiers.world import CHARGED, World
from tests.domain.payments.factories import ACCOUNT
from tests.journeys_api.product import Partners
from tests.journeys_api.test_journeys import _finish, _from_search_to_reception, _pay, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db(transaction=True)
IDENTITY_OR_ACCOUNT = re.compile(r"(?<![\w.-])\d{9,19}(?![\w.-])")
PHONE = re.compile(r"(?<![\w.-])(?:\+84|84|0)[35789]\d{8}(?![\w.-])")


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """What MOTCUA_LOG_LEVEL=DEBUG writes, in the product's own format."""
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.addFilter(SafeRecord())
    handler.setFormatter(LineFormatter())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def everybody() -> set[str]:
    """Names, numbers and addresses of everybody the product knows by now."""
    people = Person.objects.values_list("full_name", "phone", "email", "permanent_address")
    told = {value for row in people for value in row if value}
    told |= set(IdentityDocument.objects.values_list("number", flat=True))
    told |= set(Message.objects.values_list("recipient", flat=True)) - {""}
    return told | {ACCOUNT}


def test_a_whole_dossier_leaves_logs_that_name_nobody(partners: Partners, world: World) -> None:
    with everything_logged() as log:
        citizen, office, dossier = _from_search_to_reception(partners, world, "trích lục khai sinh", CHARGED)
        _pay(partners, citizen, dossier["id"])
        office.processor.post(f"/dossiers/{dossier['id']}/start")
        _finish(citizen, office, dossier)
        _something_breaks(str(Dossier.objects.get(pk=dossier["id"]).contact_phone))
        text = log.getvalue()

    assert len(text.splitlines()) > 50
    assert "Traceback" in text
    assert sorted(value for value in everybody() if value in text) == []
    assert IDENTITY_OR_ACCOUNT.findall(text) == []
    assert PHONE.findall(text) == []
    assert "Bearer motcua_" not in text
    assert "motcua_session=" not in text


def _something_breaks(phone: str) -> None:
    """A crash whose exception carries a number that a person sent."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE dossiers_dossier RENAME TO gone")
    try:
        assert Client(raise_request_exception=False).get(f"/tra-cuu/{phone}").status_code == 500
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE gone RENAME TO dossiers_dossier")
    logging.getLogger("motcua.test").error("số %s, tài khoản %s", "001085999001", ACCOUNT)
