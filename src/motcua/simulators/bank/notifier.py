"""Sends signed notifications until the merchant acknowledges them."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Final

import httpx

from motcua.simulators.bank.ledger import Gateway
from motcua.simulators.bank.signature import sign, target_of
from motcua.simulators.store import Row

_ANSWER_SECONDS: Final = 10.0
_TRIES: Final = 30
_LONGEST_WAIT: Final = 60
_IDLE_SECONDS: Final = 0.1


def wait_seconds(tries: int) -> int:
    """Seconds between the try number `tries` (from 1) and the next: 1, 2, 4, 8, 16, 32, then 60."""
    return min(2 ** (tries - 1), _LONGEST_WAIT) if tries <= 6 else _LONGEST_WAIT


class Notifier:
    """One background task of the gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._store = gateway.store
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Sends what is due, until cancelled. Slow merchants do not hold up other notifications."""
        async with httpx.AsyncClient(timeout=_ANSWER_SECONDS) as client:
            while True:
                for row in self._due():
                    key = row["notification_id"]
                    if key not in self._under_way:
                        task = asyncio.create_task(self._send(client, row))
                        self._under_way[key] = task
                        task.add_done_callback(lambda _, key=key: self._under_way.pop(key))
                await asyncio.sleep(_IDLE_SECONDS)

    def _due(self) -> list[Row]:
        return self._store.all(
            "SELECT * FROM notification WHERE acknowledged_at IS NULL AND next_try_at <= ? "
            "ORDER BY next_try_at LIMIT 200",
            (self._gateway.now().isoformat(),),
        )

    async def _send(self, client: httpx.AsyncClient, row: Row) -> None:
        try:
            await self._deliver(client, row)
        except KeyError:  # a reset forgot the order while its notification was on the way
            self._gateway.world.log("notification_forgotten", notification_id=row["notification_id"])

    async def _deliver(self, client: httpx.AsyncClient, row: Row) -> None:
        copies = row["copies"] if row["tries"] == 0 else 1
        posts = [self._post(client, row) for _ in range(copies)]
        outcomes = await asyncio.gather(*posts) if row["concurrent"] else [await post for post in posts]
        tries = row["tries"] + 1
        now = self._gateway.now()
        again = now + timedelta(seconds=wait_seconds(tries)) if tries < _TRIES else None
        with self._store.transaction():
            for outcome in outcomes:
                self._store.execute(
                    "INSERT INTO notification_try (notification_id, at, outcome) SELECT ?, ?, ? "
                    "WHERE EXISTS (SELECT 1 FROM notification WHERE notification_id = ?)",
                    (row["notification_id"], now.isoformat(), outcome, row["notification_id"]),
                )
            self._store.execute(
                "UPDATE notification SET tries = ?, next_try_at = ?, acknowledged_at = ? WHERE notification_id = ?",
                (
                    tries,
                    again.isoformat() if again else None,
                    now.isoformat() if "acknowledged" in outcomes else None,
                    row["notification_id"],
                ),
            )
        self._gateway.world.log("notified", notification_id=row["notification_id"], outcomes=list(outcomes))

    async def _post(self, client: httpx.AsyncClient, row: Row) -> str:
        settings = self._gateway.settings
        body = row["body"].encode()
        timestamp = str(int(self._gateway.now().timestamp()))
        spoilt = self._gateway.fault("notification_wrong_signature", self._gateway.order(row["order_id"]))
        secret = "another key" if spoilt else settings.secret
        headers = {
            "Content-Type": "application/json",
            "X-Merchant": settings.merchant,
            "X-Timestamp": timestamp,
            "X-Signature": sign(secret, timestamp, "POST", target_of(row["url"]), body),
        }
        try:
            answer = await client.post(row["url"], content=body, headers=headers)
            code = json.loads(answer.content).get("code") if answer.status_code == 200 else None
        except httpx.HTTPError as error:
            return f"no answer: {type(error).__name__}"
        except (ValueError, AttributeError):
            return "answer is not JSON"
        return "acknowledged" if code == "00" else f"refused: status {answer.status_code}, code {code}"
