"""Dossiers (hồ sơ): submission, lifecycle, tasks, deadlines, supplements, results."""
