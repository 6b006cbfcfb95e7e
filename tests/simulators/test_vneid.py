"""The provider keeps to docs/protocols/vneid.md, for callers that do and for callers that do not."""

from __future__ import annotations

import base64
import hashlib
import re
import time
import unicodedata
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from stdnum.vn import mst

from tests.simulators.conftest import AFTER_LOGOUT, REDIRECT_URI, SECRET

VERIFIER = "v" * 50


def challenge(verifier: str = VERIFIER) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def asked(**changes: str | None) -> dict[str, str]:
    parameters: dict[str, str | None] = {
        "response_type": "code",
        "client_id": "motcua",
        "redirect_uri": REDIRECT_URI,
        "scope": "openid",
        "state": "state-1",
        "nonce": "nonce-1",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in parameters.items() if value is not None}


def answer_of(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 303, response.text
    location = urlsplit(response.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == REDIRECT_URI
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def press(vneid: httpx.Client, page: httpx.Response, **fields: str) -> dict[str, str]:
    assert page.status_code == 200, page.text
    found = re.search(r'name="request" value="([^"]+)"', page.text)
    assert found
    return answer_of(vneid.post("/login", data={"request": found.group(1), **fields}))


def code_for(vneid: httpx.Client, identity: str = "nguyen-van-an", **changes: str | None) -> str:
    return press(vneid, vneid.get("/authorize", params=asked(**changes)), identity=identity)["code"]


def basic(secret: str = SECRET, client: str = "motcua") -> dict[str, str]:
    pair = f"{quote_plus(client)}:{quote_plus(secret)}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def redeem(vneid: httpx.Client, value: str, headers: dict[str, str] | None = None, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": value,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
        **changes,
    }
    return vneid.post("/token", data=form, headers=basic() if headers is None else headers)


def verified(vneid: httpx.Client, id_token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(vneid.get("/jwks").json())
    return dict(jwt.decode(id_token, keys, algorithms=["RS256"]).claims)


def userinfo(vneid: httpx.Client, token: str) -> httpx.Response:
    return vneid.post("/userinfo", headers={"Authorization": f"Bearer {token}"})


def switch(vneid: httpx.Client, fault: str, **parameters: Any) -> None:
    assert vneid.post("/_control/faults", json={"fault": fault, **parameters}).status_code == 201


def test_discovery_names_endpoints_that_exist_under_the_issuer(vneid: httpx.Client) -> None:
    document = vneid.get("/.well-known/openid-configuration").json()

    assert document["issuer"] == str(vneid.base_url).rstrip("/")
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["id_token_signing_alg_values_supported"] == ["RS256"]
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"):
        assert document[name].startswith(document["issuer"])
        assert vneid.get(document[name]).status_code in (200, 400, 401, 405)


def test_published_keys_hold_no_private_part(vneid: httpx.Client) -> None:
    for key in vneid.get("/jwks").json()["keys"]:
        assert {"kty", "n", "e", "kid", "use", "alg"} <= set(key)
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(key)


def test_a_citizen_signs_in_and_the_tokens_say_who_when_and_how_surely(vneid: httpx.Client) -> None:
    before = int(time.time())
    answer = press(vneid, vneid.get("/authorize", params=asked()), identity="nguyen-van-an")
    given = redeem(vneid, answer["code"])

    tokens = given.json()
    claims = verified(vneid, tokens["id_token"])
    person = userinfo(vneid, tokens["access_token"]).json()
    assert answer["state"] == "state-1"
    assert answer["iss"] == claims["iss"] == str(vneid.base_url).rstrip("/")
    assert given.headers["cache-control"] == "no-store"
    assert tokens["token_type"] == "Bearer"
    assert (claims["aud"], claims["nonce"], claims["acr"]) == ("motcua", "nonce-1", "urn:vneid:loa:2")
    assert before <= claims["iat"] <= time.time()
    assert claims["exp"] == claims["iat"] + 300
    digest = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert person["sub"] == claims["sub"]
    assert (person["HoVaTen"], person["SoDinhDanh"]) == ("Nguyễn Văn An", "001085999001")


def test_the_subject_is_the_same_at_every_sign_on_and_differs_between_persons(vneid: httpx.Client) -> None:
    keys = ["nguyen-van-an", "nguyen-van-an", "pham-thu-ha"]
    subjects = [verified(vneid, redeem(vneid, code_for(vneid, key)).json()["id_token"])["sub"] for key in keys]

    assert subjects[0] == subjects[1] != subjects[2]


def test_a_level_1_account_signs_in_at_level_1_whatever_was_wished(vneid: httpx.Client) -> None:
    tokens = redeem(vneid, code_for(vneid, "pham-thu-ha", acr_values="urn:vneid:loa:2")).json()

    assert verified(vneid, tokens["id_token"])["acr"] == "urn:vneid:loa:1"
    assert userinfo(vneid, tokens["access_token"]).json()["loAs"] == "1"


def test_the_login_page_works_without_script_under_a_strict_policy(vneid: httpx.Client) -> None:
    page = vneid.get("/authorize", params=asked())

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://portal.test" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script|style=|\son\w+=", page.text)
    assert '<html lang="vi">' in page.text
    assert "Hủy" in page.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "consent"}, "invalid_request"),
    ],
)
def test_a_wrong_request_from_a_known_client_is_answered_at_the_client(
    vneid: httpx.Client, changes: dict[str, str | None], error: str
) -> None:
    answer = answer_of(vneid.get("/authorize", params=asked(**changes)))

    assert answer["error"] == error
    assert answer["state"] == "state-1"
    assert "code" not in answer


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "other"},
        {"redirect_uri": "http://evil.test/"},
        {"redirect_uri": REDIRECT_URI + "/x"},
        {"redirect_uri": None},
    ],
)
def test_an_unknown_client_or_address_is_never_redirected_to(
    vneid: httpx.Client, changes: dict[str, str | None]
) -> None:
    response = vneid.get("/authorize", params=asked(**changes))

    assert response.status_code == 400
    assert "location" not in response.headers


