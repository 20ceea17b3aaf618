"""Les adresses du partenariat, par sujet."""

from tissu.programme.urls import fiches, indicateurs, revues, temps, vie

app_name = "programme"
urlpatterns = [
    *fiches.urlpatterns,
    *temps.urlpatterns,
    *indicateurs.urlpatterns,
    *vie.urlpatterns,
    *revues.urlpatterns,
]
