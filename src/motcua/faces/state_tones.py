"""Colours of dossier states; the state is always written out beside its colour."""

from __future__ import annotations

from motcua.domain.dossiers.rules import State

STATE_TONES: dict[State, str] = {
    State.SUBMITTED: "progress",
    State.RECEIVED: "progress",
    State.IN_PROCESS: "progress",
    State.TRANSFERRED: "progress",
    State.WAIT_SUPPLEMENT: "attention",
    State.WAIT_PAYMENT: "attention",
    State.STOPPED: "attention",
    State.RESOLVED: "done",
    State.RETURNED: "done",
    State.REFUSED: "stopped",
    State.INTAKE_REFUSED: "stopped",
    State.WITHDRAWN: "stopped",
}
