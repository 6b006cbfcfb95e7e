"""Questions to the National Population Database: one person, one dossier, one purpose, fully audited (IDN-12)."""
