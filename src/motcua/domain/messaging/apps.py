from motcua.foundation.apps import RoomConfig


class MessagingConfig(RoomConfig):
    name = "motcua.domain.messaging"
    label = "messaging"
    verbose_name = "Messaging"
