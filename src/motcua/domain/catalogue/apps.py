from motcua.foundation.apps import RoomConfig


class CatalogueConfig(RoomConfig):
    name = "motcua.domain.catalogue"
    label = "catalogue"
    verbose_name = "Catalogue"
