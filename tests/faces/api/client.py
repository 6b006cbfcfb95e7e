"""A client of the API that speaks for one principal."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from motcua.domain.people.principal import Principal
from motcua.domain.people.tokens import issue_token


class ApiClient:
    """Calls `/api/v1` with the principal's own token; anonymous for None."""

    def __init__(self, principal: Principal | None) -> None:
        self._client = Client(raise_request_exception=False)
        self._headers: dict[str, str] = {}
        if principal is not None:
            secret = issue_token(principal, label="thử nghiệm").secret
            self._headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **parameters: str) -> Any:
        return self._client.get(f"/api/v1{path}", parameters, headers=self._headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.post(
            f"/api/v1{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers={**self._headers, **named},
        )

    def upload(self, name: str, content: bytes) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return self._client.post("/api/v1/files", {"file": SimpleUploadedFile(name, content)}, headers=self._headers)
