"""What the gateway knows: messages by REQID, each delivered once; and its settings and faults."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from motcua.simulators.environment import required
from motcua.simulators.store import Row
from motcua.simulators.world import FaultKinds, World

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS message (
    reqid TEXT PRIMARY KEY, phone TEXT NOT NULL, brandname TEXT NOT NULL, text TEXT NOT NULL,
    accepted_at TEXT NOT NULL, process_at TEXT
);
CREATE INDEX IF NOT EXISTS message_by_phone ON message (phone);
CREATE TABLE IF NOT EXISTS attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT, reqid TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS attempt_by_reqid ON attempt (reqid);
"""
TABLES: Final = ("message", "attempt")

FAULTS: Final = FaultKinds(
    parameters={
        "slow": {"seconds": 3},
        "timeout": {"seconds": 60},
        "unavailable": {},
        "garbled": {},
        "error": {"code": "9"},
        "reject_number": {},
        "processing_delay": {"seconds": 60},
        "never_processed": {},
    },
    match_keys=frozenset({"phone", "operation"}),
)


@dataclass(frozen=True)
class Settings:
    """The one contract that the gateway serves."""

    agent: str
    user: str
    password: str
    label: str
    contract: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """Settings out of the environment. Raises RuntimeError without a password."""
        return cls(
            agent=environment.get("SMS_AGENT_ID", "1"),
            user=environment.get("SMS_API_USER", "motcua"),
            password=required(environment, "SMS_API_PASSWORD"),
            label=environment.get("SMS_LABEL", "DICHVUCONG"),
            contract=environment.get("SMS_CONTRACT_ID", "1"),
        )

    def admits(self, request: Mapping[str, Any]) -> bool:
        """Whether agent, user and password are right."""
        given = (request.get("AGENTID"), request.get("APIUSER"), request.get("APIPASS"))
        expected = (self.agent, self.user, self.password)
        return all(
            isinstance(one, str) and hmac.compare_digest(one.encode(), other.encode())
            for one, other in zip(given, expected, strict=True)
        )


class Gateway:
    """The gateway's memory."""

    def __init__(self, data_dir: Path, settings: Settings) -> None:
        self.settings = settings
        self.world = World(data_dir, "sms", _SCHEMA, FAULTS)
        self.store = self.world.store

    def now(self) -> datetime:
        """The gateway's time."""
        return self.world.clock.now()

    def fault(self, name: str, phone: str | None, operation: str) -> dict[str, Any] | None:
        """Parameters of a fault that applies to a request."""
        return self.world.faults.take(name, phone=phone, operation=operation)

    def attempted(self, reqid: str, outcome: str) -> None:
        """Notes a try of a REQID."""
        self.store.execute(
            "INSERT INTO attempt (reqid, at, outcome) VALUES (?, ?, ?)", (reqid, self.now().isoformat(), outcome)
        )

    def accept(self, reqid: str, phone: str, text: str, not_before: datetime | None) -> bool:
        """Takes a message in, once; False if the REQID stands for another message."""
        known = self.store.one("SELECT phone, text FROM message WHERE reqid = ?", (reqid,))
        if known is not None:
            return (known["phone"], known["text"]) == (phone, text)
        now = self.now()
        process_at: datetime | None = max(now, not_before) if not_before else now
        if delay := self.fault("processing_delay", phone, "send_sms_list"):
            process_at = now + timedelta(seconds=delay["seconds"])
        if self.fault("never_processed", phone, "send_sms_list"):
            process_at = None
        self.store.execute(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?)",
            (reqid, phone, self.settings.label, text, now.isoformat(), process_at.isoformat() if process_at else None),
        )
        return True

    def states(self, reqids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
        """State and time of processing of each REQID."""
        marks = ",".join("?" * len(reqids))
        rows = self.store.all(f"SELECT reqid, process_at FROM message WHERE reqid IN ({marks})", reqids)  # noqa: S608 - only marks
        now = self.now().isoformat()
        found = {
            row["reqid"]: ("PROCESSED", row["process_at"])
            if row["process_at"] and row["process_at"] <= now
            else ("ACCEPTED", None)
            for row in rows
        }
        return {reqid: found.get(reqid, ("UNKNOWN", None)) for reqid in reqids}

    def delivered(self, phone: str | None, limit: int = 500) -> list[Row]:
        """Messages that reached their phone, newest first."""
        return self.store.all(
            "SELECT *, process_at AS delivered_at FROM message WHERE process_at <= ? AND phone = coalesce(?, phone) "
            "ORDER BY process_at DESC, rowid DESC LIMIT ?",
            (self.now().isoformat(), phone, limit),
        )
