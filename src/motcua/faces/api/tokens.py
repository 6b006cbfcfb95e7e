"""A person's own access tokens: make one, see them, end one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from motcua.domain.people import tokens
from motcua.faces.api import schemas
from motcua.faces.api.authentication import principal_of

router = Router(tags=["tokens"])
_PROBLEMS = {code: schemas.ProblemOut for code in (400, 401, 403, 404, 409, 422)}


@router.post("/tokens", response={201: schemas.IssuedTokenOut, **_PROBLEMS})
def issue(request: HttpRequest, body: schemas.TokenIn) -> Any:
    """A new token of the caller's account, capacity and level; its secret is shown this once."""
    issued = tokens.issue_token(principal_of(request), label=body.label, days=body.days)
    return Status(201, {"id": issued.token_id, "secret": issued.secret, "expires_at": issued.expires_at})


@router.get("/tokens", response={200: list[schemas.TokenOut], **_PROBLEMS})
def mine(request: HttpRequest) -> Any:
    """The caller's tokens that still hold, the newest first."""
    return tokens.tokens_of(principal_of(request))


@router.delete("/tokens/{token_id}", response={204: None, **_PROBLEMS})
def revoke(request: HttpRequest, token_id: UUID) -> Any:
    """Ends one of the caller's tokens at once."""
    tokens.revoke_token(principal_of(request), token_id)
    return Status(204, None)
