"""What this room registers with organisations: how its reports lie under the access policy (ACC-10)."""

from __future__ import annotations

from motcua.domain.organisations.access import Scope, register_scope
from motcua.domain.people.differences.models import IdentityDifference
from motcua.domain.people.population.models import PopulationQuery

register_scope(IdentityDifference, Scope(view="identity_difference.view", units=("unit_id",), field="field_id"))
register_scope(PopulationQuery, Scope(view="audit.view", units=("unit_id",), field="field_id"))
