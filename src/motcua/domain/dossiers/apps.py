from motcua.foundation.apps import RoomConfig


class DossiersConfig(RoomConfig):
    name = "motcua.domain.dossiers"
    label = "dossiers"
    verbose_name = "Hồ sơ"
