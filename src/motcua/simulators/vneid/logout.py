"""RP-initiated logout (the `end_session_endpoint`)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from motcua.simulators.forms import RepeatedParameterError, parameters
from motcua.simulators.pages import page
from motcua.simulators.vneid.authorize import COOKIE, SYSTEM
from motcua.simulators.vneid.backchannel import notify
from motcua.simulators.vneid.provider import Provider


def _refused(message: str) -> Response:
    return page(SYSTEM, "Yêu cầu đăng xuất không hợp lệ", Markup("<p>{}</p>").format(message), status=400)


def _session_named(hint: str, provider: Provider) -> str | None:
    claims = provider.keys.verified_claims(hint)
    if (
        claims is None
        or claims.get("iss") != provider.settings.issuer
        or claims.get("aud") != provider.settings.client_id
    ):
        return None
    return str(claims["sid"])


async def end_session(request: Request, provider: Provider) -> Response:
    """Ends the session that the ID token hint names; without a hint asks the person first."""
    try:
        given = await parameters(request)
    except RepeatedParameterError:
        return _refused("Một tham số được gửi hai lần.")
    target = given.get("post_logout_redirect_uri")
    if target is not None and target not in provider.settings.post_logout_redirect_uris:
        return _refused("Địa chỉ trả về (post_logout_redirect_uri) chưa được đăng ký.")
    if "id_token_hint" in given:
        session = _session_named(given["id_token_hint"], provider)
        if session is None:
            return _refused("Không nhận ra phiên đăng nhập (id_token_hint).")
    elif request.method == "POST" and "confirm" in given:
        session = request.cookies.get(COOKIE, "")
    else:
        return _confirmation(given, target)
    ended = provider.close_session(session)
    provider.world.log("signed_off")
    answer = _farewell(given, target)
    if ended is not None:
        answer.background = BackgroundTask(notify, provider, ended)
    answer.delete_cookie(COOKIE)
    return answer


def _confirmation(given: Mapping[str, str], target: str | None) -> Response:
    kept = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, given[name])
        for name in ("post_logout_redirect_uri", "state")
        if name in given
    )
    body = Markup(
        '<p>Ông/Bà muốn đăng xuất khỏi VNeID?</p><form method="post" action="/end-session">{}'
        '<button class="primary" name="confirm" value="1">Đăng xuất</button></form>'
    ).format(kept)
    return page(SYSTEM, "Đăng xuất", body, form_target=target)


def _farewell(given: Mapping[str, str], target: str | None) -> Response:
    if target is None:
        return page(SYSTEM, "Đã đăng xuất", Markup("<p>Phiên đăng nhập VNeID đã kết thúc.</p>"))
    query = urlencode({"state": given["state"]}) if "state" in given else ""
    joint = "" if not query else "&" if urlsplit(target).query else "?"
    return RedirectResponse(f"{target}{joint}{query}", status_code=303)
