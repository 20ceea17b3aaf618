"""Les adresses de la fiche 3 : un fichier par sujet."""

from tissu.actions.alerte_commerce.urls import adherents, imports

app_name = "alerte_commerce"
sujets = (adherents, imports)
urlpatterns = [adresse for sujet in sujets for adresse in sujet.urlpatterns]
