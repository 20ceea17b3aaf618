"""Annonces du BODACC au format des enregistrements publiés (annonces commerciales).

Vingt-quatre mois de créations, radiations et procédures collectives, en accord avec Sirene le plus
souvent. En désaccord à dessein : unités radiées et toujours actives, unités fermées jamais radiées.
Des rectificatifs et des annulations renvoient à l'annonce qu'ils corrigent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha1
from pathlib import Path

import numpy as np

from .cibles import ARRET
from .modele import ND, Etablissement, Territoire, Unite

DEBUT = ARRET - 731
TRIBUNAL = "Greffe du Tribunal de Commerce de Dijon"
TRIBUNAL_JUDICIAIRE = "TRIBUNAL JUDICIAIRE DE DIJON"
FORMES = {
    "1000": "Entrepreneur individuel",
    "5202": "Société en nom collectif",
    "5498": "Société à responsabilité limitée (à associé unique)",
    "5499": "Société à responsabilité limitée",
    "5485": "Société d'exercice libéral à responsabilité limitée",
    "5599": "Société anonyme",
    "5710": "Société par actions simplifiée",
    "5720": "Société par actions simplifiée (à associé unique)",
    "5785": "Société d'exercice libéral par actions simplifiée",
    "6540": "Société civile immobilière",
    "6599": "Société civile",
}
FAMILLES = {"creation": "Créations d'établissements", "radiation": "Radiations", "collective": "Procédures collectives"}
JUGEMENTS = (
    ("Jugement d'ouverture", "Jugement d'ouverture de liquidation judiciaire"),
    ("Jugement d'ouverture", "Jugement d'ouverture d'une procédure de redressement judiciaire"),
    ("Jugement d'ouverture", "Jugement d'ouverture d'une procédure de sauvegarde"),
    ("Jugement prononçant", "Jugement prononçant la liquidation judiciaire"),
    ("Jugement de clôture", "Jugement de clôture pour insuffisance d'actif"),
    ("Autre jugement et ordonnance", "Jugement arrêtant le plan de redressement"),
)
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
TYPES = {"annonce": "Avis initial", "rectificatif": "Avis rectificatif", "annulation": "Avis d'annulation"}


@dataclass(frozen=True)
class Annonce:
    """Une annonce à publier."""

    unite: Unite
    famille: str
    parution: int
    effet: int
    nature: tuple[str, str] = ("", "")
    type_avis: str = "annonce"
    precedente: str = ""


def _date_francaise(jour: int) -> str:
    """« 12 octobre 2026 », ainsi que l'écrivent les greffes dans les jugements."""
    d = date.fromordinal(jour)
    return f"{d.day} {MOIS[d.month - 1]} {d.year}"


def _annonces(rng: np.random.Generator, territoire: Territoire) -> list[Annonce]:
    annonces = []
    commercants = [u for u in territoire.unites if u.categorie in FORMES and any(e.lon for e in u.etablissements)]
    tirages = rng.random((len(commercants), 5)).tolist()
    for unite, (a, b, c, d, f) in zip(commercants, tirages, strict=True):
        inscrite = not unite.physique or unite.famille in (
            "detail",
            "restauration",
            "batiment",
            "automobile",
            "transport",
        )
        if not inscrite:
            continue
        if unite.creation >= DEBUT and unite.creation < ARRET and a < 0.9:
            parution = unite.creation + 5 + int(b * 25)
            annonces.append(Annonce(unite, "creation", parution, unite.creation))
        fin = unite.cessation
        # Une radiation sur huit n'arrive jamais ; les autres suivent la cessation de quelques semaines à deux ans.
        if fin is not None and fin < ARRET and c < 0.86:
            delai = 12 + int(d**3 * 700)
            annonces.append(Annonce(unite, "radiation", fin + delai, fin))
        if fin is not None and fin > DEBUT and f < 0.13:
            annonces += _procedure(unite, fin - int(b * 200) - 10, f / 0.13, d)
        elif fin is None and not unite.physique and unite.famille not in ("immobilier", "holding") and f < 0.008:
            annonces += _procedure(unite, DEBUT + int(b * 700), 0.5 + f / 0.016, d)
        elif fin is None and f > 0.9985:
            annonces.append(Annonce(unite, "radiation", DEBUT + 20 + int(b * 700), DEBUT + int(b * 700)))
    for unite in territoire.unites:
        if unite.siren in territoire.radies_a_tort:
            annonces.append(Annonce(unite, "radiation", ARRET - 20, ARRET - 40))
    return [annonce for annonce in annonces if DEBUT <= annonce.parution < ARRET]


