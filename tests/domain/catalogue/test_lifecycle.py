"""Any sequence of commands: what the public sees is the last published text, and nothing else ever changes."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.domain.catalogue import queries, services
from motcua.domain.catalogue.models import ServiceRevision
from motcua.domain.catalogue.rules import State
from motcua.foundation.errors import DomainError, NotFound
from motcua.foundation.models import Event
from tests.domain.catalogue import factories as make
from tests.domain.catalogue.demo import SERVICES

pytestmark = pytest.mark.django_db
COMMANDS = st.sampled_from(["save", "test", "publish", "suspend", "resume", "withdraw"])


@dataclass
class Model:
    """The rule in words: a draft is published only as it was tested, in a state that allows it."""

    state: str = State.DECLARED
    draft: int | None = 8000
    tested: bool = False
    published: list[int] = field(default_factory=list)

    def apply(self, command: str, price: int) -> bool:
        before = (self.state, self.draft, self.tested, list(self.published))
        getattr(self, command)(price)
        return before != (self.state, self.draft, self.tested, self.published)

    def save(self, price: int) -> None:
        if self.state != State.WITHDRAWN:
            self.draft, self.tested = price, False
            self.state = State.DECLARED if self.state == State.TESTED else self.state

    def test(self, _price: int) -> None:
        if self.draft is not None and self.state in (State.DECLARED, State.PUBLISHED, State.SUSPENDED):
            self.tested = True
            self.state = State.TESTED if self.state == State.DECLARED else self.state

    def publish(self, _price: int) -> None:
        if self.draft is not None and self.tested and self.state in (State.TESTED, State.PUBLISHED, State.SUSPENDED):
            self.published.append(self.draft)
            self.draft, self.tested = None, False
            self.state = State.PUBLISHED if self.state == State.TESTED else self.state

    def suspend(self, _price: int) -> None:
        self.state = State.SUSPENDED if self.state == State.PUBLISHED else self.state

    def resume(self, _price: int) -> None:
        self.state = State.PUBLISHED if self.state == State.SUSPENDED else self.state

    def withdraw(self, _price: int) -> None:
        self.state = State.WITHDRAWN


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(COMMANDS, st.integers(1, 9).map(lambda n: n * 1000)), max_size=12))
def test_any_sequence_of_commands_agrees_with_the_rule(commands: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        ministry = make.ministry()
        service = make.declared_service(ministry)
        model = Model()
        definition = SERVICES[make.SERVICE]
        acts = {
            "save": lambda price: services.save_draft(ministry.editor, service.pk, make.with_fee(definition, price)),
            "test": lambda _price: services.run_tests(ministry.tester, service.pk),
            "publish": lambda _price: services.publish_revision(ministry.publisher, service.pk),
            "suspend": lambda _price: services.suspend(ministry.publisher, service.pk, reason="Bảo trì"),
            "resume": lambda _price: services.resume(ministry.publisher, service.pk),
            "withdraw": lambda _price: services.withdraw(ministry.publisher, service.pk, reason="Bãi bỏ"),
        }

        for command, price in commands:
            changed = model.apply(command, price)
            try:
                with transaction.atomic():
                    acts[command](price)
            except DomainError:
                assert not changed
            service.refresh_from_db()
            assert service.state == model.state

        texts = ServiceRevision.objects.filter(service=service).order_by("number")
        public = [text.definition["fees"][0]["amount"] for text in texts if text.published_at]
        assert public == model.published
        assert Event.objects.filter(aggregate_id=service.pk).count() == service.version
        _assert_public_sees(model)
        transaction.set_rollback(True)


def _assert_public_sees(model: Model) -> None:
    if not model.published:
        with pytest.raises(NotFound):
            queries.current_service(make.SERVICE)
        return
    seen = queries.current_service(make.SERVICE)
    assert seen.definition.fees[0].amount == model.published[-1]
    assert seen.takes_submissions == (model.state == State.PUBLISHED)
