"""The tracing plugin, run for real on small suites of its own (docs/requirements/README.md)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import ROOT
from tests.tracing import CATALOGUE, RECORD, deferred_ids, known_ids, marked

_INI = """
[pytest]
testpaths = checks
markers =
    requirement(id): proves
    fault(id): proves
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A committed checkout with a catalogue of four requirements and one fault."""
    (tmp_path / CATALOGUE).mkdir(parents=True)
    (tmp_path / "checks").mkdir()
    entries = [{"id": f"PAY-0{n}", "requirement": "…"} for n in range(1, 5)]
    (tmp_path / CATALOGUE / "requirements.json").write_text(json.dumps(entries))
    (tmp_path / CATALOGUE / "faults.json").write_text(json.dumps([{"id": "F-01", "fault": "…"}]))
    (tmp_path / "pytest.ini").write_text(_INI)
    (tmp_path / ".gitignore").write_text("__pycache__\n.motcua-tests\n.pytest_cache\n")
    return tmp_path


def write(suite: Path, body: str) -> None:
    (suite / "checks" / "test_it.py").write_text("import pytest\n" + body)


def commit(suite: Path) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "suite"]):
        subprocess.run(["git", "-C", str(suite), *identity, *arguments], check=True)
    found = subprocess.run(["git", "-C", str(suite), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return found.stdout.strip()


def run(suite: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "tests.tracing", "-p", "xdist", "-q", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=suite, capture_output=True, text=True, check=False, env=environment)


def record(suite: Path) -> Any:
    return json.loads((suite / RECORD).read_text())


PASSING = """
@pytest.mark.requirement("PAY-01")
@pytest.mark.fault("F-01")
def test_one(): pass

@pytest.mark.requirement("PAY-01")
@pytest.mark.parametrize("n", [1, 2])
def test_two(n): pass
"""


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_a_full_run_records_what_passed(suite: Path, workers: list[str]) -> None:
    write(suite, PASSING)
    head = commit(suite)

    done = run(suite, *workers)

    assert done.returncode == 0, done.stdout
    found = record(suite)
    assert (found["commit"], found["dirty"], found["exit_status"], found["tests_run"]) == (head, False, 0, 3)
    one, two = "checks/test_it.py::test_one", "checks/test_it.py::test_two"
    assert found["proofs"] == {"F-01": [one], "PAY-01": [one, f"{two}[1]", f"{two}[2]"]}


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_a_wrong_marker_is_an_error_at_collection(suite: Path, workers: list[str]) -> None:
    four = "\n".join(f'@pytest.mark.requirement("PAY-0{n}")' for n in range(1, 5))
    bodies = {
        "unknown requirement ('PAY-99',)": '@pytest.mark.requirement("PAY-99")\ndef test_it(): pass',
        "unknown fault ('PAY-01',)": '@pytest.mark.fault("PAY-01")\ndef test_it(): pass',
        "unknown requirement ()": "@pytest.mark.requirement()\ndef test_it(): pass",
        "4 markers, at most 3 are allowed": four + "\ndef test_it(): pass",
    }
    for number, body in enumerate(bodies.values()):
        (suite / "checks" / f"test_wrong_{number}.py").write_text("import pytest\n" + body)

    done = run(suite, *workers)

    assert done.returncode != 0
    assert [complaint for complaint in bodies if complaint not in done.stdout] == []
    assert f"{len(bodies)} errors" in done.stdout
    assert not (suite / RECORD).exists()


def test_a_test_that_did_not_pass_proves_nothing(suite: Path) -> None:
    write(
        suite,
        """
@pytest.fixture
def broken_afterwards():
    yield
    raise RuntimeError

@pytest.mark.requirement("PAY-01")
@pytest.mark.skip
def test_skipped(): pass

@pytest.mark.requirement("PAY-01")
@pytest.mark.xfail
def test_expected_to_fail(): assert False

@pytest.mark.requirement("PAY-01")
@pytest.mark.xfail
def test_passing_unexpectedly(): pass

@pytest.mark.requirement("PAY-02")
def test_failed(): assert False

@pytest.mark.requirement("PAY-03")
def test_failed_in_teardown(broken_afterwards): pass

@pytest.mark.requirement("PAY-04")
def test_passed(): pass
""",
    )
    commit(suite)

    done = run(suite)

    assert done.returncode == 1
    assert record(suite)["proofs"] == {"PAY-04": ["checks/test_it.py::test_passed"]}


@pytest.mark.parametrize(
    "narrowing", [["checks"], ["-k", "one"], ["-m", "fault"], ["--deselect", "checks/test_it.py::test_two"], ["--co"]]
)
def test_a_narrowed_run_is_not_recorded(suite: Path, narrowing: list[str]) -> None:
    write(suite, PASSING)

    run(suite, *narrowing)

    assert not (suite / RECORD).exists()


def test_a_run_of_a_changed_checkout_says_so(suite: Path) -> None:
    write(suite, PASSING)
    commit(suite)
    write(suite, PASSING + "\n# changed\n")

    run(suite)

    assert record(suite)["dirty"] is True


def test_nothing_is_both_proven_and_deferred(request: pytest.FixtureRequest) -> None:
    folder = ROOT / CATALOGUE
    known = known_ids(folder / "requirements.json") | known_ids(folder / "faults.json")
    deferred = deferred_ids(folder / "deferred.toml")

    assert len(known) == 393 + 104
    assert sorted(deferred - known) == []
    assert sorted(deferred & set(marked(request.session.items))) == []
