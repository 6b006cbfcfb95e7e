"""Background work of the foundation itself."""

from __future__ import annotations

from motcua.foundation import audit, reactions
from motcua.foundation.pumps import pump

pump("reactions", idle_seconds=0.3)(reactions.drain)
pump("audit sealing", idle_seconds=2.0)(audit.seal)
