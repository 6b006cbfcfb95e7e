"""Acts in an organisation's name, in words: "A thay mặt tổ chức B" (IDN-08, IDN-09)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.domain.dossiers.models import Dossier
from motcua.domain.people.queries import names_of_accounts, names_of_parties, who_is
from motcua.foundation.actor import Actor


def on_behalf_words(actors: Iterable[Actor]) -> dict[Actor, str]:
    """The words for every person who acted for an organisation; others are left out; at most two statements."""
    acting = {actor for actor in actors if actor.on_behalf_of and actor.kind == "person"}
    if not acting:
        return {}
    people = names_of_accounts({UUID(actor.id) for actor in acting})
    parties = names_of_parties({UUID(actor.on_behalf_of) for actor in acting})
    return {
        actor: _("%(person)s thay mặt %(organisation)s")
        % {"person": people.get(UUID(actor.id), ""), "organisation": parties.get(UUID(actor.on_behalf_of), "")}
        for actor in acting
    }


def submitter_of(dossier: Dossier) -> str:
    """Who submitted in the owner's name; empty where the owner did so alone. One statement."""
    name, own_party = who_is(dossier.submitted_by_id)
    if own_party == dossier.owner_party_id:
        return ""
    return _("%(person)s thay mặt %(organisation)s") % {"person": name, "organisation": dossier.owner_name}
