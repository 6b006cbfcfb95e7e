"""Which beneficiary account and which receipt series serve a unit, a service and a fee (RCP-03).

The nearest unit upwards that has a row holds; at one unit a row for the fee beats one for the service, and that
one for all. Missing configuration is told before a payment starts, never after the money is gone.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from motcua.domain.payments.models import BeneficiaryAccount, Obligation, ReceiptSeries
from motcua.foundation.errors import DomainError


def beneficiary_for(unit_id: int, service_code: str, fee_code: str) -> BeneficiaryAccount | None:
    """The account that this fee goes to, None if nobody configured one."""
    return _nearest(BeneficiaryAccount.objects.all(), unit_id, service_code, fee_code)


def series_for(unit_id: int, service_code: str, fee_code: str) -> ReceiptSeries | None:
    """The series that numbers this fee's receipts, None if nobody configured one."""
    return _nearest(ReceiptSeries.objects.select_related("unit"), unit_id, service_code, fee_code)


def _nearest(rows: QuerySet[Any], unit_id: int, service_code: str, fee_code: str) -> Any:
    fitting = rows.filter(
        is_active=True,
        service_code__in=["", service_code],
        fee_code__in=["", fee_code],
        unit__links_down__descendant_id=unit_id,
    )
    return fitting.order_by("unit__links_down__depth", "-fee_code", "-service_code").first()


def refuse_unconfigured(obligation: Obligation) -> None:
    """Raises DomainError (PAYMENT_NOT_CONFIGURED) naming what the collecting unit still has to set up.

    An obligation born before its account was configured takes the account over now.
    """
    service_code = obligation.dossier.service_code
    missing: list[str] = []
    if not obligation.beneficiary_account:
        account = beneficiary_for(obligation.unit_id, service_code, obligation.fee_code)
        if account is None:
            missing.append("BENEFICIARY_ACCOUNT")
        else:
            take_over(obligation, account)
    if series_for(obligation.unit_id, service_code, obligation.fee_code) is None:
        missing.append("RECEIPT_SERIES")
    if missing:
        raise DomainError(
            "PAYMENT_NOT_CONFIGURED",
            _("Đơn vị thu chưa khai báo đủ tài khoản thụ hưởng hoặc mã biên lai nên chưa thể thanh toán trực tuyến"),
            status=409,
            details={"missing": missing},
            what_next=_("Ông/Bà có thể nộp tại bộ phận một cửa; hồ sơ vẫn được tiếp nhận."),
        )


def take_over(obligation: Obligation, account: BeneficiaryAccount) -> None:
    """Copies the account into the obligation: later changes of the configuration do not reach it."""
    obligation.beneficiary_bin = account.bin
    obligation.beneficiary_account = account.account
    obligation.beneficiary_name = account.name
    obligation.treasury_code = account.treasury_code
    obligation.save(update_fields=["beneficiary_bin", "beneficiary_account", "beneficiary_name", "treasury_code"])
