"""How messages lie under the access policy: by the unit whose business they tell of."""

from __future__ import annotations

from motcua.domain.messaging.models import Message
from motcua.domain.organisations.access import Scope, register_scope

register_scope(Message, Scope(view="message.view", units=("unit_id",)))
