"""A running population register, for every test that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from motcua.foundation import outbound, policies
from motcua.simulators.testing import running

SECRET = "a-secret-for-the-tests-of-the-population-register"
NAME, NUMBER = "Nguyễn Văn An", "001085999001"
"""A resident whom the register knows."""


@dataclass
class PopulationRegister:
    """The simulator as its operator sees it."""

    url: str

    def fault(self, name: str, **parameters: Any) -> None:
        answer = httpx.post(f"{self.url}/_control/faults", json={"fault": name, **parameters})
        assert answer.status_code == 201, answer.text

    def move_clock(self, seconds: int) -> None:
        httpx.post(f"{self.url}/_control/clock", json={"offset_seconds": seconds}).raise_for_status()

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The questions that reached it."""
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/_control/queries").json()["queries"]
        return found


@pytest.fixture(scope="session")
def population_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("population")
    with running("population", folder, {"POPULATION_SECRET": SECRET}) as url:
        yield url


@pytest.fixture
def population(population_url: str, settings: Any) -> Iterator[PopulationRegister]:
    settings.POPULATION_REGISTER_URL = population_url
    settings.POPULATION_REGISTER_SECRET = SECRET
    outbound.forget_partners()
    policies.forget()
    yield PopulationRegister(population_url)
    httpx.post(f"{population_url}/_control/reset").raise_for_status()
    outbound.forget_partners()
    policies.forget()