def test_a_repeated_parameter_is_refused(vneid: httpx.Client) -> None:
    parameters = [*asked().items(), ("state", "again")]

    assert vneid.get("/authorize", params=parameters).status_code == 400


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"cancel": "1"}, "access_denied"), ({"identity": "hoang-quoc-viet"}, "account_locked")],
)
def test_cancelling_and_a_locked_account_are_told_apart(
    vneid: httpx.Client, fields: dict[str, str], error: str
) -> None:
    answer = press(vneid, vneid.get("/authorize", params=asked()), **fields)

    assert (answer["error"], answer["state"]) == (error, "state-1")
    assert "code" not in answer


def test_a_login_page_can_be_sent_once(vneid: httpx.Client) -> None:
    page = vneid.get("/authorize", params=asked())
    press(vneid, page, identity="nguyen-van-an")

    key = re.search(r'name="request" value="([^"]+)"', page.text)
    assert key
    assert vneid.post("/login", data={"request": key.group(1), "identity": "pham-thu-ha"}).status_code == 400


@pytest.mark.parametrize("headers", [{}, basic("wrong"), basic(client="other"), {"Authorization": "Basic !!"}])
def test_a_client_that_cannot_prove_itself_gets_no_token(vneid: httpx.Client, headers: dict[str, str]) -> None:
    code = code_for(vneid)

    refused = redeem(vneid, code, headers=headers)

    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.headers["www-authenticate"].startswith("Basic")
    assert redeem(vneid, code).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 50}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"code_verifier": "v" * 42}, "invalid_grant"),
        ({"redirect_uri": "http://portal.test/other"}, "invalid_grant"),
        ({"code": "unknown"}, "invalid_grant"),
        ({"code": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
    ],
)
def test_a_wrong_token_request_is_refused(vneid: httpx.Client, changes: dict[str, str], error: str) -> None:
    refused = redeem(vneid, code_for(vneid), **changes)

    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert "access_token" not in refused.json()


def test_a_code_used_again_is_refused_and_takes_its_access_token_along(vneid: httpx.Client) -> None:
    code = code_for(vneid)
    token = redeem(vneid, code).json()["access_token"]
    assert userinfo(vneid, token).status_code == 200

    assert redeem(vneid, code).json()["error"] == "invalid_grant"

    assert userinfo(vneid, token).status_code == 401


