"""Background work of the foundation itself."""

from __future__ import annotations

from procrastinate.contrib.django import app

from motcua.foundation import audit, reactions, security
from motcua.foundation.pumps import pump

pump("reactions", idle_seconds=0.3)(reactions.drain)
pump("audit sealing", idle_seconds=2.0)(audit.seal)


@app.periodic(cron="41 2 * * *")
@app.task(name="foundation.purge_security_events", queueing_lock="foundation.purge_security_events")
def purge_security_events(timestamp: int) -> None:
    """Once a night: security events past their days, so that the table does not grow for ever."""
    security.purge()
