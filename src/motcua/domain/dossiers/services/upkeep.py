"""Work of the product itself on many dossiers: overdue marking, closing."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from motcua.domain.dossiers import events
from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.policies import CLOSE_AFTER_DAYS
from motcua.domain.dossiers.rules import FINAL_STATES, State
from motcua.domain.dossiers.transition import moved, opened_by_product
from motcua.foundation import clock
from motcua.foundation.actor import Actor
from motcua.foundation.events import Append, append

_RUNNING = [State.RECEIVED.value, State.IN_PROCESS.value, State.TRANSFERRED.value]


@transaction.atomic
def mark_overdue(limit: int = 500) -> int:
    """Marks running dossiers past their due date, once each, with an event (DOS-06). Returns how many.

    A paused dossier is never marked; what is marked stays marked, as a fact of its history.
    """
    now = clock.now()
    late = Dossier.objects.filter(state__in=_RUNNING, overdue_at__isnull=True, due_at__lt=now)
    dossiers = list(late.select_for_update(skip_locked=True, of=("self",)).order_by("due_at")[:limit])
    appends = [
        Append(item.pk, item.version, [events.DossierOverdue(code=item.code, due_at=item.due_at)], dossier_id=item.pk)
        for item in dossiers
        if item.due_at is not None
    ]
    for item in dossiers:
        item.overdue_at, item.version = now, item.version + 1
    Dossier.objects.bulk_update(dossiers, ["overdue_at", "version"])
    append(appends, actor=Actor.job("dossiers.mark_overdue"))
    return len(dossiers)


def close_finished(limit: int = 200) -> int:
    """Closes dossiers that have been at an end for the policy's days. Returns how many."""
    before = clock.now() - timedelta(days=CLOSE_AFTER_DAYS.get())
    ended = [state.value for state in FINAL_STATES if state is not State.CLOSED]
    ready = Dossier.objects.filter(state__in=ended, finished_at__lt=before).order_by("finished_at")
    closed = 0
    for dossier_id in ready.values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            change = opened_by_product(Actor.job("dossiers.close_finished"), dossier_id, "close")
            moved(change, events.DossierClosed(**change.moved_fields))
            closed += 1
    return closed