def test_a_code_expires_after_a_minute_and_an_access_token_after_five(vneid: httpx.Client) -> None:
    code, late = code_for(vneid), code_for(vneid)
    token = redeem(vneid, code).json()["access_token"]

    vneid.post("/_control/clock", json={"offset_seconds": 61})
    assert redeem(vneid, late).json()["error"] == "invalid_grant"
    assert userinfo(vneid, token).status_code == 200

    vneid.post("/_control/clock", json={"offset_seconds": 301})
    refused = userinfo(vneid, token)
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]


def test_a_live_session_answers_prompt_none_until_it_is_ended(vneid: httpx.Client) -> None:
    first = redeem(vneid, code_for(vneid)).json()
    silent = answer_of(vneid.get("/authorize", params=asked(prompt="none", nonce="nonce-2")))
    second = redeem(vneid, silent["code"]).json()
    claims = verified(vneid, second["id_token"])
    assert claims["sid"] == verified(vneid, first["id_token"])["sid"]
    assert claims["nonce"] == "nonce-2"

    gone = vneid.get(
        "/end-session",
        params={"id_token_hint": first["id_token"], "post_logout_redirect_uri": AFTER_LOGOUT, "state": "bye"},
    )

    assert gone.status_code == 303
    assert gone.headers["location"] == f"{AFTER_LOGOUT}?state=bye"
    assert userinfo(vneid, second["access_token"]).status_code == 401
    assert answer_of(vneid.get("/authorize", params=asked(prompt="none")))["error"] == "login_required"


