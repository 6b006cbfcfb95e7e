"""What the foundation declares at start beyond its own modules: the policy of files, the scanner of the settings."""

from __future__ import annotations

from motcua.foundation import files, functions, malware

__all__ = ["files", "functions", "malware"]  # the first two declare their policies when imported

malware.register_configured()
