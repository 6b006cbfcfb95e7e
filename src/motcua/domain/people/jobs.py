"""Timetabled work of this room."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from motcua.domain.people import signon
from motcua.foundation import clock


@app.periodic(cron="23 * * * *")
@app.task(name="people.purge_sign_ons", queueing_lock="people.purge_sign_ons")
def purge_sign_ons(timestamp: int) -> None:
    """Removes sign-on attempts past their days and sessions past their end, so that neither table grows for ever."""
    signon.purge_attempts()
    Session.objects.filter(expire_date__lt=clock.now()).delete()
