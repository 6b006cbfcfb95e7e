"""States of a message, what moves it, how its text is made and counted: tables and pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from string import Formatter
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.foundation.text import to_ascii


class State(StrEnum):
    """Where a message stands (SMS-01, SMS-02)."""

    REQUESTED = "REQUESTED"  # waits for the gateway to accept it
    ACCEPTED = "ACCEPTED"  # the gateway has it
    PROCESSED = "PROCESSED"  # the gateway handed it to the carrier
    FAILED_TIMEOUT = "FAILED_TIMEOUT"  # given up after the tries that the policy allows
    REFUSED = "REFUSED"  # the gateway will never take it, or its text could not be made
    INVALID_NUMBER = "INVALID_NUMBER"  # no number, or none that a Vietnamese gateway can reach (SMS-09)
    EXPIRED = "EXPIRED"  # too late to be of use: not sent late (SMS-05)


STATE_NAMES: Final[dict[State, str | Promise]] = {
    State.REQUESTED: _("Chờ gửi"),
    State.ACCEPTED: _("Đã gửi, chờ xử lý"),
    State.PROCESSED: _("Đã xử lý"),
    State.FAILED_TIMEOUT: _("Thất bại do quá thời gian chờ"),
    State.REFUSED: _("Bị từ chối"),
    State.INVALID_NUMBER: _("Số điện thoại không nhận được tin nhắn"),
    State.EXPIRED: _("Hết hiệu lực, không gửi"),
}

FINAL: Final = frozenset({State.PROCESSED, State.FAILED_TIMEOUT, State.REFUSED, State.INVALID_NUMBER, State.EXPIRED})
"""States that nothing leaves."""

TAKEN: Final = frozenset({State.ACCEPTED, State.PROCESSED})
"""States in which the gateway accepted the message."""


class Fact(StrEnum):
    """What is known after a try or a look at the gateway."""

    ACCEPTED = "ACCEPTED"
    PROCESSED = "PROCESSED"
    REFUSED = "REFUSED"
    NUMBER_REFUSED = "NUMBER_REFUSED"
    TRIES_USED_UP = "TRIES_USED_UP"
    TOO_LATE = "TOO_LATE"


EDGES: Final[dict[tuple[State, Fact], State]] = {
    (State.REQUESTED, Fact.ACCEPTED): State.ACCEPTED,
    (State.REQUESTED, Fact.REFUSED): State.REFUSED,
    (State.REQUESTED, Fact.NUMBER_REFUSED): State.INVALID_NUMBER,
    (State.REQUESTED, Fact.TRIES_USED_UP): State.FAILED_TIMEOUT,
    (State.REQUESTED, Fact.TOO_LATE): State.EXPIRED,
    (State.ACCEPTED, Fact.PROCESSED): State.PROCESSED,
}
"""The one rule table: nothing else changes a message's state."""


class IllegalTransition(Exception):
    """A fact that a message in this state cannot meet."""


def next_state(state: State, fact: Fact) -> State:
    """The state after `fact`. Raises IllegalTransition where the table has no edge."""
    try:
        return EDGES[state, fact]
    except KeyError:
        raise IllegalTransition(f"{state} cannot meet {fact}") from None


class Cause(StrEnum):
    """Why a try, or a whole message, failed (SMS-03)."""

    NONE = ""
    CONNECT = "CONNECT"  # nothing was sent
    TIMEOUT = "TIMEOUT"  # sent, no answer in time: it may have been accepted
    RESPONSE = "RESPONSE"  # an answer that cannot be read
    PROVIDER = "PROVIDER"  # the gateway said a code
    NUMBER = "NUMBER"  # no usable number
    TEXT = "TEXT"  # the text could not be made
    EXPIRY = "EXPIRY"  # waited too long


CAUSE_NAMES: Final[dict[Cause, str | Promise]] = {
    Cause.NONE: "",
    Cause.CONNECT: _("Không kết nối được cổng tin nhắn"),
    Cause.TIMEOUT: _("Cổng tin nhắn không trả lời trong thời gian chờ"),
    Cause.RESPONSE: _("Không đọc được trả lời của cổng tin nhắn"),
    Cause.PROVIDER: _("Cổng tin nhắn trả mã lỗi"),
    Cause.NUMBER: _("Thiếu hoặc sai số điện thoại di động Việt Nam"),
    Cause.TEXT: _("Không lập được nội dung tin nhắn"),
    Cause.EXPIRY: _("Tin nhắn chờ quá thời hạn"),
}


def retry_wait(tries: int, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after the try number `tries` (from 1): doubling from `first`, at most `longest`."""
    return min(first * 2 ** min(tries - 1, 20), longest)


def poll_wait(age: timedelta, longest: timedelta) -> timedelta:
    """How long to wait before asking again for a message accepted `age` ago: half its age, 5 s at least."""
    return min(max(age / 2, timedelta(seconds=5)), longest)


def expires_at(requested_at: datetime, valid_for: timedelta) -> datetime:
    """From when on the message is of no use."""
    return requested_at + valid_for


# Of printable ASCII, GSM 03.38 lacks only the grave accent; these cost two characters.
_EXTENDED: Final = frozenset("^{}\\[]~|")
_ONE, _PART = 160, 153


def septets(text: str) -> int:
    """Length of a printable ASCII text in GSM-7 characters."""
    return len(text) + sum(character in _EXTENDED for character in text)


def segments(text: str) -> int:
    """Parts that the carrier bills: 160 characters in a single one, 153 in each of several (domain rule 7.4)."""
    length = septets(text)
    return 1 if length <= _ONE else -(-length // _PART)


# A citizen's number (12 digits), an old one (9), a passport: never in a message (SEC-03).
# A dossier code has no such run.
_IDENTITY: Final = re.compile(r"(?<![\w.-])(?:\d{9}|\d{12}|[A-Z]\d{7,8})(?![\w-])")


class Unsendable(Exception):
    """No message can be made; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Template:
    """A message's text with named parameters, in Vietnamese; it is sent without diacritics.

    A text that changes its wording gets a new `version`. Where a message is too long, the value of the parameter
    `shortened` (a long name) is cut. `valid_hours` overrides how long a message of this kind is of use.
    """

    key: str
    text: str
    version: int = 1
    max_segments: int = 2
    shortened: str = ""
    valid_hours: int | None = None

    @property
    def parameters(self) -> frozenset[str]:
        """The names that the text needs."""
        return frozenset(name for _text, name, _spec, _conversion in Formatter().parse(self.text) if name)


def compose(template: Template, parameters: Mapping[str, str], most_segments: int) -> str:
    """The message: printable ASCII of the GSM alphabet, of at most the allowed segments.

    Raises Unsendable: MISSING_PARAMETER (also an empty one), TOO_LONG, IDENTITY_NUMBER (SEC-03).
    """
    values = {name: _plain(parameters.get(name, "")) for name in template.parameters}
    if not all(values.values()):
        raise Unsendable("MISSING_PARAMETER")
    allowed = min(template.max_segments, most_segments)
    plain = _plain(template.text)
    message = plain.format_map(values)
    cut = values.get(template.shortened, "")
    while segments(message) > allowed and cut:
        cut = cut[:-1]
        message = plain.format_map({**values, template.shortened: f"{cut.rstrip()}..."})
    if segments(message) > allowed:
        raise Unsendable("TOO_LONG")
    if _IDENTITY.search(message):
        raise Unsendable("IDENTITY_NUMBER")
    return message


def _plain(text: str) -> str:
    return to_ascii(text).replace("`", "'")
