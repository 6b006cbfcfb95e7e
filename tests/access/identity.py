"""The matrix's lines for identity data: differences and questions to the population register; `table.py` says how."""

from __future__ import annotations

from tests.access.expectations import Expect, Right, Shows, Somewhere
from tests.access.world import Office
from tests.domain.dossiers.ways import TEXT

SEE = Right("identity_difference.view")


def _code(office: Office) -> str:
    return office.names["code"]


IDENTITY: list[Expect] = [
    Expect(
        "GET administration:differences", Somewhere(("identity_difference.view",)), refused=403, shows=Shows(SEE, _code)
    ),
    Expect("GET administration:export_differences", Somewhere(("identity_difference.view",)), refused=403),
    Expect(
        "GET administration:population_queries", Somewhere(("audit.view",)), refused=403,
        shows=Shows(Right("audit.view"), _code),
    ),
    Expect(
        "POST workbench:correct_identity", Right("identity_difference.resolve"), refused=403, answer=302,
        sends=lambda _office: {"evidence": TEXT},
    ),
    # No register stands behind the matrix: who may ask is told that it did not answer.
    Expect(
        "POST workbench:ask_population", Right("population.query"), refused=403, answer=503,
        sends=lambda _office: {"purpose": "VERIFY_IDENTITY", "fields": ["FULL_NAME"], "reason": TEXT},
    ),
]  # fmt: skip
