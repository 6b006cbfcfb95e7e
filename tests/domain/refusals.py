"""One sentence for tests of what is refused: the act, and the refusal it must end in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from motcua.foundation.errors import DomainError


def refused(act: Callable[[], object]) -> DomainError:
    """The refusal that `act` ends in; the test fails where it ends in none."""
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value
