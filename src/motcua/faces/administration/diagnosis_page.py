"""Why an account may do something or not: administrators ask about others, every officer about themselves (ACC-09)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.domain.dossiers.queries import for_diagnosis
from motcua.domain.organisations import diagnosing
from motcua.domain.organisations.access import reads_only
from motcua.domain.organisations.defects.rules import SYSTEM_NAMES, system_of
from motcua.domain.organisations.diagnosing import Diagnosis
from motcua.domain.organisations.models import Account
from motcua.domain.organisations.queries import fields
from motcua.domain.organisations.rules import ACTIONS, Words
from motcua.faces.lacking_rights import LackingRight, lacking_in
from motcua.faces.signing_in import SignedInRequest, officers_only
from motcua.foundation.errors import DomainError


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says, as typed."""

    account: str
    dossier: str
    action: str
    unit: str
    field: str

    @classmethod
    def of(cls, form: QueryDict) -> Asked:
        """Reads the address; nothing longer than its field is taken over."""
        names = ("tai-khoan", "ma-ho-so", "chuc-nang", "don-vi", "linh-vuc")
        return cls(*(form.get(name, "").strip()[:300] for name in names))

    @property
    def complete(self) -> bool:
        return bool(self.dossier or (self.action and self.unit))


@require_safe
@officers_only
def diagnosis(request: SignedInRequest) -> HttpResponse:
    """One question and its answer: which grant allows it, or what is missing and who can give it."""
    asked = Asked.of(request.GET)
    found = _accounts(request, asked.account)
    answer: Diagnosis | None = None
    error: DomainError | None = None
    if asked.complete and len(found) == 1:
        try:
            answer = _answer(request, found[0], asked)
        except DomainError as refused:
            if refused.status == 403:
                raise
            error = refused
    context = {
        "asked": asked,
        "found": found,
        "answer": answer,
        "error": error,
        "lacking": _to_ask_for(request, answer),
        "actions": _choices(),
        "fields": fields(),
    }
    return render(request, "administration/diagnosis.html", context, status=error.status if error else 200)


def _accounts(request: SignedInRequest, text: str) -> list[Account]:
    if not text:
        return [diagnosing.subject_account(request.principal, request.principal.account_id)]
    return diagnosing.accounts_matching(request.principal, text)


def _answer(request: SignedInRequest, account: Account, asked: Asked) -> Diagnosis:
    if asked.dossier:
        thing = for_diagnosis(asked.dossier)
        return diagnosing.diagnose(request.principal, account.pk, asked.action or "dossier.view", thing)
    place = diagnosing.place_of(asked.unit, asked.field)
    return diagnosing.diagnose(request.principal, account.pk, asked.action, place)


def _to_ask_for(request: SignedInRequest, answer: Diagnosis | None) -> LackingRight | None:
    """The right that the officer may ask for themselves with one click."""
    if answer is None or answer.account.pk != request.principal.account_id or reads_only(request.principal):
        return None
    return lacking_in(answer.action, answer.explanation)


def _choices() -> list[tuple[Words, list[tuple[str, Words]]]]:
    """The functions under the system they belong to, as the form offers them."""
    groups: dict[Words, list[tuple[str, Words]]] = {}
    for code, action in ACTIONS.items():
        groups.setdefault(SYSTEM_NAMES[system_of(code)], []).append((code, action.words))
    return list(groups.items())
