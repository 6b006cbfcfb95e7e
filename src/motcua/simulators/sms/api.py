"""The gateway's one path: `send_sms_list` and `get_sms_status`."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from motcua.simulators.sms.gateway import Gateway

VIETNAM: Final = timezone(timedelta(hours=7))
TEMPLATES: Final = {"1": "{1}"}
_MEANINGS: Final = {
    "0": "success",
    "1": "wrong user, password or agent",
    "3": "brandname or contract unknown",
    "4": "number not valid or refused",
    "5": "REQID already used with other content",
    "6": "template unknown or parameters do not fit",
    "7": "content not GSM-7 or too long",
    "8": "overloaded, try again later",
    "9": "internal error",
}
# The ASCII part of GSM 03.38; the second group costs two characters.
_BASIC: Final = frozenset("\n\r !\"#$%&'()*+,-./0123456789:;<=>?@_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_EXTENDED: Final = frozenset("^{}\\[]~|")
_LONGEST: Final = 612


class RefusedError(Exception):
    """A request that gets an ERROR code."""

    def __init__(self, code: str, description: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.description = description or _MEANINGS.get(code, "error")


def septets(text: str) -> int | None:
    """Length in GSM-7 characters; None if the text has others."""
    if not set(text) <= _BASIC | _EXTENDED:
        return None
    return sum(2 if character in _EXTENDED else 1 for character in text)


def segments(text: str) -> int:
    """Parts that the carrier bills: 160 characters in one, 153 in each of several."""
    length = septets(text) or 0
    return 1 if length <= 160 else -(-length // 153)


def _reply(operation: str, code: str, description: str, status: int = 200, **more: Any) -> Response:
    reply = {"name": operation, **more, "ERROR": code, "ERROR_DESC": description}
    return JSONResponse({"RPLY": reply}, status_code=status)


async def api(request: Request, gateway: Gateway) -> Response:
    """Answers one RQST."""
    try:
        asked = json.loads(await request.body())["RQST"]
        operation: str = asked["name"]
    except (ValueError, KeyError, TypeError):
        return _reply("", "2", "the body has no RQST with a name", status=400)
    phone = asked.get("MOBILELIST") if operation == "send_sms_list" else None
    if gateway.fault("unavailable", phone, operation):
        return PlainTextResponse("service unavailable", status_code=503)
    if hanging := gateway.fault("timeout", phone, operation):
        _note(gateway, asked, "timeout")
        await asyncio.sleep(hanging["seconds"])
        return PlainTextResponse("gateway timeout", status_code=504)
    slow = gateway.fault("slow", phone, operation)
    garbled = gateway.fault("garbled", phone, operation)
    try:
        answer = _operate(gateway, operation, asked)
    except RefusedError as refusal:
        _note(gateway, asked, f"error {refusal.code}")
        answer = _reply(operation, refusal.code, refusal.description)
    if slow:
        await asyncio.sleep(slow["seconds"])
    return PlainTextResponse('{"RPLY": {"ERR') if garbled else answer


def _note(gateway: Gateway, asked: Mapping[str, Any], outcome: str) -> None:
    if isinstance(asked.get("REQID"), str):
        gateway.attempted(asked["REQID"], outcome)


def _operate(gateway: Gateway, operation: str, asked: Mapping[str, Any]) -> Response:
    if not gateway.settings.admits(asked):
        raise RefusedError("1")
    if operation == "send_sms_list":
        return _send(gateway, asked)
    if operation == "get_sms_status":
        return _status(gateway, asked)
    raise RefusedError("2", "name: no such operation")


def _text(asked: Mapping[str, Any], name: str, pattern: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.DOTALL):
        raise RefusedError("2", f"{name} is missing or wrong")
    return value


def _content(asked: Mapping[str, Any]) -> str:
    """The template with its parameters filled in."""
    template = TEMPLATES.get(_text(asked, "TEMPLATEID", r".{1,20}"))
    given = asked.get("PARAMS")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise RefusedError("2", "PARAMS is missing or wrong")
    values = {one.get("NUM"): one.get("CONTENT") for one in given}
    wanted = set(re.findall(r"\{(\d+)\}", template or ""))
    if (
        template is None
        or set(values) != wanted
        or not all(isinstance(value, str) and value for value in values.values())
    ):
        raise RefusedError("6")
    text = re.sub(r"\{(\d+)\}", lambda match: str(values[match.group(1)]), template)
    if (septets(text) or _LONGEST + 1) > _LONGEST:
        raise RefusedError("7")
    return text


def _send(gateway: Gateway, asked: Mapping[str, Any]) -> Response:
    reqid = _text(asked, "REQID", r"[A-Za-z0-9-]{1,64}")
    for name, value in (("CONTRACTTYPEID", "1"), ("ISTELCOSUB", "0"), ("DATACODING", "0")):
        _text(asked, name, re.escape(value))
    phone = _text(asked, "MOBILELIST", r".{1,20}")
    if (asked.get("LABELID"), asked.get("CONTRACTID")) != (gateway.settings.label, gateway.settings.contract):
        raise RefusedError("3")
    schedule = _text(asked, "SCHEDULETIME", r"|\d\d/\d\d/\d{4} \d\d:\d\d")
    try:
        at = datetime.strptime(schedule, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM).astimezone(UTC) if schedule else None
    except ValueError:
        raise RefusedError("2", "SCHEDULETIME is missing or wrong") from None
    text = _content(asked)
    if not re.fullmatch(r"84[35789]\d{8}", phone) or gateway.fault("reject_number", phone, "send_sms_list"):
        raise RefusedError("4")
    if injected := gateway.fault("error", phone, "send_sms_list"):
        raise RefusedError(str(injected["code"]))
    if not gateway.accept(reqid, phone, text, at):
        raise RefusedError("5")
    gateway.attempted(reqid, "accepted")
    return _reply("send_sms_list", "0", _MEANINGS["0"], REQID=reqid)


def _status(gateway: Gateway, asked: Mapping[str, Any]) -> Response:
    reqids = asked.get("REQIDS")
    if not isinstance(reqids, list) or not 1 <= len(reqids) <= 500 or not all(isinstance(one, str) for one in reqids):
        raise RefusedError("2", "REQIDS is a list of 1 to 500 texts")
    if injected := gateway.fault("error", None, "get_sms_status"):
        raise RefusedError(str(injected["code"]))
    described = []
    for reqid, (state, at) in gateway.states(reqids).items():
        one = {"REQID": reqid, "STATE": state}
        if at:
            one["TIME"] = f"{datetime.fromisoformat(at).astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"
        described.append(one)
    return _reply("get_sms_status", "0", _MEANINGS["0"], STATUS=described)
