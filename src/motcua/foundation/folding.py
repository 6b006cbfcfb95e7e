"""The search key of a text as PostgreSQL computes it: a generated column that no writer can forget (POR-17).

Agrees with `foundation.text.fold` on single-line text that passed `normalise_line`.
"""

from __future__ import annotations

from django.db.models import Func, TextField


class Folded(Func):
    """Lower case, no diacritics, đ → d. Every function in it is immutable, as a generated column demands."""

    template = (
        "translate(lower(regexp_replace(normalize(%(expressions)s, NFD), '[\u0300-\u036f]', '', 'g')), 'đĐ', 'dd')"
    )
    output_field = TextField()  # pyright: ignore[reportAssignmentType] - as Django's own functions declare it
    arity = 1
