"""Les adresses publiques d'Alerte Commerce, celles que l'on imprime et que l'on reçoit par SMS."""

from django.urls import path

from tissu.actions.alerte_commerce.views import adhesion, avis, confirmer, documents, espace

app_name = "adhesion"
urlpatterns = [
    path("alerte-commerce/", adhesion.accueil, name="accueil"),
    path("alerte-commerce/conseils/", adhesion.conseils, name="conseils"),
    path("alerte-commerce/guide.pdf", documents.guide, name="guide"),
    path("alerte-commerce/adherer/", adhesion.commerce, name="commerce"),
    path("alerte-commerce/adherer/contact/", adhesion.contact, name="contact"),
    path("alerte-commerce/adherer/charte/", adhesion.charte, name="charte"),
    path("alerte-commerce/adherer/code/", adhesion.code, name="code"),
    path("alerte-commerce/adherer/code/renvoyer/", adhesion.renvoyer, name="renvoyer"),
    path("alerte-commerce/adherer/merci/", adhesion.merci, name="merci"),
    path("alerte-commerce/mon-espace/", espace.mon_espace, name="mon_espace"),
    path("alerte-commerce/espace/<str:jeton>/", espace.espace, name="espace"),
    path("alerte-commerce/espace/<str:jeton>/regler/", espace.regler, name="regler"),
    path("alerte-commerce/espace/<str:jeton>/numeros/", espace.ajouter, name="ajouter"),
    path("alerte-commerce/espace/<str:jeton>/numeros/<int:pk>/", espace.verifier, name="verifier"),
    path("alerte-commerce/espace/<str:jeton>/repondre/", espace.repondre, name="repondre"),
    path("alerte-commerce/quitter/<str:signe>/", espace.quitter, name="quitter"),
    path("ac/<str:signe>/", confirmer.page, name="confirmer"),
    path("ac/<str:signe>/numero/", confirmer.numero, name="confirmer_numero"),
    path("alerte-commerce/avis/<str:signe>/", avis.avis, name="avis"),
]
