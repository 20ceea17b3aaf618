"""Les adresses des locaux : d'abord les mots fixes, puis ce qui suit la référence d'un local."""

from django.urls import path

from tissu.locaux.views import (
    avancement,
    campagnes,
    conflits,
    files,
    fiscal,
    histoire,
    imports,
    liste,
    local,
    photos,
    terrain,
    terrain_envois,
    tournees,
)

app_name = "locaux"

IMPORTS = [
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.importation, name="import"),
    path("imports/<int:pk>/colonnes/", imports.colonnes, name="import_colonnes"),
    path("imports/<int:pk>/appliquer/", imports.appliquer, name="import_appliquer"),
    path("imports/<int:pk>/abandonner/", imports.abandonner, name="import_abandonner"),
    path("imports/<int:pk>/anomalies/", imports.anomalies, name="anomalies"),
]
FISCAL = [
    path("fichiers-fiscaux/", fiscal.imports, name="fiscaux"),
    path("fichiers-fiscaux/<int:pk>/", fiscal.importation, name="fiscal"),
]
CAMPAGNES = [
    path("campagnes/", campagnes.campagnes, name="campagnes"),
    path("campagnes/nouvelle/", campagnes.nouvelle, name="campagne_nouvelle"),
    path("campagnes/<int:pk>/", campagnes.campagne, name="campagne"),
    path("campagnes/<int:pk>/modifier/", campagnes.modifier, name="campagne_modifier"),
    path("campagnes/<int:pk>/etat/", campagnes.etat, name="campagne_etat"),
    path("campagnes/<int:pk>/tournees/", tournees.tournees, name="tournees"),
    path("campagnes/<int:pk>/tournees/changer/", tournees.changer, name="tournees_changer"),
    path("campagnes/<int:pk>/tournees/<int:tournee>/ranger/", tournees.ranger, name="tournee_ranger"),
    path("campagnes/<int:pk>/avancement/", avancement.avancement, name="avancement"),
]
FILES = [
    path("rapprochements/", files.rapprochements, name="rapprochements"),
    path("rapprochements/chercher/", files.proposer, name="rapprochements_proposer"),
    path("rapprochements/accepter/", files.accepter, name="rapprochements_accepter"),
    path("rapprochements/<int:pk>/", files.decider, name="rapprochement_decider"),
    path("a-verifier/", files.signalements, name="signalements"),
    path("a-verifier/<int:pk>/", files.clore_signalement, name="signalement_clore"),
    path("conflits/", conflits.conflits, name="conflits"),
    path("conflits/<int:pk>/", conflits.trancher, name="conflit"),
]
TERRAIN = [
    path("terrain/", terrain.page, name="terrain"),
    path("terrain/sw.js", terrain.ouvrier, name="terrain_ouvrier"),
    path("terrain/manifest.webmanifest", terrain.manifeste, name="terrain_manifeste"),
    path("terrain/icone-<int:cote>.png", terrain.icone, name="terrain_icone"),
    path("terrain/jeton/", terrain_envois.jeton, name="terrain_jeton"),
    path("terrain/tournees/", terrain_envois.tournees, name="terrain_tournees"),
    path("terrain/tournees/<int:pk>/", terrain_envois.tournee, name="terrain_tournee"),
    path("terrain/tournees/<int:pk>/finie/", terrain_envois.finie, name="terrain_finie"),
    path("terrain/releves/", terrain_envois.releves, name="terrain_releves"),
    path("terrain/releves/<uuid:cle>/photo/", terrain_envois.photo, name="terrain_photo"),
    path("terrain/releves/<uuid:cle>/trancher/", terrain_envois.trancher, name="terrain_trancher"),
]
LOCAL = [
    path("nouveau/", local.nouveau, name="nouveau"),
    path("local/<slug:reference>/", local.local, name="local"),
    path("local/<slug:reference>/modifier/", local.modifier, name="modifier"),
    path("local/<slug:reference>/contacts/", local.contacts, name="contacts"),
    path("local/<slug:reference>/contacts/noter/", local.noter_contact, name="contact_noter"),
    path("local/<slug:reference>/contacts/<int:pk>/effacer/", local.effacer_contact, name="contact_effacer"),
    path("local/<slug:reference>/signaler/", local.signaler, name="signaler"),
    path("local/<slug:reference>/siret/", local.rapprocher, name="rapprocher"),
    path("local/<slug:reference>/etat/", histoire.changer_etat, name="etat"),
    path("local/<slug:reference>/occupant/", histoire.changer_occupant, name="occupant"),
    path("local/<slug:reference>/occupant/<int:pk>/", histoire.corriger_occupation, name="occupation"),
    path("local/<slug:reference>/scinder/", histoire.scinder, name="scinder"),
    path("local/<slug:reference>/reunir/", histoire.fusionner, name="fusionner"),
    path("local/<slug:reference>/fermer/", histoire.fermer, name="fermer"),
    path("local/<slug:reference>/rouvrir/", histoire.rouvrir, name="rouvrir"),
    path("local/<slug:reference>/photos/", photos.deposer, name="photo_deposer"),
    path("local/<slug:reference>/photos/<int:pk>.jpg", photos.photo, name="photo"),
    path("local/<slug:reference>/photos/<int:pk>/retirer/", photos.retirer, name="photo_retirer"),
    path("local/<slug:reference>/<slug:sorte>/<int:pk>/date/", histoire.corriger_date, name="corriger_date"),
    path("local/<slug:reference>/<slug:sorte>/<int:pk>/retirer/", histoire.retirer, name="retirer"),
]
urlpatterns = [path("", liste.liste, name="liste"), *IMPORTS, *FISCAL, *CAMPAGNES, *FILES, *TERRAIN, *LOCAL]
