"""Territoire de démonstration : des fichiers aux formats officiels, entièrement fictifs.

Le paquet écrit, à la taille vraie de Dijon Métropole, les fichiers que l'Insee, la DILA et une
chambre consulaire fourniraient. Communes et activités sont réelles ; noms, rues, personnes,
téléphones et numéros SIREN sont inventés. Même graine, même taille : mêmes octets.

Lecture : `cibles` (grandeurs visées) › `activites`, `noms`, `lieux` (matière) › `calendrier`
(naissances et fermetures) › `modele` › `peuplement`, `mouvements`, `effectifs`, `periodes` ›
`cas` (situations choisies) › `fichiers`, `bodacc`, `consulaire` (écriture) › `generation`.
"""
