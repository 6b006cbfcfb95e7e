"""The faults of this room as queries that must return nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from motcua.domain.messaging.models import Message
from motcua.domain.messaging.policies import UNPROCESSED_HOURS
from motcua.domain.messaging.rules import Cause, State
from motcua.foundation import clock
from motcua.foundation.clock import to_local
from motcua.foundation.detectors import detector

_GRACE = timedelta(minutes=15)
_RECENT = timedelta(days=7)


@detector("messaging.without_end", fault="F-61")
def every_message_comes_to_an_end() -> Iterable[tuple[str, str]]:
    """A message that still waits although its time has passed: nobody works the queue."""
    late = Message.objects.filter(state=State.REQUESTED.value, expires_at__lt=clock.now() - _GRACE)
    for message in late.order_by("due_at")[:100]:
        yield message.subject_code, f"Tin nhắn {message.request_id} chờ gửi quá thời hạn, đã thử {message.tries} lần"


@detector("messaging.unprocessed", fault="F-61")
def accepted_messages_are_processed() -> Iterable[tuple[str, str]]:
    """A message that the gateway took and never handed to the carrier."""
    before = clock.now() - timedelta(hours=UNPROCESSED_HOURS.get())
    for message in Message.objects.filter(state=State.ACCEPTED.value, accepted_at__lt=before).order_by("accepted_at")[
        :100
    ]:
        since = f"{to_local(message.accepted_at):%H:%M ngày %d/%m/%Y}" if message.accepted_at else ""
        yield message.subject_code, f"Tin nhắn {message.request_id} được cổng tiếp nhận lúc {since} nhưng chưa xử lý"


@detector("messaging.refused", fault="SMS-06")
def no_message_is_refused_by_its_making() -> Iterable[tuple[str, str]]:
    """A message of the last week whose text could not be made, or that the gateway will never take: ours to mend."""
    refused = Message.objects.filter(state=State.REFUSED.value, requested_at__gte=clock.now() - _RECENT)
    for message in refused.order_by("requested_at")[:100]:
        why = "không lập được nội dung" if message.cause == Cause.TEXT.value else "bị cổng từ chối"
        yield message.subject_code, f"Tin nhắn theo mẫu {message.template} {why} (mã {message.provider_code})"
