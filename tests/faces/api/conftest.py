from tests.domain.dossiers.conftest import own_file_store, world

__all__ = ["own_file_store", "world"]
