"""What the register checks and remembers: settings, nonces, questions."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from motcua.simulators.environment import required
from motcua.simulators.population.residents import plain, residents
from motcua.simulators.population.signature import of_question
from motcua.simulators.world import FaultKinds, World

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS question (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, nonce TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
    officer TEXT NOT NULL, found INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS question_by_officer ON question (officer, at);
"""
TABLES: Final = ("question",)
FAULTS: Final = FaultKinds(
    parameters={
        "unavailable": {},
        "slow": {"seconds": 3},
        "not_found": {},
        "other_values": {"values": {}},
        "garbled": {},
        "wrong_signature": {},
        "too_much": {},
    },
    match_keys=frozenset({"number"}),
)

_IDENTITY: Final = ("HoVaTen", "NgayThangNamSinh", "GioiTinh", "NgayCap", "NoiCap")
PURPOSES: Final[Mapping[str, frozenset[str]]] = {
    "XAC_THUC_NHAN_THAN": frozenset(_IDENTITY),
    "KIEM_TRA_CU_TRU": frozenset({"HoVaTen", "ThuongTru", "NoiOHienNay", "ChuHo"}),
    "TINH_TRANG_HON_NHAN": frozenset({"HoVaTen", "NgayThangNamSinh", "TinhTrangHonNhan"}),
    "DOI_CHIEU_SAI_KHAC": frozenset({*_IDENTITY, "ThuongTru"}),
}
_PATTERNS: Final = {
    "MaYeuCau": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "MaCanBo": r".{1,64}",
    "MaDonVi": r".{1,64}",
    "MaHoSo": r".{1,64}",
    "MaDVC": r".{1,64}",
    "MucDich": "|".join(PURPOSES),
    "SoDinhDanh": r"\d{12}",
    "HoVaTen": r"[A-Z]{1,100}",
}
_WINDOW_SECONDS: Final = 300
_MOST_A_MINUTE: Final = 60


class RefusedError(Exception):
    """A question that gets an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Settings:
    """The one system that may ask."""

    client: str
    secret: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """Settings out of the environment. Raises RuntimeError without a secret."""
        return cls(environment.get("POPULATION_CLIENT", "motcua"), required(environment, "POPULATION_SECRET"))


class Register:
    """The register's memory."""

    def __init__(self, data_dir: Path, settings: Settings) -> None:
        self.settings = settings
        self.world = World(data_dir, "population", _SCHEMA, FAULTS)
        self.store = self.world.store

    def now(self) -> datetime:
        """The register's time."""
        return self.world.clock.now()

    def authenticate(self, headers: Mapping[str, str], method: str, target: str, body: bytes) -> str:
        """The nonce of a question that the known system signed now. Raises RefusedError."""
        client, timestamp, nonce = (headers.get(name, "") for name in ("x-client", "x-timestamp", "x-nonce"))
        expected = of_question(self.settings.secret, client, timestamp, nonce, method, target, body)
        signed = hmac.compare_digest(expected.encode(), headers.get("x-signature", "").encode())
        if client != self.settings.client or not signed or not re.fullmatch(r"[A-Za-z0-9_-]{16,64}", nonce):
            raise RefusedError(401, "SIGNATURE_INVALID", "the signature does not fit")
        if not timestamp.isdecimal() or abs(int(timestamp) - self.now().timestamp()) > _WINDOW_SECONDS:
            raise RefusedError(401, "TIMESTAMP_OUT_OF_RANGE", "the timestamp is too far away")
        known = self.store.one("SELECT body FROM question WHERE nonce = ?", (nonce,))
        if known is not None and known["body"] != body.decode("utf-8", "replace"):
            raise RefusedError(401, "NONCE_USED", "the nonce belongs to another question")
        return nonce

    def answer(self, nonce: str, body: bytes) -> dict[str, Any]:
        """Answers a question and remembers that it was asked. Raises RefusedError."""
        asked = _question(body)
        self._refuse_too_many(asked["MaCanBo"])
        held = self._resident(asked)
        self.store.execute(
            "INSERT OR IGNORE INTO question (at, nonce, body, officer, found) VALUES (?, ?, ?, ?, ?)",
            (self.now().isoformat(), nonce, body.decode(), asked["MaCanBo"], held is not None),
        )
        if held is None:
            return {"MaYeuCau": asked["MaYeuCau"], "KetQua": "0"}
        if fault := self.world.faults.take("other_values", number=asked["SoDinhDanh"]):
            held = {**held, **fault["values"]}
        wanted = held if self.world.faults.take("too_much") else asked["TruongThongTin"]
        told = {name: held[name] for name in wanted if held.get(name)}
        return {"MaYeuCau": asked["MaYeuCau"], "KetQua": "1", "ThongTin": told}

    def _refuse_too_many(self, officer: str) -> None:
        since = (self.now() - timedelta(minutes=1)).isoformat()
        row = self.store.the("SELECT count(*) AS number FROM question WHERE officer = ? AND at > ?", (officer, since))
        if row["number"] >= _MOST_A_MINUTE:
            raise RefusedError(429, "TOO_MANY", "too many questions by this officer")

    def _resident(self, asked: Mapping[str, Any]) -> dict[str, str] | None:
        held = residents().get(asked["SoDinhDanh"])
        if held is None or self.world.faults.take("not_found", number=asked["SoDinhDanh"]):
            return None
        right_year = "Nam" not in asked or held["NgayThangNamSinh"].endswith(asked["Nam"])
        return held if right_year and plain(held["HoVaTen"]) == asked["HoVaTen"] else None

    def questions(self) -> list[dict[str, Any]]:
        """What was asked, oldest first."""
        rows = self.store.all("SELECT at, body, found FROM question ORDER BY id")
        return [{"at": row["at"], "found": bool(row["found"]), **json.loads(row["body"])} for row in rows]


def _question(body: bytes) -> dict[str, Any]:
    """The question, checked. Raises RefusedError."""
    try:
        asked = json.loads(body)
    except ValueError:
        raise RefusedError(422, "VALIDATION", "the body is not JSON") from None
    if not isinstance(asked, dict):
        raise RefusedError(422, "VALIDATION", "the body is no object")
    for name, pattern in _PATTERNS.items():
        if not isinstance(asked.get(name), str) or not re.fullmatch(pattern, asked[name]):
            raise RefusedError(422, "VALIDATION", f"{name} is missing or wrong")
    if "Nam" in asked and not re.fullmatch(r"\d{4}", str(asked["Nam"])):
        raise RefusedError(422, "VALIDATION", "Nam is wrong")
    fields = asked.get("TruongThongTin")
    if not isinstance(fields, list) or not 1 <= len(fields) <= 12 or len({*map(str, fields)}) < len(fields):
        raise RefusedError(422, "VALIDATION", "TruongThongTin is missing or wrong")
    if not {*map(str, fields)} <= PURPOSES[asked["MucDich"]]:
        raise RefusedError(403, "FIELD_NOT_ALLOWED", "a field outside the purpose")
    return dict(asked)
