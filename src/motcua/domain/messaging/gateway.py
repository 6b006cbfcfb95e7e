"""The SMS brandname gateway over HTTP: protocol `sms-gateway/1` (docs/protocols/sms-gateway.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from motcua.domain.messaging.policies import GATEWAY
from motcua.domain.messaging.rules import Cause, Fact
from motcua.foundation import outbound
from motcua.foundation.clock import VIETNAM
from motcua.foundation.outbound import Answer, Outcome, Partner, Result

PARTNER: Final = "sms-gateway"
MOST_IN_ONE_QUESTION: Final = 500
_PATH: Final = "/api/sms"
_OK: Final = "0"
_NUMBER_REFUSED: Final = "4"
_TRY_AGAIN: Final = frozenset({"8", "9"})
_REFUSED: Final = frozenset({"1", "2", "3", "5", "6", "7"})


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one try. `fact` is None where another try may help; `sent` is False where nothing was tried."""

    fact: Fact | None
    cause: Cause = Cause.NONE
    provider_code: str = ""
    perhaps_taken: bool = False
    sent: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What the gateway knows of a message it was asked for: `processed_at` is None while it is only accepted."""

    processed_at: datetime | None


def partner() -> Partner:
    """The gateway with the limits in force."""
    return Partner(PARTNER, settings.SMS_GATEWAY_URL, GATEWAY.limits())


def send(request_id: str, recipient: str, text: str) -> Tried:
    """Hands one message over. The same `request_id` again delivers nothing more. RuntimeError inside a transaction."""
    body = {
        **_credentials("send_sms_list"),
        "REQID": request_id,
        "LABELID": settings.SMS_GATEWAY_LABEL,
        "CONTRACTTYPEID": "1",
        "CONTRACTID": settings.SMS_GATEWAY_CONTRACT,
        "TEMPLATEID": "1",
        "PARAMS": [{"NUM": "1", "CONTENT": text}],
        "SCHEDULETIME": "",
        "MOBILELIST": recipient,
        "ISTELCOSUB": "0",
        "DATACODING": "0",
    }
    return _tried(_call(body, "sms.send", request_id))


def states(request_ids: Sequence[str]) -> dict[str, Known] | None:
    """What the gateway has accepted of these (at most 500); None if it could not be asked."""
    body = {**_credentials("get_sms_status"), "REQIDS": list(request_ids)}
    result = _call(body, "sms.status", request_ids[0])
    if result.outcome is not Outcome.DONE or result.answer is None:
        return None
    try:
        listed = _reply(result.answer)["STATUS"]
        return {one["REQID"]: Known(_moment(one.get("TIME"))) for one in listed if one["STATE"] != "UNKNOWN"}
    except (ValueError, KeyError, TypeError):
        return None


def _credentials(operation: str) -> dict[str, Any]:
    return {
        "name": operation,
        "AGENTID": settings.SMS_GATEWAY_AGENT,
        "APIUSER": settings.SMS_GATEWAY_USER,
        "APIPASS": settings.SMS_GATEWAY_PASSWORD,
        "USERNAME": settings.SMS_GATEWAY_USER,
    }


def _call(body: Mapping[str, Any], purpose: str, request_id: str) -> Result:
    request = outbound.json_request(
        "POST", _PATH, {"RQST": body}, purpose=purpose, subject=("message", request_id), idempotent=True
    )
    return outbound.call(partner(), request, _judge)


def _reply(answer: Answer) -> Mapping[str, Any]:
    reply: Mapping[str, Any] = answer.json()["RPLY"]
    return reply


def _judge(answer: Answer) -> Outcome:
    """What an answer says of the effect; a body that cannot be read raises and leaves it unknown."""
    if answer.status == 503:
        return Outcome.FAILED
    code = _reply(answer)["ERROR"]
    if code == _OK:
        return Outcome.DONE
    # 9 is the gateway's own error: it may have come after the message was taken
    return Outcome.UNKNOWN if code == "9" or code not in _REFUSED | _TRY_AGAIN | {_NUMBER_REFUSED} else Outcome.FAILED


_CAUSES: Final = {
    outbound.Cause.CONNECT: Cause.CONNECT,
    outbound.Cause.TLS: Cause.CONNECT,
    outbound.Cause.CIRCUIT_OPEN: Cause.CONNECT,
    outbound.Cause.TIMEOUT: Cause.TIMEOUT,
    outbound.Cause.CONNECTION_LOST: Cause.TIMEOUT,
}


def _tried(result: Result) -> Tried:
    if result.outcome is Outcome.DONE:
        return Tried(Fact.ACCEPTED)
    code = _code(result.answer)
    if code == _NUMBER_REFUSED:
        return Tried(Fact.NUMBER_REFUSED, Cause.PROVIDER, code)
    if code in _REFUSED:
        return Tried(Fact.REFUSED, Cause.PROVIDER, code)
    cause = Cause.PROVIDER if code else _CAUSES.get(result.cause, Cause.RESPONSE)
    unknown = result.outcome is Outcome.UNKNOWN
    sent = result.cause is not outbound.Cause.CIRCUIT_OPEN or unknown
    return Tried(None, cause, code, perhaps_taken=unknown, sent=sent)


def _code(answer: Answer | None) -> str:
    """The gateway's error code, `HTTP 503` where only the status says something, or empty."""
    if answer is None:
        return ""
    try:
        return str(_reply(answer)["ERROR"])[:20]
    except (ValueError, KeyError, TypeError):
        return "" if answer.status == 200 else f"HTTP {answer.status}"


def _moment(written: str | None) -> datetime | None:
    return datetime.strptime(written, "%d/%m/%Y %H:%M:%S").replace(tzinfo=VIETNAM) if written else None
