"""What the foundation declares at start beyond its own modules: the policy of files, the scanner of the settings."""

from __future__ import annotations

from motcua.foundation import files, functions, malware, security

__all__ = ["files", "functions", "malware", "security"]  # all but malware declare their policies when imported

malware.register_configured()
