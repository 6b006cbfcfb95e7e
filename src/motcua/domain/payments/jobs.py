"""Background work of the payments room: thin calls of services, each safe to run twice at once."""

from __future__ import annotations

from motcua.domain.payments import services
from motcua.foundation.pumps import pump

pump("payment notifications", idle_seconds=0.3)(services.apply_due)
pump("payment receipts", idle_seconds=0.5)(services.issue_due)
pump("payment inquiries", idle_seconds=2.0)(services.inquire_due)
pump("payment expiry", idle_seconds=2.0)(services.expire_due)
