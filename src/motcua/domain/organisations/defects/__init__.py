"""The register of account defects: missing, wrong right, cannot sign in, sees no dossier (ACC-06, ACC-11)."""
