"""How this room's own objects lie under the access policy: only the owning ministry's people act (CAT-26)."""

from __future__ import annotations

from motcua.domain.catalogue.models import Procedure, Service
from motcua.domain.organisations.access import Scope, register_scope

register_scope(Procedure, Scope(view="catalogue.view_draft", units=("owner_id",), field="field_id"))
register_scope(Service, Scope(view="catalogue.view_draft", units=("procedure__owner_id",), field="procedure__field_id"))
