"""Les adresses de la fiche 3 : un fichier par sujet."""

from tissu.actions.alerte_commerce.urls import adherents, alertes, communication, imports, seances

app_name = "alerte_commerce"
sujets = (adherents, alertes, imports, communication, seances)
urlpatterns = [adresse for sujet in sujets for adresse in sujet.urlpatterns]
