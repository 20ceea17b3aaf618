"""Les adresses du registre."""

from django.urls import path

from tissu.registre.views import zones

app_name = "registre"
urlpatterns = [
    path("zones/", zones.liste, name="zones"),
    path("zones/importer/", zones.importer, name="zones_import"),
    path("zones/importer/appliquer/", zones.appliquer, name="zones_appliquer"),
    path("zones/ign/", zones.contours_ign, name="zones_ign"),
    path("zones/site-eco.csv", zones.export_cnig, name="zones_cnig"),
    path("zones/<slug:zone_id>/", zones.detail, name="zone"),
    path("zones/<slug:zone_id>/supprimer/", zones.supprimer, name="zone_supprimer"),
]
