"""Single sign-on: one attempt there, one answer back, one principal (IDN-01, IDN-02).

Nothing is half done: whatever fails leaves a counted cause and no session.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from motcua.domain.organisations import services as accounts
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.rules import AccountKind
from motcua.domain.people import profiles, vneid
from motcua.domain.people.claims import ClaimMissing, Claims, read_claims
from motcua.domain.people.differences.services import settle_by_vneid
from motcua.domain.people.mandates import mandate_of
from motcua.domain.people.models import Organisation, Person, SignOnAttempt, SignOnFailure, StaffIdentity
from motcua.domain.people.policies import SIGN_ON_MINUTES, SIGN_ON_RECORD_DAYS, STAFF_MINIMUM_LEVEL
from motcua.domain.people.principal import Mandate, Principal
from motcua.domain.people.refusals import SignOnRefused
from motcua.domain.people.rules import PROVIDER_ERRORS, Audience, Cause, safe_next
from motcua.foundation import audit, clock, security
from motcua.foundation.correlation import current_correlation_id
from motcua.foundation.functions import Function, require_on
from motcua.foundation.security_kinds import SecurityKind

logger = logging.getLogger("motcua.signon")


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt that the browser carries on; its session remembers `attempt_id`."""

    attempt_id: UUID
    authorization_url: str


@dataclass(frozen=True, slots=True)
class SignOn:
    """Who signed on, for whom, how sure, and where to go on."""

    principal: Principal
    account: Account
    person: Person
    organisation: Organisation | None
    assurance_level: int
    provider_session: str
    id_token: str
    next_path: str


def begin_sign_on(
    audience: Audience, *, redirect_uri: str, next_path: str = "/", wanted_level: int | None = None
) -> Begun:
    """Opens an attempt and says where to send the browser.

    `wanted_level` is what the service at hand needs; staff always need the policy's level. The way back is used once,
    within the policy `sign_on.minutes`, by the browser that began. Raises SignOnRefused (VNEID_UNAVAILABLE, TIMEOUT).
    """
    require_on(Function.LOG_IN)
    needed = STAFF_MINIMUM_LEVEL.get() if audience is Audience.STAFF else wanted_level or 1
    state, nonce, verifier = (secrets.token_urlsafe(size) for size in (32, 32, 48))
    try:
        address = vneid.authorization_url(
            state=state, nonce=nonce, code_verifier=verifier, redirect_uri=redirect_uri, level=max(needed, 2)
        )
    except SignOnRefused as refusal:
        _count(refusal, audience.value)
        raise
    attempt = SignOnAttempt.objects.create(
        state_digest=_digest(state),
        nonce=nonce,
        code_verifier=verifier,
        audience=audience.value,
        wanted_level=needed,
        next_path=safe_next(next_path),
        redirect_uri=redirect_uri,
        started_at=clock.now(),
    )
    return Begun(attempt.pk, address)


def complete_sign_on(answer: Mapping[str, str], *, begun: UUID | None) -> SignOn:
    """Ends an attempt with the provider's answer (the query of the redirect).

    - the state belongs to the attempt that this browser began (`begun`) and was not used before;
    - the code is redeemed once with the PKCE verifier; ID token and user information are verified and agree;
    - the level suffices, the account exists and is not locked.

    Raises SignOnRefused with the cause, which is counted.
    """
    attempt = None
    try:
        attempt = _attempt_of(answer, begun)
        _refuse_provider_error(answer)
        access_token, raw = vneid.exchange(
            answer.get("code", ""), code_verifier=attempt.code_verifier, redirect_uri=attempt.redirect_uri
        )
        identity = vneid.verify(raw, nonce=attempt.nonce, access_token=access_token)
        claims = read_claims(vneid.userinfo(access_token, subject=identity.subject))
        return _admit(attempt, identity, claims)
    except ClaimMissing as missing:
        refusal = SignOnRefused(Cause.CLAIMS_MISSING, missing.claim)
        _count(refusal, attempt.audience if attempt else "")
        raise refusal from missing
    except SignOnRefused as refusal:
        _count(refusal, attempt.audience if attempt else "")
        raise


def _digest(state: str) -> bytes:
    return hashlib.sha256(state.encode()).digest()


