"""Who works on a dossier when its officer may not any more: laid down, shown, taken up by somebody else (ACC-14)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from motcua.domain.catalogue.definition import StepKind
from motcua.domain.dossiers.events import TaskLaidDown, TaskTakenUp
from motcua.domain.dossiers.models import Dossier, Task
from motcua.domain.dossiers.transition import locked
from motcua.domain.organisations.access import Acting, require
from motcua.foundation import audit, clock, events
from motcua.foundation.actor import Actor
from motcua.foundation.errors import Conflict
from motcua.foundation.events import Append

ACTION_OF_STEP = {
    StepKind.RECEIVE: "dossier.receive",
    StepKind.PROCESS: "dossier.process",
    StepKind.APPROVE: "dossier.approve",
    StepKind.RETURN: "dossier.return_result",
}
"""The right that a step of each kind is done by."""


def lay_down(officers: Collection[UUID], actor: Actor) -> int:
    """Takes their open tasks from these officers, in the caller's transaction; returns how many dossiers.

    A fixed number of statements, however many dossiers; each leaves its event.
    """
    held = Task.objects.filter(assignee_id__in=officers, closed_at__isnull=True)
    dossiers = list(
        Dossier.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=held.values("dossier_id"))
        .order_by("pk")
        .only("pk", "code", "version")
    )
    if not dossiers:
        return 0
    ids = [dossier.pk for dossier in dossiers]
    appends = [Append(item.pk, item.version, [TaskLaidDown(code=item.code)], dossier_id=item.pk) for item in dossiers]
    Dossier.objects.filter(pk__in=ids).update(version=F("version") + 1)
    held.filter(dossier_id__in=ids).update(assignee=None, released_at=clock.now())
    events.append(appends, actor=actor)
    return len(ids)


@transaction.atomic
def take_up(acting: Acting, dossier_id: UUID) -> None:
    """An officer whose role does the open step takes a dossier up that another one had to lay down.

    Raises NotFound, AccessDenied, Conflict (NOT_LAID_DOWN: somebody was faster, or it never was).
    """
    dossier = locked(dossier_id)
    task = Task.objects.filter(dossier=dossier, closed_at__isnull=True).first()
    kind = StepKind(task.kind) if task else StepKind.PROCESS
    actor = require(acting, ACTION_OF_STEP[kind], dossier)
    if task is None or task.released_at is None:
        raise Conflict("NOT_LAID_DOWN", _("Hồ sơ này đang có người xử lý hoặc không chờ phân công."))
    Task.objects.filter(pk=task.pk).update(assignee_id=acting.account_id, released_at=None)
    Dossier.objects.filter(pk=dossier.pk).update(version=F("version") + 1)
    body = TaskTakenUp(code=dossier.code)
    events.append([Append(dossier.pk, dossier.version, [body], dossier_id=dossier.pk)], actor=actor)
    audit.record(actor, "dossier.take_up", ("dossier", str(dossier.pk)))
