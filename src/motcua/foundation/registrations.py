"""What the foundation declares at start beyond its own modules: the policy of files, the scanner of the settings."""

from __future__ import annotations

from motcua.foundation import files, malware

__all__ = ["files", "malware"]  # files declares its policy when imported

malware.register_configured()
