"""Documents that are generated from the code say what the code says."""

from __future__ import annotations

from motcua.faces.cli.policy_document import DOCUMENT, text
from motcua.foundation.policies import registry


def test_every_policy_is_documented() -> None:
    assert DOCUMENT.read_text() == text(), "run: python -m motcua.faces.cli.policy_document"


def test_every_policy_says_what_it_is() -> None:
    wordless = [key for key, policy in registry.items() if len(policy.description) < 15 or "." not in key]

    assert wordless == []
