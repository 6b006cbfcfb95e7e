"""Tables of parties, identity documents, sign-on and access tokens. Only this room's services write them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from motcua.domain.organisations.models import Account
from motcua.domain.people.differences.models import IdentityDifference
from motcua.domain.people.partner_models import PartnerKey, PartnerNonce
from motcua.domain.people.population.models import PopulationQuery
from motcua.domain.people.rules import (
    Audience,
    Cause,
    OrganisationKind,
    PartyKind,
    Precision,
    RepresentationRole,
    Sex,
    Source,
)
from motcua.domain.people.session_models import SignedInSession
from motcua.foundation import clock
from motcua.foundation.identifiers import IdentityKind

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

__all__ = [
    "AccessToken",
    "IdentityDifference",
    "IdentityDocument",
    "Organisation",
    "PartnerKey",
    "PartnerNonce",
    "Party",
    "Person",
    "PopulationQuery",
    "ProviderCheck",
    "ProviderIdentity",
    "ProviderLogout",
    "Representation",
    "SignOnAttempt",
    "SignOnFailure",
    "SignedInSession",
    "StaffIdentity",
]


class Party(models.Model):
    """Who a dossier belongs to: a person or an organisation (IDN-04)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in PartyKind])
    display_name = models.CharField(max_length=300)
    sort_key = models.CharField(max_length=900, db_comment="Vietnamese order, persons by given name")
    created_at = models.DateTimeField(default=clock.now)

    if TYPE_CHECKING:
        documents: RelatedManager[IdentityDocument]

    class Meta:
        db_table = "people_party"
        constraints = [
            models.CheckConstraint(name="party_kind_known", condition=Q(kind__in=[kind.value for kind in PartyKind])),
            models.CheckConstraint(name="party_has_a_name", condition=~Q(display_name="")),
        ]

    def __str__(self) -> str:
        return self.display_name


