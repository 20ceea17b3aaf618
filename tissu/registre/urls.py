"""Les adresses du registre."""

from django.urls import path

from tissu.registre.views import consulaire, corrections, exports, fiches, imports, recherche, zones

app_name = "registre"
urlpatterns = [
    path("", recherche.liste, name="liste"),
    path("etablissements/<str:siret>/", fiches.etablissement, name="etablissement"),
    path("etablissements/<str:siret>/contacts/", fiches.contacts, name="contacts"),
    path("unites/<str:siren>/", fiches.unite, name="unite"),
    path("export.<str:sorte>", exports.exporter, name="exporter"),
    path("recherches/", recherche.recherches, name="recherches"),
    path("recherches/enregistrer/", recherche.enregistrer, name="enregistrer"),
    path("recherches/<int:recherche_id>/supprimer/", recherche.supprimer, name="supprimer"),
    path("recherches/liste/", recherche.deposer, name="deposer"),
    path("recherches/liste/<int:liste_id>/", recherche.liste_deposee, name="liste_deposee"),
    path("etablissements/<str:siret>/corriger/", corrections.corriger, name="corriger"),
    path("etablissements/<str:siret>/corriger/<slug:sujet>/", corrections.corriger, name="corriger"),
    path("etablissements/<str:siret>/effectif/", corrections.effectif_confirme, name="effectif_confirme"),
    path("corrections/", corrections.a_revoir, name="corrections"),
    path("corrections/<int:correction_id>/revoir/", corrections.revoir, name="correction_revoir"),
    path("imports/", imports.journal, name="imports"),
    path("imports/lancer/", imports.lancer_import, name="import_lancer"),
    path("imports/<int:import_id>/", imports.detail, name="import"),
    path("imports/<int:import_id>/quarantaine.csv", imports.quarantaine_csv, name="quarantaine_csv"),
    path("imports/lignes/<int:ligne_id>/rejouer/", imports.rejouer, name="rejouer"),
    path("fichier-consulaire/", consulaire.editions, name="consulaire"),
    path("fichier-consulaire/<int:edition_id>/", consulaire.edition, name="consulaire_edition"),
    path("fichier-consulaire/<int:edition_id>/colonnes/", consulaire.colonnes, name="consulaire_colonnes"),
    path("fichier-consulaire/<int:edition_id>/appliquer/", consulaire.appliquer, name="consulaire_appliquer"),
    path("fichier-consulaire/<int:edition_id>/annuler/", consulaire.annuler, name="consulaire_annuler"),
    path("zones/", zones.liste, name="zones"),
    path("zones/importer/", zones.importer, name="zones_import"),
    path("zones/importer/appliquer/", zones.appliquer, name="zones_appliquer"),
    path("zones/ign/", zones.contours_ign, name="zones_ign"),
    path("zones/site-eco.csv", zones.export_cnig, name="zones_cnig"),
    path("zones/<slug:zone_id>/", zones.detail, name="zone"),
    path("zones/<slug:zone_id>/supprimer/", zones.supprimer, name="zone_supprimer"),
]
