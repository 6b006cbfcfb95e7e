"""Who read a dossier: every read by an officer or a system leaves an audit row, and its owner sees it (SEC-02)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.domain.dossiers.models import Dossier
from motcua.domain.organisations.access import permitted
from motcua.domain.organisations.models import Unit
from motcua.domain.organisations.rules import ROLES
from motcua.domain.people.principal import Principal
from motcua.foundation import audit
from motcua.foundation.models import AuditEntry

READ: Final = "dossier.read"
WHAT: Final[dict[str, str | Promise]] = {
    "detail": _("Xem nội dung hồ sơ"),
    "file": _("Mở tệp trong hồ sơ"),
    "trace": _("Xem dấu vết hồ sơ"),
    "paper": _("Mở giấy về hồ sơ"),
}
PAGE: Final = 50


def note_read(principal: Principal, dossier: Dossier, what: str) -> None:
    """Leaves the audit row of a read, with the role and unit that allowed it; none for one's own. 2 statements."""
    if principal.party_id is not None:
        return
    actor = permitted(principal, "dossier.view", dossier) or principal.actor()
    audit.record(actor, READ, ("dossier", str(dossier.pk)), details={"what": what, "state": dossier.state})


@dataclass(frozen=True, slots=True)
class Reading:
    """One read of one's own data: who by unit and role, never by name; when; what; in which state of the dossier."""

    at: datetime
    dossier_code: str
    unit: str
    role: str
    what: str
    reference: int


def readings_of(principal: Principal, *, before: int | None = None) -> Sequence[Reading]:
    """Reads of the party's dossiers by officers and systems, the newest first; 3 statements.

    Only ever one's own: the party that the principal acts for.
    """
    if principal.party_id is None:
        return []
    own = Dossier.objects.filter(owner_party_id=principal.party_id).order_by("-submitted_at")[:500]
    codes = {str(pk): code for pk, code in own.values_list("pk", "code")}
    rows = AuditEntry.objects.filter(Q(action=READ), subject_kind="dossier", subject_id__in=list(codes))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[:PAGE])
    units = dict(Unit.objects.filter(code__in={row.actor_unit for row in found}).values_list("code", "name"))
    return [_reading(row, codes[row.subject_id], units) for row in found]


def _reading(row: AuditEntry, code: str, units: dict[str, str]) -> Reading:
    role = ROLES.get(row.actor_role)
    what = WHAT.get(str(row.details.get("what", "")), row.action)
    return Reading(
        row.occurred_at,
        code,
        units.get(row.actor_unit) or row.actor_unit,
        str(role.words) if role else "",
        str(what),
        row.pk,
    )