def _procedure(unite: Unite, jour: int, genre: float, suite: float) -> list[Annonce]:
    nature = JUGEMENTS[0] if genre < 0.6 else JUGEMENTS[1] if genre < 0.93 else JUGEMENTS[2]
    annonces = [Annonce(unite, "collective", jour + 9, jour, nature)]
    if nature is JUGEMENTS[1] and suite < 0.6:
        apres = jour + 90 + int(suite * 200)
        annonces.append(Annonce(unite, "collective", apres + 10, apres, JUGEMENTS[3] if suite < 0.35 else JUGEMENTS[5]))
    elif nature is JUGEMENTS[0] and suite < 0.3:
        apres = jour + 200 + int(suite * 600)
        annonces.append(Annonce(unite, "collective", apres + 10, apres, JUGEMENTS[4]))
    return annonces


def _adresse(e: Etablissement) -> dict[str, str]:
    adresse = {"numeroVoie": e.numero, "typeVoie": e.type_voie.lower(), "nomVoie": e.voie.title()}
    if e.diffusion == "P" and e.marqueurs:
        adresse = {}
    return {cle: valeur for cle, valeur in adresse.items() if valeur} | {
        "codePostal": e.code_postal,
        "ville": e.libelle_commune.title(),
    }


def _personne(unite: Unite, siege: Etablissement) -> dict[str, object]:
    lisible = f"{unite.siren[:3]} {unite.siren[3:6]} {unite.siren[6:]}"
    commun: dict[str, object] = {
        "numeroImmatriculation": {"numeroIdentification": lisible, "codeRCS": "RCS", "nomGreffeImmat": "Dijon"},
    }
    if unite.physique:
        masque = unite.diffusion == "P"
        identite = {
            "typePersonne": "pp",
            "nom": ND if masque else unite.nom,
            "prenom": ND if masque else unite.prenom.title(),
        }
        return identite | commun | {"adressePP": _adresse(siege)}
    identite = {
        "typePersonne": "pm",
        "denomination": unite.denomination.title(),
        "formeJuridique": FORMES[unite.categorie],
    }
    return identite | commun | {"adresseSiegeSocial": _adresse(siege)}


def _texte(objet: dict) -> str:
    return json.dumps(objet, ensure_ascii=False)


def _champs(annonce: Annonce, numero: int) -> dict[str, object]:
    unite = annonce.unite
    siege = next(e for e in unite.etablissements if e.lon)
    jour = date.fromordinal(annonce.parution)
    lettre = "B" if annonce.famille == "radiation" else "A"
    parution = f"{jour.year}{jour.timetuple().tm_yday:04d}"
    identifiant = f"{lettre}{parution}{numero}"
    lisible = f"{unite.siren[:3]} {unite.siren[3:6]} {unite.siren[6:]}"
    nom = unite.denomination.title() or (ND if unite.diffusion == "P" else f"{unite.nom}, {unite.prenom.title()}")
    champs: dict[str, object] = {
        "id": identifiant,
        "publicationavis": lettre,
        "publicationavis_facette": f"Bodacc {lettre}",
        "parution": parution,
        "dateparution": jour.isoformat(),
        "numeroannonce": numero,
        "typeavis": annonce.type_avis,
        "typeavis_lib": TYPES[annonce.type_avis],
        "familleavis": annonce.famille,
        "familleavis_lib": FAMILLES[annonce.famille],
        "numerodepartement": "21",
        "departement_nom_officiel": "Côte-d'Or",
        "region_code": 27,
        "region_nom_officiel": "Bourgogne-Franche-Comté",
        "tribunal": TRIBUNAL_JUDICIAIRE
        if annonce.famille == "collective" and unite.categorie.startswith("6")
        else TRIBUNAL,
        "commercant": nom,
        "ville": siege.libelle_commune.title(),
        "cp": siege.code_postal,
        "registre": f"{unite.siren},{lisible}",
        "ispdf_unitaire": "oui",
        "pdf_parution_subfolder": 0,
        "url_complete": f"https://bodacc.example/annonces/?q.id=id:{identifiant}",
        "listepersonnes": _texte({"personne": _personne(unite, siege)}),
    }
    return champs | _detail(annonce)