def test_logout_refuses_foreign_addresses_and_altered_hints_and_asks_without_a_hint(vneid: httpx.Client) -> None:
    tokens = redeem(vneid, code_for(vneid)).json()
    altered = tokens["id_token"][:-4] + ("AAAA" if tokens["id_token"][-4:] != "AAAA" else "BBBB")

    foreign = vneid.get(
        "/end-session", params={"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "http://evil.test/"}
    )
    forged = vneid.get("/end-session", params={"id_token_hint": altered})
    asks = vneid.get("/end-session", params={"post_logout_redirect_uri": AFTER_LOGOUT})

    assert (foreign.status_code, forged.status_code, asks.status_code) == (400, 400, 200)
    assert "location" not in foreign.headers
    assert userinfo(vneid, tokens["access_token"]).status_code == 200
    confirmed = vneid.post("/end-session", data={"post_logout_redirect_uri": AFTER_LOGOUT, "confirm": "1"})
    assert confirmed.headers["location"] == AFTER_LOGOUT
    assert userinfo(vneid, tokens["access_token"]).status_code == 401


def test_after_a_rotation_old_tokens_still_verify_and_after_a_second_they_do_not(vneid: httpx.Client) -> None:
    old = redeem(vneid, code_for(vneid)).json()["id_token"]

    vneid.post("/_control/rotate-keys")
    new = redeem(vneid, code_for(vneid)).json()["id_token"]
    assert verified(vneid, old)["sub"] == verified(vneid, new)["sub"]
    vneid.post("/_control/rotate-keys")

    assert verified(vneid, new)
    with pytest.raises(JoseError):
        verified(vneid, old)


@pytest.mark.parametrize(
    ("fault", "claim", "differs"),
    [
        ("wrong_nonce", "nonce", lambda value: value != "nonce-1"),
        ("missing_nonce", "nonce", lambda value: value is None),
        ("wrong_audience", "aud", lambda value: value != "motcua"),
        ("wrong_issuer", "iss", lambda value: not value.startswith("http://127.0.0.1")),
        ("expired_token", "exp", lambda value: value < time.time() - 3000),
        ("clock_skew", "iat", lambda value: value > time.time() + 500),
    ],
)
def test_a_fault_of_the_id_token_shows_and_passes(vneid: httpx.Client, fault: str, claim: str, differs: Any) -> None:
    switch(vneid, fault, times=1)

    spoilt = verified(vneid, redeem(vneid, code_for(vneid)).json()["id_token"])
    sound = verified(vneid, redeem(vneid, code_for(vneid)).json()["id_token"])

    assert differs(spoilt.get(claim))
    assert not differs(sound.get(claim))


@pytest.mark.parametrize("fault", ["wrong_signature", "unknown_key"])
def test_a_falsely_signed_token_does_not_verify(vneid: httpx.Client, fault: str) -> None:
    switch(vneid, fault)

    token = redeem(vneid, code_for(vneid)).json()["id_token"]

    with pytest.raises(JoseError):
        verified(vneid, token)


def test_missing_claims_a_wrong_subject_and_an_outage_can_be_switched_on_at_one_endpoint(vneid: httpx.Client) -> None:
    token = redeem(vneid, code_for(vneid)).json()["access_token"]

    switch(vneid, "missing_claims", claims=["HoVaTen"], times=1)
    assert "HoVaTen" not in userinfo(vneid, token).json()
    switch(vneid, "wrong_subject", times=1)
    wrong = userinfo(vneid, token).json()["sub"]
    assert wrong != userinfo(vneid, token).json()["sub"]
    switch(vneid, "unavailable", match={"endpoint": "userinfo"})
    assert userinfo(vneid, token).status_code == 503
    assert vneid.get("/jwks").status_code == 200
    vneid.delete("/_control/faults/unavailable")
    assert userinfo(vneid, token).status_code == 200


def test_slowness_and_an_error_answer_can_be_switched_on(vneid: httpx.Client) -> None:
    switch(vneid, "slow", seconds=0.3, match={"endpoint": "jwks"}, times=1)
    begun = time.monotonic()
    vneid.get("/jwks")
    assert time.monotonic() - begun >= 0.3

    switch(vneid, "authorize_error", error="server_error", times=1)
    assert answer_of(vneid.get("/authorize", params=asked()))["error"] == "server_error"


@pytest.mark.parametrize(
    "request_",
    [
        {"fault": "nonsense"},
        {"fault": "slow", "minutes": 1},
        {"fault": "slow", "times": 0},
        {"fault": "slow", "match": {"x": "y"}},
    ],
)
def test_a_fault_switch_that_does_not_exist_is_refused(vneid: httpx.Client, request_: dict[str, Any]) -> None:
    assert vneid.post("/_control/faults", json=request_).status_code == 422
    assert vneid.get("/_control/faults").json() == {"faults": []}


def test_the_identities_cover_the_cases_and_their_numbers_are_well_formed(vneid: httpx.Client) -> None:
    listed = {one["key"]: one for one in vneid.get("/_control/identities").json()["identities"]}

    claims = {key: one["claims"] for key, one in listed.items()}
    for one in claims.values():
        if "SoDinhDanh" in one:
            assert re.fullmatch(r"0(0[1-9]|[1-8]\d|9[0-6])[0-3]\d{2}999\d{3}", one["SoDinhDanh"])
            year = re.search(r"\d{4}$", one["NgayThangNamSinh"])
            assert year
            century = 2 * (int(year.group()) >= 2000)
            assert one["SoDinhDanh"][3] == str(century + (one["GioiTinh"] == "2"))
            assert one["SoDinhDanh"][4:6] == year.group()[2:]
    assert len({one["SoDinhDanh"] for one in claims.values() if "SoDinhDanh" in one}) == len(claims) - 1
    assert len({one["subject"] for one in listed.values()}) == len(listed)
    name = claims["tran-thi-bich-ngoc"]["HoVaTen"]
    assert name == unicodedata.normalize("NFD", name) != unicodedata.normalize("NFC", name)
    assert " " not in claims["nie"]["HoVaTen"]
    assert "SoDienThoai" not in claims["le-minh-duc"]
    assert "SoDinhDanh" not in claims["john-smith"]
    assert claims["john-smith"]["HoChieu"]
    representatives = [claims["doan-thi-mai-dai-dien"], claims["vu-hai-nam-uy-quyen"]]
    assert {one["MaSoDoanhNghiep"] for one in representatives} == {mst.validate(representatives[0]["MaSoThue"])}
    assert sum(one["kind"] == "official" for one in listed.values()) >= 8
