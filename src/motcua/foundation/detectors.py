"""Detectors: field faults as queries that must return nothing (`./motcua check`).

Every room declares its own in `detectors.py`; a finding names the fault, the object and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from motcua.foundation import audit, clock
from motcua.foundation.models import PendingReaction, StoredFile
from motcua.foundation.registry import Registry

LATE_REACTION = timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    """One thing wrong now: `fault` is a fault or requirement ID, `subject` the object's code, `text` Vietnamese."""

    detector: str
    fault: str
    subject: str
    text: str


@dataclass(frozen=True)
class Detector:
    name: str
    fault: str
    find: Callable[[], Iterable[tuple[str, str]]]


detectors: Registry[Detector] = Registry("detector")

Find = Callable[[], Iterable[tuple[str, str]]]


def detector(name: str, *, fault: str) -> Callable[[Find], Find]:
    """Declares a detector: a function that yields (subject code, Vietnamese sentence) per finding."""

    def declare(find: Find) -> Find:
        detectors.add(name, Detector(name, fault, find))
        return find

    return declare


def run_all() -> list[Finding]:
    """Every finding of every detector, in the order of declaration."""
    return [
        Finding(item.name, item.fault, subject, text) for _, item in detectors.items() for subject, text in item.find()
    ]


@detector("audit.sealed", fault="SEC-02")
def audit_log_is_whole() -> Iterable[tuple[str, str]]:
    """An altered, missing or unsealed audit row."""
    words = {
        "ALTERED": "Dòng nhật ký kiểm toán đã bị sửa",
        "MISSING": "Dòng nhật ký kiểm toán đã bị mất",
        "CHAIN_BROKEN": "Chuỗi niêm phong nhật ký bị đứt",
        "UNSEALED": "Dòng nhật ký chưa được niêm phong quá một phút",
    }
    for finding in audit.verify():
        yield finding.where, words[finding.kind]


@detector("reactions.late", fault="F-01")
def reactions_are_in_time() -> Iterable[tuple[str, str]]:
    """Background work owed for longer than five minutes."""
    late = PendingReaction.objects.filter(created_at__lt=clock.now() - LATE_REACTION).order_by("created_at")[:100]
    for item in late:
        yield f"{item.reaction} {item.aggregate_id}", f"Việc nền chậm, đã thử {item.attempts} lần: {item.last_error}"


@detector("files.integrity", fault="SUB-07")
def files_are_what_was_received() -> Iterable[tuple[str, str]]:
    """A stored file that a read found changed or missing."""
    for item in StoredFile.objects.filter(damaged_at__isnull=False).order_by("damaged_at")[:100]:
        yield f"tệp {item.id}", "Tệp trong kho bị thay đổi hoặc bị mất; khôi phục từ bản sao lưu"
