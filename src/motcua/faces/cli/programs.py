"""The programs of a demonstration: web, worker, and a simulator for each outside system."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec

from motcua.faces.cli.data_folder import CLONE, Addresses, DataFolder
from motcua.faces.cli.supervision import Program

PYTHON = [sys.executable, "-P", "-m"]


def child_environment(made: Mapping[str, str]) -> dict[str, str]:
    """What a child gets: this process's environment, what the installation adds, and this clone's source."""
    return {**os.environ, **made, "PYTHONPATH": str(CLONE / "src"), "PYTHONUNBUFFERED": "1"}


def programs(folder: DataFolder, addresses: Addresses, made: Mapping[str, str]) -> list[Program]:
    """All programs, in the order of their start."""
    environment = child_environment(made)
    found = _simulators(folder, addresses, environment) if find_spec("motcua.simulators.__main__") else []
    web = [*PYTHON, "motcua", "serve", "web", "--port", str(addresses.port)]
    found.append(Program("web", web, environment, f"{addresses.web}/api/v1/health/live"))
    found.append(Program("worker", [*PYTHON, "motcua", "serve", "worker"], environment))
    return found


def _simulators(folder: DataFolder, addresses: Addresses, environment: Mapping[str, str]) -> list[Program]:
    """The outside systems with the secrets they share with us (docs/protocols)."""
    returns = f"{addresses.web}/dang-nhap/tra-ve"
    shared = {
        "vneid": (
            addresses.vneid,
            {
                "VNEID_CLIENT_SECRET": environment["MOTCUA_VNEID_CLIENT_SECRET"],
                "VNEID_REDIRECT_URIS": returns,
                "VNEID_POST_LOGOUT_REDIRECT_URIS": f"{addresses.web}/ {addresses.web}",
                "VNEID_BACKCHANNEL_LOGOUT_URI": f"{addresses.web}/dang-xuat/tu-vneid",
            },
        ),
        "bank": (addresses.bank, {"BANK_SECRET": environment["MOTCUA_BANK_GATEWAY_SECRET"]}),
        "sms": (addresses.sms, {"SMS_API_PASSWORD": environment["MOTCUA_SMS_GATEWAY_PASSWORD"]}),
        "population": (addresses.population, {"POPULATION_SECRET": environment["MOTCUA_POPULATION_REGISTER_SECRET"]}),
    }
    found: list[Program] = []
    for name, (address, settings) in shared.items():
        command = [*PYTHON, "motcua.simulators", name, "--port", address.rsplit(":", 1)[1]]
        command += ["--data", str(folder.simulators)]
        own = {key: value for key, value in environment.items() if not key.startswith(("MOTCUA_", "DATABASE_"))}
        found.append(Program(name, command, {**own, **settings}, f"{address}/_health"))
    return found
