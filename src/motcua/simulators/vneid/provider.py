"""What the provider remembers: sign-ons under way, codes, access tokens and sessions; and its settings."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from motcua.simulators.environment import required, words
from motcua.simulators.store import Row
from motcua.simulators.vneid import keys
from motcua.simulators.vneid.identities import Identity, identities
from motcua.simulators.vneid.keys import SigningKeys
from motcua.simulators.world import FaultKinds, World

CODE_SECONDS: Final = 60
TOKEN_SECONDS: Final = 300

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS sign_on (id TEXT PRIMARY KEY, parameters TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS session (id TEXT PRIMARY KEY, identity TEXT NOT NULL, auth_time INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS code (
    code TEXT PRIMARY KEY, parameters TEXT NOT NULL, identity TEXT NOT NULL, session TEXT NOT NULL,
    auth_time INTEGER NOT NULL, expires_at TEXT NOT NULL, access_token TEXT
);
CREATE TABLE IF NOT EXISTS access_token (
    token TEXT PRIMARY KEY, identity TEXT NOT NULL, session TEXT NOT NULL, expires_at TEXT NOT NULL
);
"""
TABLES: Final = ("sign_on", "session", "code", "access_token")

FAULTS: Final = FaultKinds(
    parameters={
        "unavailable": {},
        "slow": {"seconds": 3},
        "authorize_error": {"error": "temporarily_unavailable"},
        "wrong_nonce": {},
        "missing_nonce": {},
        "wrong_signature": {},
        "unknown_key": {},
        "expired_token": {},
        "wrong_audience": {},
        "wrong_issuer": {},
        "clock_skew": {"seconds": 600},
        "missing_claims": {"claims": ["HoVaTen", "SoDinhDanh", "HoChieu"]},
        "other_claims": {"claims": {}},
        "wrong_subject": {},
        "unsigned": {},
        "signed_with_secret": {},
        "wrong_authorized_party": {},
        "second_audience": {},
        "replayed_token": {},
        "garbled": {},
    },
    match_keys=frozenset({"endpoint"}),
)


@dataclass(frozen=True)
class Settings:
    """The one client that the provider knows, and the provider's own address."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uris: frozenset[str]
    post_logout_redirect_uris: frozenset[str]
    backchannel_logout_uri: str

    @classmethod
    def read(cls, base_url: str, environment: Mapping[str, str]) -> Settings:
        """Settings out of the environment. Raises RuntimeError without a client secret."""
        return cls(
            issuer=environment.get("VNEID_PUBLIC_URL", base_url).rstrip("/"),
            client_id=environment.get("VNEID_CLIENT_ID", "motcua"),
            client_secret=required(environment, "VNEID_CLIENT_SECRET"),
            redirect_uris=words(environment, "VNEID_REDIRECT_URIS"),
            post_logout_redirect_uris=words(environment, "VNEID_POST_LOGOUT_REDIRECT_URIS"),
            backchannel_logout_uri=environment.get("VNEID_BACKCHANNEL_LOGOUT_URI", ""),
        )


@dataclass(frozen=True)
class Grant:
    """What a code stands for: who signed in, in which session, for which authorization request."""

    identity: Identity
    session: str
    auth_time: int
    parameters: dict[str, str]


class Provider:
    """The provider's memory. Every secret that it hands out is random and used once."""

    def __init__(self, data_dir: Path, settings: Settings) -> None:
        self.settings = settings
        self.world = World(data_dir, "vneid", keys.SCHEMA + _SCHEMA, FAULTS)
        self.store = self.world.store
        self.keys = SigningKeys(self.store)
        self.last_id_token = ""

    def now(self) -> datetime:
        """The provider's time."""
        return self.world.clock.now()

    def begin(self, parameters: Mapping[str, str]) -> str:
        """Remembers an accepted authorization request while its person chooses; returns the page's hidden value."""
        key = secrets.token_urlsafe(24)
        self.store.execute("INSERT INTO sign_on VALUES (?, ?)", (key, json.dumps(dict(parameters))))
        return key

    def finish(self, key: str) -> dict[str, str] | None:
        """The request begun under `key`, which is then over; None for an unknown or finished one."""
        row = self.store.one("DELETE FROM sign_on WHERE id = ? RETURNING parameters", (key,))
        return None if row is None else dict[str, str](json.loads(row["parameters"]))

    def open_session(self, identity: Identity) -> Row:
        """Starts a provider session of a person who just signed in."""
        return self.store.the(
            "INSERT INTO session VALUES (?, ?, ?) RETURNING *",
            (secrets.token_urlsafe(24), identity.key, int(self.now().timestamp())),
        )

    def session(self, key: str | None) -> Row | None:
        """A live provider session."""
        return self.store.one("SELECT * FROM session WHERE id = ?", (key,)) if key else None

    def sessions_of(self, identity: Identity) -> list[Row]:
        """The live sessions of a person."""
        return self.store.all("SELECT * FROM session WHERE identity = ?", (identity.key,))

    def close_session(self, key: str) -> Row | None:
        """Ends a session and returns it, if it was there; its codes and access tokens die with it."""
        ended = self.session(key)
        with self.store.transaction():
            for sql in (
                "DELETE FROM session WHERE id = ?",
                "DELETE FROM code WHERE session = ?",
                "DELETE FROM access_token WHERE session = ?",
            ):
                self.store.execute(sql, (key,))
        return ended

    def issue_code(self, session: Row, parameters: Mapping[str, str]) -> str:
        """A code for the client, good for 60 s and one use."""
        code = secrets.token_urlsafe(24)
        expires = self.now() + timedelta(seconds=CODE_SECONDS)
        self.store.execute(
            "INSERT INTO code VALUES (?, ?, ?, ?, ?, ?, NULL)",
            (
                code,
                json.dumps(dict(parameters)),
                session["identity"],
                session["id"],
                session["auth_time"],
                str(expires),
            ),
        )
        return code

    def grant_of(self, code: str) -> Grant | None:
        """What an unused, unexpired code stands for; a used one loses its access token too (RFC 6749 §4.1.2)."""
        row = self.store.one("SELECT * FROM code WHERE code = ?", (code,))
        if row is None or datetime.fromisoformat(row["expires_at"]) < self.now():
            return None
        if row["access_token"] is not None:
            self.store.execute("DELETE FROM access_token WHERE token = ?", (row["access_token"],))
            self.world.log("code_replayed", identity=row["identity"])
            return None
        return Grant(identities()[row["identity"]], row["session"], row["auth_time"], json.loads(row["parameters"]))

    def redeem(self, code: str, grant: Grant) -> str:
        """Uses the code up and returns the access token for it."""
        token = secrets.token_urlsafe(32)
        expires = self.now() + timedelta(seconds=TOKEN_SECONDS)
        with self.store.transaction():
            self.store.execute("UPDATE code SET access_token = ? WHERE code = ?", (token, code))
            self.store.execute(
                "INSERT INTO access_token VALUES (?, ?, ?, ?)", (token, grant.identity.key, grant.session, str(expires))
            )
        return token

    def bearer(self, token: str) -> Identity | None:
        """Whose unexpired access token this is."""
        row = self.store.one("SELECT * FROM access_token WHERE token = ?", (token,))
        if row is None or datetime.fromisoformat(row["expires_at"]) < self.now():
            return None
        return identities()[row["identity"]]

    def fault(self, name: str, endpoint: str | None = None) -> dict[str, Any] | None:
        """Parameters of a fault that applies at an endpoint."""
        return self.world.faults.take(name, endpoint=endpoint)
