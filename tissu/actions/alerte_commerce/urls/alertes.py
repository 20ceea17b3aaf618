"""Les adresses des alertes : écrire, approuver, suivre, chiffrer."""

from django.urls import path

from tissu.actions.alerte_commerce.views import alertes, cap, suivi

urlpatterns = [
    path("alertes/", alertes.liste, name="alertes"),
    path("alertes/nouvelle/", alertes.nouvelle, name="alerte_nouvelle"),
    path("alertes/apercu/", alertes.voir_avant, name="alerte_apercu"),
    path("alertes/lieux/", alertes.lieux, name="alerte_lieux"),
    path("alertes/chiffres/", suivi.chiffres, name="alertes_chiffres"),
    path("alertes/<int:pk>/", alertes.alerte, name="alerte"),
    path("alertes/reprendre/", cap.reprendre, name="alerte_reprendre"),
    path("alertes/<int:pk>/cap.xml", cap.exporter, name="alerte_cap"),
    path("alertes/<int:pk>/modifier/", alertes.modifier, name="alerte_modifier"),
    path("alertes/<int:pk>/suivi/", suivi.suivi, name="alerte_suivi"),
    path("alertes/<int:pk>/suite/", alertes.mettre_a_jour, name="alerte_suite"),
    path("alertes/<int:pk>/gestes/<slug:geste>/", alertes.agir, name="alerte_agir"),
]
