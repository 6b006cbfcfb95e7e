"""Background work of the room."""

from __future__ import annotations

from motcua.domain.dossiers.services.upkeep import close_finished, mark_overdue
from motcua.foundation.pumps import pump

pump("overdue marking", idle_seconds=15.0)(mark_overdue)
pump("closing of finished dossiers", idle_seconds=60.0)(close_finished)
