"""Timetabled work of this room."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from motcua.domain.people import availability, partner_keys, provider_logout, running_sessions, signon
from motcua.foundation import clock


@app.periodic(cron="23 * * * *")
@app.task(name="people.purge_sign_ons", queueing_lock="people.purge_sign_ons")
def purge_sign_ons(timestamp: int) -> None:
    """Removes sign-on attempts past their days and sessions past their end, so that neither table grows for ever."""
    signon.purge_attempts()
    running_sessions.purge_sessions()
    partner_keys.purge_nonces()
    provider_logout.purge_logouts()
    Session.objects.filter(expire_date__lt=clock.now()).delete()


@app.periodic(cron="* * * * *")
@app.task(name="people.check_provider", queueing_lock="people.check_provider")
def check_provider(timestamp: int) -> None:
    """Looks every minute whether VNeID answers, so that people are told before they try (IDN-10)."""
    availability.check_provider()
