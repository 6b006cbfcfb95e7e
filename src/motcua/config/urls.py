"""Every address of the product; a room's face owns its own list."""

from django.urls import include, path

handler400 = "motcua.faces.problems.bad_request"
handler403 = "motcua.faces.problems.permission_denied"
handler404 = "motcua.faces.problems.page_not_found"
handler500 = "motcua.faces.problems.server_error"

urlpatterns = [
    path("can-bo/quan-tri/", include("motcua.faces.administration.urls")),
    path("can-bo/", include("motcua.faces.workbench.urls")),
    path("api/", include("motcua.faces.api.urls")),
    path("", include("motcua.faces.portal.urls")),
]
