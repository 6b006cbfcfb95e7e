from motcua.foundation.apps import RoomConfig


class OrganisationsConfig(RoomConfig):
    name = "motcua.domain.organisations"
    label = "organisations"
    verbose_name = "Organisations"
