"""Simulators start as a command, keep their state over a restart, and say what is missing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from motcua.simulators.registry import FACTORIES
from motcua.simulators.testing import free_port, running

SECRETS = {"VNEID_CLIENT_SECRET": "s", "BANK_SECRET": "s", "SMS_API_PASSWORD": "s", "POPULATION_SECRET": "s"}


def command(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "motcua.simulators", name, *arguments]


def environment(**values: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in SECRETS}
    return {**kept, **values}


@pytest.mark.parametrize("name", sorted(FACTORIES))
def test_the_command_serves_until_it_is_told_to_stop(name: str, tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(command(name, "--port", str(port), "--data", str(tmp_path)), env=environment(**SECRETS))
    try:
        deadline = time.monotonic() + 15
        while True:
            try:
                answer = httpx.get(f"http://127.0.0.1:{port}/_health")
                break
            except httpx.HTTPError:
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGTERM)

    assert answer.json() == {"status": "ok", "simulator": name}
    assert process.wait(10) == 0
    assert (tmp_path / f"{name}.sqlite3").exists()


@pytest.mark.parametrize("name", sorted(FACTORIES))
def test_without_its_secret_it_refuses_with_one_clear_line(name: str, tmp_path: Path) -> None:
    refused = subprocess.run(
        command(name, "--port", str(free_port()), "--data", str(tmp_path)),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "is not set" in refused.stderr


def test_state_outlives_a_restart(tmp_path: Path) -> None:
    with running("sms", tmp_path, SECRETS) as first:
        httpx.post(f"{first}/_control/faults", json={"fault": "unavailable", "times": 3})
        httpx.post(f"{first}/_control/clock", json={"offset_seconds": 7})

    with running("sms", tmp_path, SECRETS) as second:
        assert httpx.get(f"{second}/_control/faults").json()["faults"][0]["times"] == 3
        assert httpx.get(f"{second}/_control/clock").json()["offset_seconds"] == 7


def test_the_log_is_read_on_from_an_entry(tmp_path: Path) -> None:
    with running("vneid", tmp_path, {**SECRETS, "VNEID_REDIRECT_URIS": "http://portal.test/"}) as base_url:
        for _ in range(2):
            page = httpx.get(
                f"{base_url}/authorize",
                params={
                    "response_type": "code",
                    "client_id": "motcua",
                    "redirect_uri": "http://portal.test/",
                    "scope": "openid",
                    "code_challenge": "c" * 43,
                    "code_challenge_method": "S256",
                },
            )
            hidden = page.text.split('name="request" value="')[1].split('"')[0]
            httpx.post(f"{base_url}/login", data={"request": hidden, "cancel": "1"})

        entries = httpx.get(f"{base_url}/_control/log").json()["entries"]
        later = httpx.get(f"{base_url}/_control/log", params={"after": entries[0]["id"]}).json()["entries"]
        refused = httpx.get(f"{base_url}/_control/log", params={"after": "x"})

    assert [one["kind"] for one in entries] == ["cancelled", "cancelled"]
    assert later == entries[1:]
    assert refused.status_code == 422
