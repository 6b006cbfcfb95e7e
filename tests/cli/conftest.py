"""Fixtures of the command-line tests."""

from tests.cli.installation import folder

__all__ = ["folder"]
