"""Two windows on one draft: neither overwrites what it has not seen, whatever they type (SES-02, FRM-04)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.domain.dossiers import services
from motcua.domain.dossiers.draft_marks import changed_elsewhere, marks
from motcua.domain.dossiers.models import Draft
from tests.domain.dossiers.world import FREE, World
from tests.domain.refusals import refused

NAMES = ("purpose", "full_name", "identity", "copies")
ANSWER = (
    st.none() | st.text(max_size=5) | st.integers(0, 3) | st.dictionaries(st.sampled_from("ab"), st.text(max_size=2))
)
ANSWERS = st.dictionaries(st.sampled_from(NAMES), ANSWER)


@given(before=ANSWERS, other=ANSWERS, mine=ANSWERS)
def test_a_clash_is_what_both_changed_differently_and_nothing_else(
    before: dict[str, object], other: dict[str, object], mine: dict[str, object]
):
    seen, now = marks(before, NAMES), {**before, **other}

    clashing = changed_elsewhere(now, seen, mine)

    assert set(clashing) == {name for name in mine if now.get(name) != before.get(name) and mine[name] != now.get(name)}
    assert changed_elsewhere(before, seen, mine) == []
    assert changed_elsewhere(now, marks(now, NAMES), mine) == []
    assert changed_elsewhere(now, {}, mine) == []


@pytest.mark.django_db
def test_the_older_window_is_refused_and_nothing_of_it_is_half_saved(world: World):
    draft = services.open_draft(world.citizen, world.service(FREE), locality_id=world.commune.pk)
    seen = marks(draft.form, ["purpose", "note"])
    services.save_answers(world.citizen, draft.pk, {"purpose": "Mua nhà"}, seen=seen)

    late = refused(
        lambda: services.save_answers(world.citizen, draft.pk, {"purpose": "Vay vốn", "note": "Gấp"}, seen=seen)
    )
    services.save_answers(world.citizen, draft.pk, {"note": "Không gấp"}, seen=seen)

    assert (late.code, late.details) == ("STALE_DRAFT", {"fields": ["purpose"]})
    form = Draft.objects.get(pk=draft.pk).form
    assert (form["purpose"], form["note"]) == ("Mua nhà", "Không gấp")
