"""The policies that every outside system has: how long and how often it is tried (design: Policies)."""

from __future__ import annotations

from motcua.foundation.outbound import Limits
from motcua.foundation.policies import Policy


class PartnerPolicies:
    """Declares the limits of one partner as policies `<key>.connect_seconds` and so on.

    A room declares it once in its `policies.py` and builds its `Partner` with `limits()` before each call, so that a
    change holds at once. `title` is the partner's Vietnamese name for the operator.
    """

    def __init__(self, key: str, title: str, *, defaults: Limits | None = None) -> None:
        usual = defaults or Limits()

        def declare(name: str, default: float, description: str, unit: str, maximum: int) -> Policy[int]:
            described = f"{description} – {title}"
            return Policy(f"{key}.{name}", round(default), description=described, unit=unit, minimum=1, maximum=maximum)

        self._usual = usual
        self._connect = declare("connect_seconds", usual.connect_seconds, "Thời gian chờ kết nối", "giây", 60)
        self._read = declare("read_seconds", usual.read_seconds, "Thời gian chờ phản hồi", "giây", 120)
        self._total = declare("total_seconds", usual.total_seconds, "Thời gian tối đa một lần gọi", "giây", 300)
        self._attempts = declare("attempts", usual.attempts, "Số lần gọi tối đa", "lần", 10)
        self._failures = declare(
            "breaker_failures", usual.breaker_failures, "Số lỗi liên tiếp thì tạm ngừng gọi", "lần", 1000
        )
        self._open = declare(
            "breaker_open_seconds", usual.breaker_open_seconds, "Thời gian tạm ngừng gọi", "giây", 3600
        )

    def limits(self) -> Limits:
        """The limits in force."""
        return Limits(
            connect_seconds=self._connect.get(),
            read_seconds=self._read.get(),
            total_seconds=self._total.get(),
            attempts=self._attempts.get(),
            breaker_failures=self._failures.get(),
            breaker_open_seconds=self._open.get(),
            backoff_seconds=self._usual.backoff_seconds,
            backoff_max_seconds=self._usual.backoff_max_seconds,
            answer_bytes=self._usual.answer_bytes,
            connections=self._usual.connections,
        )
