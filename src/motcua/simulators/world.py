"""What every simulator has besides its protocol: a movable clock, faults to switch on, a log of what happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from motcua.simulators.store import Store

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fault (
    name TEXT PRIMARY KEY, remaining INTEGER, match TEXT NOT NULL, parameters TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS log (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL
);
"""


class Clock:
    """Real time plus an offset that the control API sets; the offset outlives a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def offset_seconds(self) -> float:
        """Seconds that this clock is ahead of the real time."""
        row = self._store.one("SELECT value FROM setting WHERE name = 'clock_offset'")
        return float(row["value"]) if row else 0.0

    def move(self, offset_seconds: float) -> None:
        """Sets the offset (not cumulative)."""
        self._store.execute("INSERT OR REPLACE INTO setting VALUES ('clock_offset', ?)", (str(offset_seconds),))

    def now(self) -> datetime:
        """The simulator's time, aware, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)


@dataclass(frozen=True)
class FaultKinds:
    """The faults that a simulator knows: name → parameters with their defaults; and what a fault can be limited to."""

    parameters: Mapping[str, Mapping[str, Any]]
    match_keys: frozenset[str]


class FaultRefusedError(ValueError):
    """A fault switch that this simulator does not have."""


class Faults:
    """Faults switched on through the control API."""

    def __init__(self, store: Store, kinds: FaultKinds) -> None:
        self._store = store
        self._kinds = kinds

    def switch_on(self, request: Mapping[str, Any]) -> None:
        """Switches one fault on, replacing an earlier switch of the same name. Raises FaultRefusedError."""
        given = dict(request)
        name = given.pop("fault", None)
        times = given.pop("times", None)
        match = given.pop("match", None) or {}
        if name not in self._kinds.parameters:
            raise FaultRefusedError(f"unknown fault {name!r}; known: {', '.join(sorted(self._kinds.parameters))}")
        if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
            raise FaultRefusedError("times is a positive integer or null")
        if not isinstance(match, dict) or not set(match) <= self._kinds.match_keys:
            raise FaultRefusedError(f"match takes: {', '.join(sorted(self._kinds.match_keys))}")
        defaults = self._kinds.parameters[name]
        if not set(given) <= set(defaults):
            raise FaultRefusedError(f"{name} takes: {', '.join(sorted(defaults)) or 'no parameter'}")
        self._store.execute(
            "INSERT OR REPLACE INTO fault VALUES (?, ?, ?, ?)",
            (name, times, json.dumps(match), json.dumps({**defaults, **given})),
        )

    def switch_off(self, name: str | None = None) -> None:
        """Switches one fault off, or all."""
        self._store.execute("DELETE FROM fault WHERE ? IS NULL OR name = ?", (name, name))

    def active(self) -> list[dict[str, Any]]:
        """The faults that are on, with the times left."""
        rows = self._store.all("SELECT * FROM fault ORDER BY name")
        return [
            {
                "fault": row["name"],
                "times": row["remaining"],
                "match": json.loads(row["match"]),
                **json.loads(row["parameters"]),
            }
            for row in rows
        ]

    def take(self, name: str, **circumstances: str | None) -> dict[str, Any] | None:
        """The parameters of a fault that applies here, counting one of its times down; None if it does not apply."""
        if name not in self._kinds.parameters:
            raise KeyError(name)
        row = self._store.one("SELECT * FROM fault WHERE name = ?", (name,))
        if row is None:
            return None
        match: dict[str, str] = json.loads(row["match"])
        if any(circumstances.get(key) != value for key, value in match.items()):
            return None
        if row["remaining"] is not None:
            self._store.execute("UPDATE fault SET remaining = remaining - 1 WHERE name = ?", (name,))
            self._store.execute("DELETE FROM fault WHERE remaining <= 0")
        return {"fault": name, **json.loads(row["parameters"])}


class World:
    """State, clock, faults and log of one simulator."""

    def __init__(self, data_dir: Path, name: str, schema: str, kinds: FaultKinds) -> None:
        self.name = name
        self.store = Store(data_dir / f"{name}.sqlite3", _SCHEMA + schema)
        self.clock = Clock(self.store)
        self.faults = Faults(self.store, kinds)

    def log(self, kind: str, **data: Any) -> None:
        """Notes that something happened, for `GET /_control/log`."""
        self.store.execute(
            "INSERT INTO log (at, kind, data) VALUES (?, ?, ?)",
            (self.clock.now().isoformat(), kind, json.dumps(data, ensure_ascii=False)),
        )

    def logged(self, after: int, limit: int = 1000) -> list[dict[str, Any]]:
        """What happened after an entry, oldest first."""
        rows = self.store.all("SELECT * FROM log WHERE id > ? ORDER BY id LIMIT ?", (after, limit))
        return [{"id": row["id"], "at": row["at"], "kind": row["kind"], **json.loads(row["data"])} for row in rows]

    def forget(self, tables: tuple[str, ...]) -> None:
        """Empties the named tables, the faults, the log and the clock's offset."""
        with self.store.transaction():
            for table in (*tables, "fault", "log"):
                self.store.execute(f"DELETE FROM {table}")  # noqa: S608 - names are constants of the simulators
            self.store.execute("DELETE FROM setting WHERE name = 'clock_offset'")
