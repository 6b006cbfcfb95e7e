"""Timetabled work of this room."""

from __future__ import annotations

from procrastinate.contrib.django import app

from motcua.domain.organisations import units


@app.periodic(cron="7 * * * *")
@app.task(name="organisations.apply_due_changes", queueing_lock="organisations.apply_due_changes")
def apply_due_changes(timestamp: int) -> None:
    """Makes planned unit changes live within the hour of their day; repairs a day that the worker slept through."""
    units.apply_due_changes()
