"""What this room does on events of earlier rooms."""

from __future__ import annotations

from collections.abc import Sequence

from motcua.domain.organisations.events import AccountOpenedOnRequest
from motcua.domain.people import staffing
from motcua.foundation.events import Recorded
from motcua.foundation.reactions import within


@within("people.link_who_asked", AccountOpenedOnRequest)
def link_who_asked(recorded: Sequence[Recorded]) -> None:
    """The person who asked for an officer's account may sign on to it from the moment it is opened."""
    staffing.link_who_asked(recorded)
