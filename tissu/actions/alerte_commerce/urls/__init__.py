"""Les adresses de la fiche 3 : un fichier par sujet."""

from tissu.actions.alerte_commerce.urls import adherents, alertes, imports

app_name = "alerte_commerce"
sujets = (adherents, alertes, imports)
urlpatterns = [adresse for sujet in sujets for adresse in sujet.urlpatterns]
