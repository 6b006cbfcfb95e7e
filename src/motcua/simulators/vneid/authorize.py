"""The authorization endpoint and the login page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from motcua.simulators.forms import RepeatedParameterError, parameters
from motcua.simulators.pages import page
from motcua.simulators.vneid.identities import Identity, identities
from motcua.simulators.vneid.provider import Provider

SYSTEM: Final = "VNeID"
COOKIE: Final = "vneid_session"
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_GROUPS: Final = (
    ("citizen", "Công dân"),
    ("organisation", "Tổ chức"),
    ("foreigner", "Người nước ngoài"),
    ("official", "Cán bộ, công chức"),
)


def error_page(message: str) -> Response:
    """For requests whose redirect URI cannot be trusted."""
    return page(SYSTEM, "Yêu cầu đăng nhập không hợp lệ", Markup("<p>{}</p>").format(message), status=400)


def _redirect(provider: Provider, request: Mapping[str, str], **answer: str) -> Response:
    if "state" in request:
        answer["state"] = request["state"]
    answer["iss"] = provider.settings.issuer
    target = request["redirect_uri"]
    joint = "&" if urlsplit(target).query else "?"
    return RedirectResponse(
        f"{target}{joint}{urlencode(answer)}", status_code=303, headers={"Cache-Control": "no-store"}
    )


def _fault_of(request: Mapping[str, str]) -> tuple[str, str] | None:
    """The error that a request with a trusted redirect URI earns, with its description."""
    if "response_type" not in request:
        return "invalid_request", "response_type is missing"
    if request["response_type"] != "code":
        return "unsupported_response_type", "only code"
    if "openid" not in request.get("scope", "").split():
        return "invalid_scope", "scope must contain openid"
    if request.get("code_challenge_method") != "S256":
        return "invalid_request", "PKCE with S256 is required"
    if not _CHALLENGE.fullmatch(request.get("code_challenge", "")):
        return "invalid_request", "code_challenge is not a SHA-256 in base64url"
    if request.get("prompt", "login") not in ("none", "login"):
        return "invalid_request", "prompt is none or login"
    return None


async def authorize(request: Request, provider: Provider) -> Response:
    """Checks the authorization request and shows the login page, or answers at once for `prompt=none`."""
    try:
        given = await parameters(request)
    except RepeatedParameterError:
        return error_page("Một tham số được gửi hai lần.")
    if given.get("client_id") != provider.settings.client_id:
        return error_page("Không nhận ra hệ thống yêu cầu đăng nhập (client_id).")
    if given.get("redirect_uri") not in provider.settings.redirect_uris:
        return error_page("Địa chỉ trả về (redirect_uri) chưa được đăng ký.")
    if fault := _fault_of(given):
        return _redirect(provider, given, error=fault[0], error_description=fault[1])
    if injected := provider.fault("authorize_error", "authorize"):
        return _redirect(provider, given, error=injected["error"], error_description="VNeID cannot serve now")
    session = provider.session(request.cookies.get(COOKIE))
    if given.get("prompt") == "none":
        if session is None:
            return _redirect(provider, given, error="login_required", error_description="no session")
        return _redirect(provider, given, code=provider.issue_code(session, given))
    current = identities()[session["identity"]] if session else None
    return _login_page(provider.begin(given), given, current)


def _button(identity: Identity) -> Markup:
    return Markup('<button name="identity" value="{}">{} <small>{}</small></button>').format(
        identity.key, identity.name, identity.title
    )


def _login_page(key: str, request: Mapping[str, str], current: Identity | None) -> Response:
    hinted = identities().get(request.get("login_hint", "")) or current
    first = Markup("<h2>Tiếp tục với</h2>{}").format(_button(hinted)) if hinted else Markup("")
    groups = Markup("").join(
        Markup("<h2>{}</h2>{}").format(
            title, Markup("").join(_button(one) for one in identities().values() if one.kind == kind)
        )
        for kind, title in _GROUPS
    )
    body = Markup(
        '<p class="note">Mọi người trong danh sách đều là hư cấu. Chọn một người để đăng nhập.</p>'
        '<form method="post" action="/login"><input type="hidden" name="request" value="{}">{}{}'
        '<button class="plain" name="cancel" value="1">Hủy</button></form>'
    ).format(key, first, groups)
    return page(SYSTEM, "Đăng nhập bằng tài khoản định danh điện tử", body, form_target=request["redirect_uri"])


async def login(request: Request, provider: Provider) -> Response:
    """The posted login page: a code for the chosen person, or the error that this person earns."""
    try:
        given = await parameters(request)
    except RepeatedParameterError:
        return error_page("Một tham số được gửi hai lần.")
    asked = provider.finish(given.get("request", ""))
    if asked is None:
        return error_page("Lượt đăng nhập này đã kết thúc. Quay lại hệ thống và đăng nhập lại.")
    if "cancel" in given:
        provider.world.log("cancelled")
        return _redirect(provider, asked, error="access_denied", error_description="the person cancelled")
    identity = identities().get(given.get("identity", ""))
    if identity is None:
        return error_page("Không có tài khoản này.")
    if identity.locked:
        provider.world.log("locked", identity=identity.key)
        return _redirect(provider, asked, error="account_locked", error_description="the account is locked")
    session = provider.open_session(identity)
    provider.world.log("signed_on", identity=identity.key)
    answer = _redirect(provider, asked, code=provider.issue_code(session, asked))
    answer.set_cookie(
        COOKIE, session["id"], httponly=True, samesite="lax", secure=provider.settings.issuer.startswith("https:")
    )
    return answer
