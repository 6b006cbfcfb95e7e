"""A client of the API that speaks for one principal."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile

from motcua.domain.people.principal import Principal
from motcua.domain.people.tokens import issue_token
from tests.faces.pages import new_client


class ApiClient:
    """Calls `/api/v1` with the principal's own token; with `secret`, or anonymous, for None."""

    def __init__(self, principal: Principal | None, *, secret: str = "") -> None:
        self._client = new_client()
        self.secret = issue_token(principal, label="thử nghiệm").secret if principal else secret
        self._headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}

    def get(self, path: str, **parameters: str) -> Any:
        return self._client.get(f"/api/v1{quote(path, safe='/%')}", parameters, headers=self._headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        text = body if isinstance(body, (str, bytes)) else json.dumps(body or {})
        return self._client.post(
            f"/api/v1{path}", text, content_type="application/json", headers={**self._headers, **named}
        )

    def delete(self, path: str) -> Any:
        return self._client.delete(f"/api/v1{path}", headers=self._headers)

    def upload(self, name: str, content: bytes) -> Any:
        return self._client.post("/api/v1/files", {"file": SimpleUploadedFile(name, content)}, headers=self._headers)
