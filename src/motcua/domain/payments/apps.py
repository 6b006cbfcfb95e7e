from motcua.foundation.apps import RoomConfig


class PaymentsConfig(RoomConfig):
    name = "motcua.domain.payments"
    label = "payments"
    verbose_name = "Payments"
