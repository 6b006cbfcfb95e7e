"""A running VNeID simulator, and a browser's walk through it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from motcua.domain.people import signon, vneid
from motcua.domain.people.rules import Audience
from motcua.domain.people.signon import Begun, SignOn
from motcua.foundation import outbound, policies
from motcua.simulators.testing import running

SECRET = "a-secret-for-the-tests-of-sign-on-0123456789"
RETURN = "http://127.0.0.1:8000/dang-nhap/tra-ve"


@dataclass
class Provider:
    """The simulator as a browser and its operator see it."""

    url: str

    def fault(self, name: str, **parameters: Any) -> None:
        answer = httpx.post(f"{self.url}/_control/faults", json={"fault": name, **parameters})
        assert answer.status_code == 201, answer.text

    def rotate_keys(self, *, keep_previous: bool = True) -> None:
        httpx.post(f"{self.url}/_control/rotate-keys", json={"keep_previous": keep_previous}).raise_for_status()

    def walk(self, begun: Begun, identity: str | None) -> dict[str, str]:
        """The provider's answer after the person chose an identity, or cancelled (None)."""
        with httpx.Client() as browser:
            page = browser.get(begun.authorization_url)
            if page.is_redirect:
                return self._query(page)
            request = re.search(r'name="request" value="([^"]+)"', page.text)
            assert request, page.text
            choice = {"identity": identity} if identity else {"cancel": "1"}
            return self._query(browser.post(f"{self.url}/login", data={"request": request[1], **choice}))

    def _query(self, answer: httpx.Response) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    def begin(self, audience: Audience = Audience.CITIZEN, **options: Any) -> Begun:
        return signon.begin_sign_on(audience, redirect_uri=RETURN, **options)

    def sign_on(self, identity: str | None, audience: Audience = Audience.CITIZEN, **options: Any) -> SignOn:
        """The whole way there and back."""
        begun = self.begin(audience, **options)
        return signon.complete_sign_on(self.walk(begun, identity), begun=begun.attempt_id)


@pytest.fixture(scope="session")
def vneid_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    environment: Mapping[str, str] = {"VNEID_CLIENT_SECRET": SECRET, "VNEID_REDIRECT_URIS": RETURN}
    folder: Path = tmp_path_factory.mktemp("vneid")
    with running("vneid", folder, environment) as url:
        yield url


@pytest.fixture
def provider(vneid_url: str, settings: Any) -> Iterator[Provider]:
    settings.VNEID_ISSUER = vneid_url
    settings.VNEID_CLIENT_SECRET = SECRET
    vneid.forget()
    outbound.forget_partners()
    policies.forget()
    yield Provider(vneid_url)
    httpx.post(f"{vneid_url}/_control/reset").raise_for_status()
    vneid.forget()
    outbound.forget_partners()
    policies.forget()
