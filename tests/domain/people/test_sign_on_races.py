"""Two first sign-ons of one person at the same moment make one profile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, transaction

from motcua.domain.people import profiles
from motcua.domain.people.claims import read_claims
from motcua.domain.people.models import Party, Person


@pytest.mark.django_db(transaction=True)
def test_two_subjects_of_one_citizen_number_meet_in_one_person() -> None:
    claims = read_claims({"HoVaTen": "Nguyễn Văn An", "SoDinhDanh": "001085999001", "QuocTich": "VNM"})
    together = Barrier(6)

    def sign_on(subject: str) -> UUID:
        try:
            together.wait(10)
            with transaction.atomic():
                return profiles.person_of("https://vneid.example", subject, claims).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        people = set(pool.map(sign_on, ["a", "b", "a", "b", "c", "c"]))

    assert len(people) == Person.objects.count() == Party.objects.count() == 1
    assert Person.objects.get().provider_identities.count() == 3
