"""Identity at the dossier: the level enforced and told (IDN-03), the organisation as owner (IDN-04)."""

from __future__ import annotations

import pytest

from motcua.domain.dossiers import queries, services
from motcua.domain.dossiers.models import Dossier
from motcua.foundation.errors import AccessDenied, NotFound
from motcua.foundation.models import AuditEntry, Event
from tests.domain.dossiers.world import FREE, World, applicant, small_world
from tests.domain.people import factories as people

FOR_ORGANISATIONS = "1.003197"


@pytest.mark.requirement("IDN-03")
def test_a_service_of_level_two_refuses_level_one_and_the_audit_tells_the_level(world: World):
    assert world.definitions[FREE].minimum_identity_level == 2
    low = applicant("Phạm Thu Hà", level=1)
    application = world.submission(by=low)

    with pytest.raises(AccessDenied) as refusal:
        services.submit(low, application)
    dossier = world.submitted(by=world.citizen)

    assert (refusal.value.code, refusal.value.status) == ("LEVEL_TOO_LOW", 403)
    assert list(Dossier.objects.values_list("pk", flat=True)) == [dossier.pk]
    rows = AuditEntry.objects.filter(action="dossier.submit")
    assert [(row.actor_id, row.assurance_level) for row in rows] == [(str(world.citizen.account_id), 2)]


@pytest.mark.requirement("IDN-04")
def test_a_dossier_of_an_organisation_is_seen_by_its_people_in_its_name_only(db: None):
    world = small_world(FREE, FOR_ORGANISATIONS)
    company = people.organisation()
    mai, nam = people.person("Đoàn Thị Mai"), people.person("Vũ Hải Nam")
    first, second = people.acting_for(company, mai), people.acting_for(company, nam)
    mai_herself = people.principal_of(mai.account, mai, None, 2)
    nam_himself = people.principal_of(nam.account, nam, None, 2)

    dossier = world.submitted(FOR_ORGANISATIONS, by=first)

    assert dossier.owner_party_id == company.pk
    assert dossier.submitted_by_id == first.account_id
    for acting in (first, second):
        assert [row.code for row in queries.my_dossiers(acting).rows] == [dossier.code]
        assert queries.get(acting, dossier.pk).code == dossier.code
    for acting in (mai_herself, nam_himself, world.citizen):
        assert queries.my_dossiers(acting).rows == []
        with pytest.raises(NotFound):
            queries.get(acting, dossier.pk)


def test_the_event_names_who_acted_and_the_dossier_whom_for(db: None):
    world = small_world(FOR_ORGANISATIONS)
    company = people.organisation()
    acting = people.acting_for(company, people.person("Đoàn Thị Mai"))

    dossier = world.submitted(FOR_ORGANISATIONS, by=acting)

    event = Event.objects.get(dossier_id=dossier.pk, type="dossier.submitted")
    assert (event.actor_kind, event.actor_id) == ("person", str(acting.account_id))
    assert dossier.owner_name == "Công ty TNHH Hoa Sen"