def _attempt_of(answer: Mapping[str, str], begun: UUID | None) -> SignOnAttempt:
    """The attempt of this answer, marked as used in the same statement that checks that it was not."""
    attempt = SignOnAttempt.objects.filter(state_digest=_digest(answer.get("state", ""))).first()
    if attempt is None or begun is None:
        raise SignOnRefused(Cause.STATE_MISMATCH, "unknown" if attempt is None else "no_session")
    unused = SignOnAttempt.objects.filter(pk=attempt.pk, finished_at__isnull=True)
    if attempt.pk != begun:
        raise SignOnRefused(Cause.STATE_MISMATCH, "other_browser")
    if not unused.update(finished_at=clock.now()):
        raise SignOnRefused(Cause.REPLAYED, "state")
    if clock.now() - attempt.started_at > timedelta(minutes=SIGN_ON_MINUTES.get()):
        raise SignOnRefused(Cause.TIMEOUT, "attempt")
    if answer.get("iss", settings.VNEID_ISSUER).rstrip("/") != settings.VNEID_ISSUER.rstrip("/"):
        raise SignOnRefused(Cause.STATE_MISMATCH, "iss")
    return attempt


def _refuse_provider_error(answer: Mapping[str, str]) -> None:
    error = answer.get("error")
    if error is None and answer.get("code"):
        return
    cause = PROVIDER_ERRORS.get(error or "")
    if cause is None:
        logger.error("the authorization endpoint answered with an error of ours: %s", (error or "no code")[:60])
    raise SignOnRefused(cause or Cause.VNEID_UNAVAILABLE, (error or "no_code")[:60])


@transaction.atomic
def _admit(attempt: SignOnAttempt, identity: vneid.IdToken, claims: Claims) -> SignOn:
    if not claims.is_active:
        raise SignOnRefused(Cause.ACCOUNT_LOCKED, "vneid")
    level = min(identity.level, claims.level or identity.level)
    if level < attempt.wanted_level:
        raise SignOnRefused(Cause.LEVEL_TOO_LOW, str(level))
    person = profiles.person_of(settings.VNEID_ISSUER.rstrip("/"), identity.subject, claims)
    settle_by_vneid(person)
    organisation = None
    if attempt.audience == Audience.STAFF:
        account = _staff_account(person)
    else:
        account = person.account
        if claims.organisation is not None:
            organisation = profiles.organisation_of(claims.organisation, person)
    assert account is not None  # noqa: S101 - person_of gives every person an account
    _refuse_locked(account)
    mandate = mandate_of(organisation.pk, person.pk) if organisation is not None else None
    principal = principal_of(account, person, organisation if mandate else None, level, mandate)
    accounts.note_sign_in(account)
    details = {"audience": attempt.audience, "organisation": organisation.code if organisation else None}
    audit.record(principal.actor(), "session.sign_on", ("account", str(account.pk)), details=details)
    return SignOn(principal, account, person, organisation, level, identity.session, identity.raw, attempt.next_path)


def principal_of(
    account: Account, person: Person, organisation: Organisation | None, level: int, mandate: Mandate | None = None
) -> Principal:
    """The principal of a person in the capacity chosen: officer, organisation's representative, or oneself."""
    if account.kind == AccountKind.STAFF:
        return Principal(account.pk, AccountKind.STAFF, account.display_name, level, person_id=person.pk)
    party = organisation.party if organisation else person.party
    return Principal(
        account.pk,
        AccountKind.PERSON,
        person.full_name,
        level,
        party_id=party.pk,
        party_name=organisation.name if organisation else person.full_name,
        person_id=person.pk,
        organisation_code=organisation.code if organisation else "",
        mandate=mandate if organisation else None,
    )


def _staff_account(person: Person) -> Account:
    link = StaffIdentity.objects.select_related("account").filter(person=person).first()
    if link is None:
        raise SignOnRefused(Cause.NO_ACCOUNT)
    return link.account


def _refuse_locked(account: Account) -> None:
    locked = account.locked_until is not None and account.locked_until > clock.now()
    if locked or not account.is_active:
        raise SignOnRefused(Cause.ACCOUNT_LOCKED, "here")


def _count(refusal: SignOnRefused, audience: str) -> None:
    SignOnFailure.objects.create(
        cause=refusal.cause.value,
        audience=audience,
        detail=refusal.detail[:80],
        occurred_at=clock.now(),
        correlation_id=current_correlation_id() or "",
    )
    if refusal.cause is not Cause.VNEID_UNAVAILABLE:
        security.note(SecurityKind.FAILED_SIGN_ON, refusal.cause.value.lower())
    logger.info("sign-on refused: %s %s", refusal.cause.value, refusal.detail[:80])


def purge_attempts() -> int:
    """Removes attempts older than the policy; returns how many. Causes stay counted."""
    oldest = clock.now() - timedelta(days=SIGN_ON_RECORD_DAYS.get())
    return SignOnAttempt.objects.filter(started_at__lt=oldest).delete()[0]
