"""Les adresses du partenariat, par sujet."""

from tissu.programme.urls import catalogue, fiches, indicateurs, revues, temps, vie

app_name = "programme"
urlpatterns = [
    *catalogue.urlpatterns,
    *fiches.urlpatterns,
    *temps.urlpatterns,
    *indicateurs.urlpatterns,
    *vie.urlpatterns,
    *revues.urlpatterns,
]
