from motcua.foundation.apps import RoomConfig


class PeopleConfig(RoomConfig):
    name = "motcua.domain.people"
    label = "people"
    verbose_name = "People"
