"""What other rooms and faces call to change anything about money; each is one act in one transaction."""

from __future__ import annotations

from motcua.domain.payments.initiation import banks, payer_returned, start_own_payment, start_payment
from motcua.domain.payments.inquiry import expire_due, inquire_due
from motcua.domain.payments.notifications import Received, apply_due, receive
from motcua.domain.payments.obligations import cancel, record_offline
from motcua.domain.payments.receipts import issue_due

receive_notification = receive
cancel_obligation = cancel

__all__ = [
    "Received",
    "apply_due",
    "banks",
    "cancel_obligation",
    "expire_due",
    "inquire_due",
    "issue_due",
    "payer_returned",
    "receive_notification",
    "record_offline",
    "start_own_payment",
    "start_payment",
]