def _detail(annonce: Annonce) -> dict[str, object]:
    """Colonnes propres à la famille d'avis, et renvoi à l'annonce corrigée."""
    champs: dict[str, object] = {}
    effet = date.fromordinal(annonce.effet).isoformat()
    if annonce.famille == "creation":
        acte = {
            "dateImmatriculation": date.fromordinal(annonce.parution - 4).isoformat(),
            "dateCommencementActivite": effet,
        }
        champs["acte"] = _texte({"creation": {"categorieCreation": "Création d'un établissement principal"}} | acte)
    elif annonce.famille == "radiation":
        cle = "radiationPP" if annonce.unite.physique else "radiationPM"
        detail = {"dateCessationActivitePP": effet} if annonce.unite.physique else {"dateEffet": effet}
        champs["radiationaurcs"] = _texte(
            {cle: detail, "commentaire": "Radiation du registre du commerce et des sociétés."}
        )
    else:
        famille, nature = annonce.nature
        complement = f"{nature}, date du jugement le {_date_francaise(annonce.effet)}, mandataire Me Exemple."
        champs["jugement"] = _texte(
            {"famille": famille, "nature": nature, "date": effet, "complementJugement": complement}
        )
    if annonce.precedente:
        publication, numero_paru = annonce.precedente[0], int(annonce.precedente[9:])
        precedent = {"nomPublication": f"BODACC {publication}", "numeroParution": annonce.precedente[1:9]}
        champs["parutionavisprecedent"] = _texte(precedent | {"numeroAnnonce": numero_paru})
    return champs


def _numerotees(annonces: list[Annonce]) -> Iterator[dict[str, object]]:
    """Champs des annonces, numérotées dans chaque parution."""
    compteur: dict[tuple[int, bool], int] = {}
    for annonce in annonces:
        parution = (annonce.parution, annonce.famille == "radiation")
        compteur[parution] = compteur.get(parution, 100) + 1
        yield _champs(annonce, compteur[parution])


def _avec_corrections(rng: np.random.Generator, annonces: list[Annonce]) -> list[dict[str, object]]:
    """Annonces initiales, puis rectificatifs (2 %) et annulations (1 %) parus deux à six semaines après."""
    initiales = list(_numerotees(annonces))
    suites = []
    for annonce, champs, tirage in zip(annonces, initiales, rng.random(len(annonces)).tolist(), strict=True):
        parution = annonce.parution + 14 + int(tirage * 900) % 28
        if tirage < 0.03 and parution < ARRET:
            genre = "annulation" if tirage < 0.01 else "rectificatif"
            effet = annonce.effet + (3 if genre == "rectificatif" else 0)
            precedente = str(champs["id"])
            suites.append(Annonce(annonce.unite, annonce.famille, parution, effet, annonce.nature, genre, precedente))
    tous = initiales + [_champs(suite, 9000 + rang) for rang, suite in enumerate(suites)]
    return sorted(tous, key=lambda champs: (champs["dateparution"], champs["id"]))


def ecrire(chemin: Path, rng: np.random.Generator, territoire: Territoire) -> Path:
    """Écrit le fichier JSON, un enregistrement par ligne."""
    annonces = sorted(_annonces(rng, territoire), key=lambda a: (a.parution, a.unite.siren, a.famille, a.effet))
    champs = _avec_corrections(rng, annonces)
    lignes = (
        _texte(
            {
                "datasetid": "annonces-commerciales",
                "recordid": sha1(str(c["id"]).encode(), usedforsecurity=False).hexdigest(),
                "fields": c,
                "record_timestamp": f"{c['dateparution']}T05:05:00Z",
            }
        )
        for c in champs
    )
    entete = {"dataset": ["annonces-commerciales"], "format": "json", "timezone": "UTC"}
    with chemin.open("w", encoding="utf-8", newline="\n") as sortie:
        sortie.write(f'{{"nhits": {len(champs)}, "parameters": {_texte(entete)}, "records": [\n')
        sortie.write(",\n".join(lignes))
        sortie.write("\n]}\n")
    return chemin
