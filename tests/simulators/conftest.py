"""Simulators for their own tests: one of each kind a session, reset before each test."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from motcua.simulators.testing import running

REDIRECT_URI = "http://portal.test/dang-nhap/tra-ve"
AFTER_LOGOUT = "http://portal.test/"
SECRET = "a secret: with %signs & blanks"


def _session(
    name: str, tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> Iterator[httpx.Client]:
    with (
        running(name, tmp_path_factory.mktemp(name), environment) as base_url,
        httpx.Client(base_url=base_url, timeout=10) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def _vneid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    environment = {
        "VNEID_CLIENT_SECRET": SECRET,
        "VNEID_REDIRECT_URIS": f"{REDIRECT_URI} http://portal.test/other",
        "VNEID_POST_LOGOUT_REDIRECT_URIS": AFTER_LOGOUT,
    }
    yield from _session("vneid", tmp_path_factory, environment)


@pytest.fixture(scope="session")
def _bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    yield from _session("bank", tmp_path_factory, {"BANK_SECRET": SECRET})


@pytest.fixture(scope="session")
def _sms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    yield from _session("sms", tmp_path_factory, {"SMS_API_PASSWORD": SECRET})


@pytest.fixture(scope="session")
def _population(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    yield from _session("population", tmp_path_factory, {"POPULATION_SECRET": SECRET})


def _reset(client: httpx.Client) -> httpx.Client:
    client.cookies.clear()
    assert client.post("/_control/reset").status_code == 200
    return client


@pytest.fixture
def vneid(_vneid: httpx.Client) -> httpx.Client:
    return _reset(_vneid)


@pytest.fixture
def bank(_bank: httpx.Client) -> httpx.Client:
    return _reset(_bank)


@pytest.fixture
def sms(_sms: httpx.Client) -> httpx.Client:
    return _reset(_sms)


@pytest.fixture
def population(_population: httpx.Client) -> httpx.Client:
    return _reset(_population)
