"""The product over HTTP with its three partners running as simulators."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from motcua.domain.catalogue import searching
from motcua.domain.people import vneid
from motcua.faces import rate_limit
from motcua.faces.api import health
from motcua.foundation import outbound, policies
from motcua.simulators.testing import running
from tests.domain.dossiers.conftest import own_file_store
from tests.journeys_api.product import Partners

__all__ = ["own_file_store"]
SECRET = "a secret of the journeys that both sides know 0123456789"


def _forget_everything() -> None:
    for forget in (vneid.forget, outbound.forget_partners, policies.forget, health.forget, searching.forget):
        forget()
    rate_limit.forget()


@pytest.fixture
def partners(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Partners]:
    """VNeID, bank and SMS gateway on ports of their own, each knowing the product's address."""
    address = live_server.url
    vneid_environment = {"VNEID_CLIENT_SECRET": SECRET, "VNEID_REDIRECT_URIS": f"{address}/dang-nhap/tra-ve"}
    with ExitStack() as stack:
        started = {
            "vneid": stack.enter_context(running("vneid", tmp_path / "vneid", vneid_environment)),
            "bank": stack.enter_context(
                running("bank", tmp_path / "bank", {"BANK_SECRET": SECRET, "BANK_MERCHANT_ID": "motcua"})
            ),
            "sms": stack.enter_context(running("sms", tmp_path / "sms", {"SMS_API_PASSWORD": SECRET})),
        }
        settings.PUBLIC_URL = address
        settings.ALLOWED_HOSTS = ["*"]
        settings.VNEID_ISSUER, settings.VNEID_CLIENT_SECRET = started["vneid"], SECRET
        settings.BANK_GATEWAY_URL, settings.BANK_GATEWAY_SECRET = started["bank"], SECRET
        settings.BANK_GATEWAY_MERCHANT = "motcua"
        settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_PASSWORD = started["sms"], SECRET
        settings.SMS_GATEWAY_USER = "motcua"
        _forget_everything()
        yield Partners(address, started["vneid"], started["bank"], started["sms"])
        _forget_everything()
