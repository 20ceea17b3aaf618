"""Les adresses de la chambre : adhérents, demandes, stock, guide."""

from django.urls import path

from tissu.actions.alerte_commerce.views import adherents, couverture, reseau

urlpatterns = [
    path("gestion/adherents/", adherents.liste, name="adherents"),
    path("gestion/adherents/inscrire/", adherents.inscrire, name="inscrire"),
    path("gestion/demandes/", adherents.demandes, name="demandes"),
    path("gestion/adherents/<int:pk>/", adherents.adherent, name="adherent"),
    path("gestion/adherents/<int:pk>/modifier/", adherents.modifier, name="modifier"),
    path("gestion/adherents/<int:pk>/gestes/<slug:geste>/", adherents.decider, name="decider"),
    path("gestion/adherents/<int:pk>/numeros/", adherents.numero, name="numero"),
    path("gestion/adherents/<int:pk>/numeros/<int:contact>/code/", adherents.code, name="code"),
    path("gestion/adherents/<int:pk>/numeros/<int:contact>/verifier/", adherents.verifier, name="verifier"),
    path("gestion/adherents/<int:pk>/envois/", adherents.envoyer, name="envoyer"),
    path("gestion/couverture/", couverture.page, name="couverture"),
    path("gestion/a-approcher.<str:format>", couverture.fichier, name="a_approcher"),
    path("gestion/stock/", reseau.stock, name="stock"),
    path("gestion/guide/", reseau.conseils, name="conseils"),
    path("gestion/guide/nouvelle/", reseau.conseil, name="conseil_nouveau"),
    path("gestion/guide/<int:pk>/", reseau.conseil, name="conseil"),
    path("gestion/referents/nouveau/", reseau.referent, name="referent_nouveau"),
    path("gestion/referents/<int:pk>/", reseau.referent, name="referent"),
]
