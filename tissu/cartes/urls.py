"""Les adresses des cartes : d'abord les mots fixes, puis ce qui suit le slug d'une couche."""

from django.urls import path

from tissu.cartes.views import choisir, exports, impression, page, perimetres, sig, tuiles

app_name = "cartes"

# Voir : la page d'une couche, sa description, ses tuiles, sa liste.
FOND = [
    path("fond.geojson", tuiles.fond, name="fond"),
    path("teintes.css", tuiles.teintes, name="teintes"),
]
VOIR = [
    path("<slug:slug>/", page.carte, name="carte"),
    path("<slug:slug>/liste/", page.liste, name="liste"),
    path("<slug:slug>/objets/", page.objets, name="objets"),
    path("<slug:slug>/description.json", tuiles.description, name="description"),
    path("<slug:slug>/<int:z>/<int:x>/<int:y>.mvt", tuiles.tuile, name="tuile"),
]

# Sortir : la sélection dans l'espace, les exports, l'impression, l'accès pour un SIG.
SORTIR = [
    path("perimetres/", perimetres.liste, name="perimetres"),
    path("perimetres/deposer/", perimetres.deposer, name="perimetre_deposer"),
    path("perimetres/<int:perimetre_id>/", perimetres.detail, name="perimetre"),
    path("perimetres/<int:perimetre_id>/effacer/", perimetres.effacer, name="perimetre_effacer"),
    path("sig/", sig.acces, name="sig"),
    path("sig/cles/", sig.creer, name="cle_creer"),
    path("sig/cles/<int:cle_id>/revoquer/", sig.revoquer, name="cle_revoquer"),
    path("<slug:slug>/choisir/", choisir.choisir, name="choisir"),
    path("<slug:slug>/selection.geojson", choisir.dessin, name="dessin"),
    path("<slug:slug>/export.<str:sorte>", exports.exporter, name="export"),
    path("<slug:slug>/impression/", impression.imprimer, name="imprimer"),
    path("<slug:slug>/impression.<str:format_>", impression.feuille, name="feuille"),
]

urlpatterns = [
    path("", page.index, name="index"),
    *FOND,
    *SORTIR,
    *VOIR,
]
