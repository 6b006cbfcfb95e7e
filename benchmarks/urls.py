"""The product's addresses and, in front of them, the floors'."""

from django.urls import path

from benchmarks import floors
from motcua.config.urls import handler400, handler403, handler404, handler500
from motcua.config.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("api/floor/inserts", floors.ten_inserts),
    path("api/floor/selects/<int:number>", floors.three_selects),
    path("api/floor/", floors.bare_api.urls),
    *product,
]
