"""`motcua requirements`: the last full run joined with the catalogue."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from motcua.faces.cli import requirements

NODE = "tests/x.py::test_pays"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of one commit with two requirements, one of them deferred, and one fault."""
    folder = tmp_path / "docs" / "requirements"
    folder.mkdir(parents=True)
    sentences = [{"id": "PAY-01", "requirement": "It pays [once]."}, {"id": "PAY-02", "requirement": "It settles."}]
    (folder / "requirements.json").write_text(json.dumps(sentences))
    (folder / "faults.json").write_text(json.dumps([{"id": "F-01", "fault": "It is late."}]))
    (folder / "deferred.toml").write_text('[PAY-02]\nmissing = "settlement"\ncomes = "with settlement"\n')
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run(["git", "-C", str(tmp_path), *identity, *arguments], check=True)
    monkeypatch.setattr(requirements, "CHECKOUT", tmp_path)
    return tmp_path


def ran(checkout: Path, **changes: Any) -> None:
    record = {"commit": requirements.head(checkout), "dirty": False, "proofs": {"PAY-01": [NODE]}, **changes}
    (checkout / ".motcua-tests").mkdir()
    (checkout / ".motcua-tests" / "last-full-run.json").write_text(json.dumps(record))


def call(*arguments: str) -> Any:
    app = typer.Typer()
    app.command()(requirements.requirements)
    return CliRunner().invoke(app, [*arguments], env={"COLUMNS": "200"})


def test_every_id_is_listed_with_its_tests(checkout: Path) -> None:
    ran(checkout)

    result = call("--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"PAY-01": [NODE], "PAY-02": [], "F-01": []}


def test_people_read_what_is_proven_deferred_and_without_a_test(checkout: Path) -> None:
    ran(checkout)

    text = call().stdout

    assert "PAY-01 proven It pays [once]." in text
    assert f"    {NODE}" in text
    assert "PAY-02 deferred It settles." in text
    assert "missing: settlement; with settlement" in text
    assert "F-01 no test It is late." in text
    assert "3 entries: 1 proven, 1 deferred, 1 without a test" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"commit": "0" * 40}, "was of commit 000000000000"),
        ({"commit": None}, "was of commit None"),
        ({"dirty": True}, "changed checkout"),
    ],
)
def test_a_run_of_anything_but_this_commit_is_a_finding(checkout: Path, changes: dict[str, Any], words: str) -> None:
    ran(checkout, **changes)

    result = call("--json")

    assert result.exit_code == 1
    assert words in result.stderr
    assert json.loads(result.stdout)["PAY-01"] == [NODE]


def test_without_any_full_run_nothing_is_proven(checkout: Path) -> None:
    result = call("--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["PAY-01"] == []


def test_without_a_catalogue_the_input_is_missing(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "CHECKOUT", checkout / "docs")

    assert call().exit_code == 3
