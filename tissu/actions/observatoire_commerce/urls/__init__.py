"""Les adresses de la fiche 5 : un fichier par sujet."""

from tissu.actions.observatoire_commerce.urls import bord, cdac, comparaisons, vacance, veilles

app_name = "observatoire_commerce"
sujets = (bord, vacance, veilles, cdac, comparaisons)
urlpatterns = [adresse for sujet in sujets for adresse in sujet.urlpatterns]
