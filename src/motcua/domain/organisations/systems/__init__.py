"""Specialised systems: what localities got from their owners, and officers' accounts there (ACC-04, ACC-15)."""