class Person(models.Model):
    """Profile of a citizen or foreigner; may exist without an account (assisted at the counter)."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, primary_key=True, related_name="person")
    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="person", db_comment="PERSON account"
    )
    full_name = models.CharField(max_length=300, db_comment="NFC, as the source writes it")
    birth_date = models.DateField(null=True, blank=True)
    birth_date_precision = models.CharField(
        max_length=5, null=True, blank=True, choices=[(value.value, value.value) for value in Precision]
    )
    sex = models.CharField(max_length=6, null=True, blank=True, choices=[(value.value, value.value) for value in Sex])
    nationality = models.CharField(max_length=2, blank=True, db_comment="ISO 3166-1 alpha-2; empty: not known")
    phone = models.CharField(max_length=15, blank=True, db_comment="84… without plus")
    email = models.EmailField(blank=True)
    permanent_address = models.CharField(max_length=500, blank=True)
    current_address = models.CharField(max_length=500, blank=True)
    street = models.CharField(max_length=500, blank=True, db_comment="Permanent address without commune and province")
    commune_code = models.CharField(max_length=5, blank=True, db_comment="Statistical code; empty: not recognised")
    native_place = models.CharField(max_length=500, blank=True)
    technical_id = models.CharField(
        max_length=80, null=True, blank=True, unique=True, db_comment="TechID of the account at the national portal"
    )
    updated_at = models.DateTimeField(default=clock.now)

    if TYPE_CHECKING:
        party_id: UUID
        account_id: UUID | None

    class Meta:
        db_table = "people_person"
        constraints = [
            models.CheckConstraint(
                name="birth_date_comes_with_its_precision",
                condition=Q(birth_date__isnull=True, birth_date_precision__isnull=True)
                | Q(birth_date__isnull=False, birth_date_precision__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.full_name


class Organisation(models.Model):
    """Profile of an enterprise or other organisation; its dossiers belong to it, not to who acts for it (IDN-04)."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, primary_key=True, related_name="organisation")
    code = models.CharField(max_length=20, unique=True, db_comment="Enterprise code = tax code (MST), canonical")
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in OrganisationKind])
    legal_representative = models.CharField(max_length=300, blank=True, db_comment="Name as VNeID states it")
    address = models.CharField(max_length=500, blank=True)
    updated_at = models.DateTimeField(default=clock.now)

    if TYPE_CHECKING:
        party_id: UUID

    class Meta:
        db_table = "people_organisation"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class IdentityDocument(models.Model):
    """A typed identity document of a party; every kind has its own validator and no other (IDN-06)."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=14, choices=[(kind.value, kind.value) for kind in IdentityKind])
    number = models.CharField(max_length=20, db_comment="Canonical form of its kind")
    issuing_country = models.CharField(max_length=2)
    issued_on = models.DateField(null=True, blank=True)
    issued_by = models.CharField(max_length=300, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=13, choices=[(source.value, source.value) for source in Source])
    verified_at = models.DateTimeField(null=True, blank=True, db_comment="NULL: stated, not verified")
    replaced_at = models.DateTimeField(null=True, blank=True, db_comment="Set when a newer document took its place")

    if TYPE_CHECKING:
        party_id: UUID

    class Meta:
        db_table = "people_identity_document"
        constraints = [
            models.CheckConstraint(
                name="identity_kind_known", condition=Q(kind__in=[kind.value for kind in IdentityKind])
            ),
            models.UniqueConstraint(
                name="one_party_per_verified_document",
                fields=["kind", "issuing_country", "number"],
                condition=Q(verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="citizen_id_has_12_digits",
                condition=~Q(kind=IdentityKind.CITIZEN_ID.value) | Q(number__regex=r"^\d{12}$"),
            ),
            models.CheckConstraint(
                name="passport_has_6_to_9_characters",
                condition=~Q(kind=IdentityKind.PASSPORT.value) | Q(number__regex=r"^[A-Z0-9]{6,9}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Representation(models.Model):
    """A person who may act for an organisation: role, services, period (IDN-04, IDN-08)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="representations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="representations")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in RepresentationRole])
    service_codes = models.JSONField(null=True, blank=True, db_comment="Codes of the services; NULL: all services")
    valid_from = models.DateTimeField(default=clock.now)
    valid_until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=13, choices=[(source.value, source.value) for source in Source])
    may_submit = models.BooleanField(default=True, db_comment="May submit, supplement and withdraw in its name")
    may_pay = models.BooleanField(default=True, db_comment="May pay what its dossiers owe")
    granted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_comment="Who delegated here"
    )
    revoked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_comment="Who took it back here"
    )

    if TYPE_CHECKING:
        organisation_id: UUID
        person_id: UUID
        granted_by_id: UUID | None
        revoked_by_id: UUID | None

    class Meta:
        db_table = "people_representation"
        constraints = [
            models.UniqueConstraint(
                name="one_unrevoked_representation",
                fields=["organisation", "person"],
                condition=Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="representation_period_is_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="only_a_revoked_representation_names_its_revoker",
                condition=Q(revoked_by__isnull=True) | Q(revoked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.organisation_id}"


class ProviderIdentity(models.Model):
    """A subject of an identity provider and the person behind it; one person may have several."""

    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="provider_identities")
    first_seen_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(default=clock.now)

    if TYPE_CHECKING:
        person_id: UUID

    class Meta:
        db_table = "people_provider_identity"
        constraints = [models.UniqueConstraint(name="one_person_per_provider_subject", fields=["issuer", "subject"])]

    def __str__(self) -> str:
        return str(self.pk)


class StaffIdentity(models.Model):
    """The STAFF account a person acts with as an officer: the person signs on, the account has the rights."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="staff_identity")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="staff_identity")
    linked_at = models.DateTimeField(default=clock.now)
    linked_by = models.CharField(max_length=80, db_comment="Id of the account or name of the job that linked them")

    if TYPE_CHECKING:
        person_id: UUID
        account_id: UUID

    class Meta:
        db_table = "people_staff_identity"

    def __str__(self) -> str:
        return str(self.pk)


class SignOnAttempt(models.Model):
    """One way to the identity provider and back; its state is used once (IDN-01). Removed after some days."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state_digest = models.BinaryField(max_length=32, unique=True, db_comment="SHA-256 of the state parameter")
    nonce = models.CharField(max_length=64)
    code_verifier = models.CharField(max_length=128, db_comment="PKCE (RFC 7636); worthless once finished")
    audience = models.CharField(max_length=7, choices=[(value.value, value.value) for value in Audience])
    wanted_level = models.PositiveSmallIntegerField()
    next_path = models.CharField(max_length=2000)
    redirect_uri = models.CharField(max_length=500)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_sign_on_attempt"
        indexes = [models.Index(name="sign_on_attempt_age", fields=["started_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class SignOnFailure(models.Model):
    """One failed sign-on with its cause, as statistics count it (IDN-02). No personal data."""

    cause = models.CharField(max_length=20, choices=[(cause.value, cause.value) for cause in Cause])
    audience = models.CharField(max_length=7, blank=True, db_comment="Empty: the attempt is not known")
    detail = models.CharField(max_length=80, blank=True, db_comment="Protocol's own error code or check that failed")
    occurred_at = models.DateTimeField(default=clock.now)
    correlation_id = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "people_sign_on_failure"
        constraints = [
            models.CheckConstraint(name="sign_on_cause_known", condition=Q(cause__in=[cause.value for cause in Cause]))
        ]
        indexes = [models.Index(name="sign_on_failure_time", fields=["occurred_at", "cause"])]

    def __str__(self) -> str:
        return self.cause


class ProviderLogout(models.Model):
    """A logout that the identity provider told us of; sessions it names have ended. Removed after some days."""

    token_digest = models.BinaryField(max_length=32, unique=True, db_comment="SHA-256 of the token's jti: taken once")
    session = models.CharField(max_length=255, blank=True, db_comment="The provider's sid; empty: every session")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_comment="NULL: one session only"
    )
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "people_provider_logout"
        indexes = [
            models.Index(name="provider_logout_of_session", fields=["session"], condition=~Q(session="")),
            models.Index(name="provider_logout_age", fields=["received_at"]),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ProviderCheck(models.Model):
    """One look at whether the identity provider answers (IDN-10). Removed after some days."""

    checked_at = models.DateTimeField(default=clock.now)
    cause = models.CharField(max_length=20, blank=True, db_comment="Empty: it answered; else why not")

    class Meta:
        db_table = "people_provider_check"
        constraints = [
            models.CheckConstraint(
                name="provider_check_cause_known", condition=Q(cause__in=["", *(cause.value for cause in Cause)])
            )
        ]
        indexes = [models.Index(name="provider_check_newest", fields=["-checked_at"])]

    def __str__(self) -> str:
        return self.cause


class AccessToken(models.Model):
    """A secret that stands for an account at the API; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="access_tokens")
    digest = models.BinaryField(max_length=32, unique=True, db_comment="SHA-256 of the secret (256 random bits)")
    label = models.CharField(max_length=100)
    assurance_level = models.PositiveSmallIntegerField()
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_comment="For whom it acts: the person or the organisation; NULL for staff and systems",
    )
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        account_id: UUID
        party_id: UUID | None

    class Meta:
        db_table = "people_access_token"
        constraints = [
            models.CheckConstraint(name="token_ends_after_it_begins", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(name="token_level_known", condition=Q(assurance_level__in=[1, 2])),
        ]

    def __str__(self) -> str:
        return self.label
