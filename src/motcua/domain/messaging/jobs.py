"""Background work of this room. Several senders, because one slow answer must not hold up the queue (SMS-05)."""

from __future__ import annotations

from motcua.domain.messaging import services
from motcua.foundation.pumps import pump

pump("messages to send, 1")(services.send_due)
pump("messages to send, 2")(services.send_due)
pump("messages to send, 3")(services.send_due)
pump("messages processed", idle_seconds=3.0)(services.poll_processed)
