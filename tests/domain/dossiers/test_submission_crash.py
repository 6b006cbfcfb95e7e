"""A submission is stored whole or not at all, wherever its process dies (SUB-09)."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from motcua.domain.catalogue.rules import fees_due
from motcua.domain.dossiers import services
from motcua.domain.dossiers.models import Attachment, Dossier, Task
from motcua.domain.dossiers.services import Submission
from motcua.domain.payments.models import Obligation
from motcua.foundation import events
from motcua.foundation.models import AuditEntry, Event, PendingReaction
from tests.domain.dossiers.world import CHARGED, World, findings, small_world

ROOT = Path(__file__).resolve().parents[3]


def _with_a_fee_and_a_file(world: World) -> Submission:
    """An application that owes a fee with the submission and has a file."""
    for seed in range(200):
        made = world.submission(CHARGED, seed=seed)
        owed = sum(line.amount or 0 for line in fees_due(world.definitions[CHARGED], made.form, "before"))
        if owed and made.files:
            return made
    raise AssertionError("no sample owes a fee and has a file")


def _is_whole(dossier: Dossier, files: int) -> None:
    assert [item.body.type_name for item in events.of_dossier(dossier.pk)].count("dossier.submitted") == 1
    assert Attachment.objects.filter(dossier=dossier).count() == files
    assert Task.objects.filter(dossier=dossier, closed_at__isnull=True).count() == 1
    assert Obligation.objects.filter(dossier=dossier, state="UNPAID").count() == 1
    assert AuditEntry.objects.filter(action="dossier.submit", subject_id=str(dossier.pk)).count() == 1
    assert PendingReaction.objects.filter(reaction="dossiers.notices", aggregate_id=dossier.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_the_submission_is_whole_or_nothing(tmp_path: Path):
    world = small_world(CHARGED)
    submission = _with_a_fee_and_a_file(world)
    given = tmp_path / "given"
    given.write_bytes(pickle.dumps((world.citizen, submission)))
    name = str(connection.settings_dict["NAME"])
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "motcua.config.settings", "PYTHONPATH": paths}

    ran = subprocess.run(
        [sys.executable, "-m", "tests.domain.dossiers.crashing", name, str(given)],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    ends = dict(line.split() for line in ran.stdout.splitlines() if line.split()[-1] in {"killed", "done"})
    assert "Error" not in ran.stderr, ran.stderr[-2000:]
    assert list(ends.values()).count("done") == 2
    assert list(ends.values()).count("killed") >= 16, ends
    done = [key for key, end in ends.items() if end == "done"]
    stored = Dossier.objects.filter(idempotency_key__in=ends)
    assert sorted(stored.values_list("idempotency_key", flat=True)) == sorted(done)
    for dossier in stored:
        _is_whole(dossier, len(submission.files))
    of_nothing = Event.objects.filter(type="dossier.submitted").exclude(aggregate_id__in=stored.values("pk"))
    assert not of_nothing.exists()
    assert Attachment.objects.count() == len(submission.files) * 2
    assert Obligation.objects.count() == Task.objects.count() == 2

    killed = [key for key, end in ends.items() if end == "killed"]
    for key in killed:
        services.submit(world.citizen, replace(submission, idempotency_key=key))
    assert Dossier.objects.count() == len(ends) == len(set(Dossier.objects.values_list("code", flat=True)))
    assert [item for item in findings() if item.detector.startswith(("dossiers.", "payments."))] == []
