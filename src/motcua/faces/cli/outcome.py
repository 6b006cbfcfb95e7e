"""How a command ends: 0 fine, 1 findings, 2 cannot run, 3 input missing."""

from __future__ import annotations


class CommandError(RuntimeError):
    """A command that ends early; the text is one line for the person at the terminal."""

    status = 2


class CannotRun(CommandError):
    """The machine, the folder or the configuration does not allow it (exit 2)."""


class InputMissing(CommandError):
    """A file or folder that the command needs as input is not there (exit 3)."""

    status = 3
