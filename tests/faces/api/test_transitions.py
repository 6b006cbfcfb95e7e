"""The rule table as the API keeps it: 200 where a pair is allowed, 409 with the current state otherwise (DOS-01)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from motcua.domain.dossiers.models import Dossier
from motcua.domain.dossiers.rules import State, edge
from tests.domain.dossiers.ways import REASON, STORED, TEXT, WAYS, in_state
from tests.domain.dossiers.world import World
from tests.faces.api.client import ApiClient
from tests.faces.pages import Browser

FORMS: dict[str, dict[str, Any]] = {
    "refuse_intake": REASON,
    "transfer": REASON,
    "pause": REASON,
    "resume": REASON,
    "send_back": REASON,
    "refuse": REASON,
    "return_result": {"method": "ONLINE"},
    "approve": {"number": "1/KQ"},
}
"""What the officials' screen sends with each act besides the version."""


@pytest.mark.parametrize("state", STORED)
def test_every_act_answers_200_or_409_with_the_current_state(world: World, state: State):
    dossier = in_state(world, state)
    clients = {verb: ApiClient(way.who(world)) for verb, way in WAYS.items()}

    for verb, client in clients.items():
        with transaction.atomic():
            _call(world, client, verb, dossier)
            transaction.set_rollback(True)


def _call(world: World, client: ApiClient, verb: str, dossier: Dossier) -> None:
    if verb == "ask_supplement" and dossier.supplement_count:
        return
    found = edge(State(dossier.state), verb)
    way = WAYS[verb]

    answer = client.post(f"/dossiers/{dossier.pk}/{way.path}", way.body(world))

    if found is None:
        assert answer.status_code == 409, (dossier.state, verb, answer.content)
        assert answer.json()["code"] == "ILLEGAL_TRANSITION"
        assert answer.json()["details"]["current_state"] == dossier.state
        assert Dossier.objects.get(pk=dossier.pk).version == dossier.version
    else:
        assert answer.status_code == 200, (dossier.state, verb, answer.content)
        assert answer.json()["state"] == (found.target or dossier.resume_state)
        assert answer.json()["version"] == dossier.version + 1


@pytest.mark.parametrize("state", STORED)
def test_the_officials_screen_keeps_the_same_table(world: World, state: State):
    dossier = in_state(world, state)
    asked = world.definitions["1.013831"].components[0].code
    forms = {
        **FORMS,
        "receive": {},
        "start": {},
        "propose": {},
        "ask_supplement": {**REASON, "components": [asked], f"what_{asked}": "Chụp lại"},
        "ask_payment": {"reason_text": TEXT, "fee_DD-TD": "650.000"},
        "transfer": {**REASON, "to_unit": world.commune.code},
    }

    for verb, fields in forms.items():
        if verb == "ask_supplement" and dossier.supplement_count:
            continue
        with transaction.atomic():
            found = edge(state, verb)
            answer = Browser(WAYS[verb].who(world)).post(f"/can-bo/ho-so/{dossier.pk}/thao-tac/{verb}", fields)
            after = Dossier.objects.get(pk=dossier.pk)
            assert answer.status_code == (302 if found else 409), (state, verb)
            assert after.version == dossier.version + (1 if found else 0)
            transaction.set_rollback(True)


def test_no_call_submits_a_dossier_again(world: World):
    dossier = in_state(world, State.SUBMITTED)

    answer = ApiClient(world.citizen).post(f"/dossiers/{dossier.pk}/submit", {})

    assert answer.status_code == 404
