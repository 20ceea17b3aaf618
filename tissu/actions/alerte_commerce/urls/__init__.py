"""Les adresses de la fiche 3 : un fichier par sujet."""

from tissu.actions.alerte_commerce.urls import adherents, alertes, communication, imports

app_name = "alerte_commerce"
sujets = (adherents, alertes, imports, communication)
urlpatterns = [adresse for sujet in sujets for adresse in sujet.urlpatterns]
