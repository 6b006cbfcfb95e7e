"""`./motcua check`: readiness asked one by one, every detector run, exit 1 on a finding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection

from motcua.foundation import readiness
from tests.cli.installation import motcua


@pytest.mark.django_db
def test_every_check_is_asked_although_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise readiness.NotReady("the object store does not answer")

    monkeypatch.setitem(readiness.checks._items, "storage", broken)

    answers = {answer.name: answer for answer in readiness.ask_all()}

    assert answers["storage"].ready is False
    assert answers["storage"].text == "the object store does not answer"
    assert answers["database"].ready
    assert answers["tables"].ready
    assert answers["worker"].ready is False


@pytest.mark.django_db
def test_a_worker_is_alive_as_long_as_it_gives_signs_of_life() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '31 seconds')")
        with pytest.raises(readiness.NotReady, match="no worker"):
            readiness.worker_is_alive()

        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 seconds')")

    assert readiness.worker_is_alive() == "1 alive"


def test_findings_are_printed_and_are_the_exit_status(folder: Path) -> None:
    data = f"--data={folder / 'data'}"
    assert motcua("migrate", data).returncode == 0
    fine = motcua("check", "--json", data)
    break_audit_log(folder / "data")

    found = motcua("check", "--json", data)
    in_words = motcua("check", data)

    assert (fine.returncode, found.returncode, in_words.returncode) == (0, 1, 1)
    assert json.loads(fine.stdout)["fine"] is True
    report = json.loads(found.stdout)
    assert [finding["fault"] for finding in report["findings"]] == ["SEC-02"]
    assert {item["name"]: item["ready"] for item in report["readiness"]}["worker"] is None
    assert "1 findings" in in_words.stdout


def break_audit_log(data: Path) -> None:
    """An audit row that nobody has sealed for two minutes."""
    import psycopg

    from motcua.foundation.embedded import Cluster

    cluster = Cluster(data)
    columns = "occurred_at, action, outcome, actor_kind, actor_id, actor_role, actor_unit, subject_kind, subject_id, "
    columns += "details, correlation_id"
    values = "now() - interval '2 minutes', 'x.y', 'done', 'system', 'test', '', '', 'x', '1', '{}', ''"
    with psycopg.connect(cluster.start()) as database:
        database.execute(f"INSERT INTO foundation_auditentry ({columns}) VALUES ({values})")
    cluster.leave()


def test_an_unknown_folder_cannot_be_checked(folder: Path) -> None:
    done = motcua("check", f"--data={folder / 'none'}")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
